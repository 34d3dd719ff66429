"""How resources meet Pulumi: field tables, check and diff from them, settings, the adapter to dynamic providers."""
