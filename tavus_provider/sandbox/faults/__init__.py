"""Faults: which calls they hit, and how those are delayed, refused, cut off or held."""
