"""The adapter from lifecycles to Pulumi's provider protocol: a plugin for programs in every language."""
