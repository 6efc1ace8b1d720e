"""Where the words asked for stand in a text as it is shown: also when they were typed in another script, width or case."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
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
    return tuple(_parts(text, 0, len(text), _hits(text, terms)))


def excerpt(text: str, terms: Sequence[str]) -> tuple[Part, ...]:
    """The place around the first hit; nothing where none stands."""
    text = unicodedata.normalize("NFC", " ".join(text.split()))
    hits = _hits(text, terms)
    if not hits:
        return ()
    start, end = max(0, hits[0][0] - AROUND), min(len(text), hits[0][0] + 2 * AROUND)
    before = (Part("…", False),) if start else ()
    after = (Part("…", False),) if end < len(text) else ()
    return (*before, *_parts(text, start, end, hits), *after)


def _parts(text: str, start: int, end: int, hits: Sequence[tuple[int, int]]) -> Iterator[Part]:
    """``text[start:end]`` cut at the hits, which are sorted and do not touch each other."""
    at = start
    for first, last in ((max(first, start), min(last, end)) for first, last in hits):
        if first < last:
            if at < first:
                yield Part(text[at:first], False)
            yield Part(text[first:last], True)
            at = last
    if at < end:
        yield Part(text[at:end], False)


def _hits(text: str, terms: Sequence[str]) -> list[tuple[int, int]]:
    """From and to of every hit, those that touch made one."""
    plain, places = traced(text)
    found = []
    for term in terms:
        at = plain.find(term)
        while at >= 0:
            found.append((places[at], places[at + len(term) - 1] + 1))
            at = plain.find(term, at + 1)
    joined: list[tuple[int, int]] = []
    for first, last in sorted(found):
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return joined
