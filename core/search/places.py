"""The places of a gram inside one block of documents, packed: two bytes each. Pure."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable

BLOCK = 1024
"""Documents in a block: a gram that stands in all of them makes a row of 2 KB, which PostgreSQL keeps in the page."""


def packed(places: Iterable[int]) -> bytes:
    return _swapped(array("H", places)).tobytes()


def unpacked(data: bytes | memoryview) -> array[int]:
    found = array("H")
    found.frombytes(bytes(data))
    return _swapped(found)


def _swapped(places: array[int]) -> array[int]:
    """Big endian on every machine."""
    if sys.byteorder == "little":
        places.byteswap()
    return places
