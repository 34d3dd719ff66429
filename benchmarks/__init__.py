"""Benchmark of the provider beside the engine's own floor, the stock SDK, and what people do without it. Run by `make bench`."""
