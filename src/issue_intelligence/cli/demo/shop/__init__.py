"""A small sample shop, on the standard library alone: checkout, stock, reviews,
delivery and accounts, each with its log.

The demo copies it out and runs the copy, because an application's own code does not live among
installed packages. Nothing in here knows of the service that watches it.
"""
