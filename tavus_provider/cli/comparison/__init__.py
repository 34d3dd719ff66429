"""Comparison of what an account has with the states of stacks and the journal."""
