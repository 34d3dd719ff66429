"""How we talk to Tavus: client, retries, errors."""
