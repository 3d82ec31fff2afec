"""A hash of several texts that no other split of the same letters can give."""

import hashlib


def stable_hash(*parts: str) -> str:
    """Hash the texts in their order; 64 hex digits, the same on every machine and version.

    Each text is preceded by its length, so ("ab", "c") and ("a", "bc") differ. A lone surrogate
    is hashed as it is, so no text fails.
    """
    joined = "".join([f"{len(part)}:{part}" for part in parts])
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()
