"""Tavus's API: client, retries, errors."""
