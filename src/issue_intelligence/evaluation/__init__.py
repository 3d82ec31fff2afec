"""Labelled scenarios through the whole decision: what is read, how it is played, judged and summed up."""
