"""Memory of a process that serves for days."""

from __future__ import annotations

import gc


def settle() -> None:
    """What was made so far stays for good, and the garbage collector looks through it no more: a tenth of the time of
    whoever makes many objects. Call once, when everything is imported and put together."""
    gc.collect()
    gc.freeze()
