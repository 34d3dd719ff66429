"""AWS as a whole: clients, the caller, errors, names, tags and policy documents."""
