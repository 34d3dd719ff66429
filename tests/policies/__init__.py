"""The policy pack, with its own SDK and on the real engine: `make test-policies`."""
