"""Tavus's own command-line client beside the local Tavus."""
