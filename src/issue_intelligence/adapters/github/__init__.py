"""Issues on GitHub: gidgethub reads and writes the protocol, our HTTP client carries it."""
