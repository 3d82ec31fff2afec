"""Asks the application's Redis or Valkey whether it answers."""
