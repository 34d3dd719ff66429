"""How a conversation is created, found again and ended."""
