"""/admin: pages for people. They work without a script, and load nothing from elsewhere."""
