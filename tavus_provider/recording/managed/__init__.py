"""What buckets and roles share: the table of settings, the lifecycle and the journaled create."""
