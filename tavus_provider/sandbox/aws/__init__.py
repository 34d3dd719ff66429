"""AWS as Tavus uses it: the check of role and bucket, and writing recordings."""
