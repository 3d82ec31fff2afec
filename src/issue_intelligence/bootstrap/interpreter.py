"""Tunes the interpreter for a process that answers quickly while it works."""

import gc
import sys

# The default of 5 ms lets every busy thread hold up the event loop for that long.
_SWITCH_SECONDS = 0.001


def settle() -> None:
    """Call when everything is loaded.

    What is there by then stays to the end, so the garbage collector need not walk through it again
    and again: each walk took up to 90 ms, in which no alert is acknowledged.
    """
    sys.setswitchinterval(_SWITCH_SECONDS)
    gc.collect()
    gc.freeze()
