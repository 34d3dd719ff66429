"""Intents on the disk, by which the next run finds what an interrupted run created."""
