"""Command `tavus-provider conversations`."""
