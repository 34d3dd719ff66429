"""State of a local Tavus: time, conversations, rooms, recordings, webhooks and the account that holds them all."""
