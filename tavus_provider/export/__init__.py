"""Programs for what exists at Tavus: they adopt it, so that `pulumi up` writes nothing."""
