"""The objects at Tavus that conversations use: personas, documents, replicas and the like."""
