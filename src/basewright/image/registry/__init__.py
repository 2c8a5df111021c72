"""Images of registries that speak the OCI distribution-spec 1.1."""
