"""How fast the provider is: beside the engine's own floor, the stock SDK, and what people do without it. Run by `make bench`."""
