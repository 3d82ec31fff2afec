"""One file a collector: each brings one piece of evidence and fails alone."""
