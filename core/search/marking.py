"""Where the words asked for stand in a text as it is shown: also when they were typed in another script, width or case."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from core.search.normal import traced

AROUND = 24
"""Characters of an excerpt on each side of its first hit."""


@dataclass(frozen=True)
class Part:
    """A piece of a text; ``hit``: these are the words asked for."""

    text: str
    hit: bool


def marked(text: str, terms: Sequence[str]) -> tuple[Part, ...]:
    """The whole text in pieces."""
    text = unicodedata.normalize("NFC", text)
    hits = _hits(text, terms)
    parts: list[Part] = []
    for place, character in enumerate(text):
        hit = place in hits
        if parts and parts[-1].hit == hit:
            parts[-1] = Part(parts[-1].text + character, hit)
        else:
            parts.append(Part(character, hit))
    return tuple(parts)


def excerpt(text: str, terms: Sequence[str]) -> tuple[Part, ...]:
    """The place around the first hit; nothing where none stands."""
    text = unicodedata.normalize("NFC", " ".join(text.split()))
    hits = _hits(text, terms)
    if not hits:
        return ()
    start, end = max(0, min(hits) - AROUND), min(hits) + 2 * AROUND
    shown = marked(text[start:end], terms)
    before = (Part("…", False),) if start else ()
    after = (Part("…", False),) if end < len(text) else ()
    return (*before, *shown, *after)


def _hits(text: str, terms: Sequence[str]) -> set[int]:
    plain, places = traced(text)
    found: set[int] = set()
    for term in terms:
        at = plain.find(term)
        while at >= 0:
            found |= set(range(places[at], places[at + len(term) - 1] + 1))
            at = plain.find(term, at + 1)
    return found
