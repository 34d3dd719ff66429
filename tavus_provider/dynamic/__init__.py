"""The adapter from lifecycles to Pulumi's dynamic providers."""
