"""Objects of Tavus that conversations are made of, one file for each kind."""
