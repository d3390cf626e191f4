"""The HTTP API, for the components in the browser and for systems outside."""
