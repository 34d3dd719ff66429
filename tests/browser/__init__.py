"""Pages in a real browser; only `make test-browser` runs these."""
