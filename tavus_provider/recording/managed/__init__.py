"""Base of buckets and roles: the table of settings, the lifecycle and the journaled create."""
