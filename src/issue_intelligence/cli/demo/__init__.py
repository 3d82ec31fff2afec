"""`issue-intelligence demo`: a sample shop that fails in four ways, and what the service makes of it."""
