"""What only `make test-versions` runs: it has environments with other versions of Python and of what runs with the package."""
