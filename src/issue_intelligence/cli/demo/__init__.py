"""`issue-intelligence demo`: a sample shop that fails in seven scenes, and what the service makes of it."""
