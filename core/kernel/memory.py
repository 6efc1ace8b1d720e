"""Memory of a process that serves for days."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


def settle() -> None:
    """What was made so far stays for good, and the garbage collector looks through it no more: a tenth of the time of
    whoever makes many objects. Call once, when everything is imported and put together."""
    gc.collect()
    gc.freeze()


@contextmanager
def putting_together() -> Iterator[None]:
    """While modules are imported and an application is made nearly nothing becomes garbage, and looking for it costs a
    fifth of the time of a start."""
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()
