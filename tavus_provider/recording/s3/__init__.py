"""Buckets for recordings: their settings, what they hold, and buckets that existed before."""
