"""What resources share: check, diff, create, read, update and delete over plain values."""
