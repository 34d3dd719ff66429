"""The role that Tavus assumes: its settings, its policies and its grants on a KMS key."""
