"""What programs declare: one file for each resource of Tavus."""
