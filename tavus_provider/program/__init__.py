"""The user's side: what a Pulumi program calls to declare resources."""
