"""Tavus's HTTP API whatever the object: errors, JSON bodies, pages, patches, spellings, the key and the log of calls."""
