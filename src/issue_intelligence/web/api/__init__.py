"""/api: the documented REST API."""
