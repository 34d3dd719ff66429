"""Tests that only `make test-versions` runs, which has environments with other versions of Python and of dependencies."""
