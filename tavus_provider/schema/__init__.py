"""Field tables: declare, validate, document and translate the inputs of a resource; nothing here knows Tavus or Pulumi."""
