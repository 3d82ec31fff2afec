"""Families kept aside for reporting. Whoever writes one has not read the rules; no rule is tuned on them."""
