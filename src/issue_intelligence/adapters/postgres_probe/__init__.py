"""Asks the application's PostgreSQL whether it answers."""
