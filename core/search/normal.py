"""The form in which texts are compared: one script, one width, one case, no punctuation. Pure; knows no table.

Works character by character, so that every place in the normal form knows where it came from.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from core.search.variants import SIMPLE

CONTROLLED = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Nd", "Nl", "No", "Mn", "Mc"})
"""Letters, numbers and the marks that belong to letters; everything else (space, hyphen, comma) is left out."""


@lru_cache(maxsize=20_000)
def _one(character: str) -> str:
    """full width → half width, KC compatibility forms → plain, upper → lower case, traditional and variant → simplified."""
    plain = unicodedata.normalize("NFKC", character).casefold()
    return "".join(SIMPLE.get(part, part) for part in plain if unicodedata.category(part) in CONTROLLED)


def normal(text: str) -> str:
    """The normal form of one field."""
    return "".join(map(_one, unicodedata.normalize("NFC", text)))


def traced(text: str) -> tuple[str, list[int]]:
    """The normal form, and for each of its characters the place in ``text`` that it came from. ``text`` is NFC."""
    parts: list[str] = []
    places: list[int] = []
    for place, plain in enumerate(map(_one, text)):
        parts.append(plain)
        if len(plain) == 1:
            places.append(place)
        else:
            places += [place] * len(plain)
    return "".join(parts), places
