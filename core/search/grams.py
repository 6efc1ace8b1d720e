"""Texts cut into overlapping pieces (grams): two characters, three inside numbers and Latin words. Pure.

Two characters of Chinese are a word; two digits are not, they stand in nearly every number.
"""

from __future__ import annotations

from dataclasses import dataclass

LAST = "\U0010ffff"
"""Sorts after every character of a gram (collation C)."""
MOST_GRAMS = 8
"""A longer question is told apart by comparing the texts themselves."""


def grams(text: str) -> set[str]:
    """The grams that begin at each character of a field in normal form; the last ones are shorter."""
    return {_at(text, place) for place in range(len(text))}


@dataclass(frozen=True)
class Wanted:
    """What the index is asked for a term: grams that must be there, or (short terms) one that begins so."""

    exact: tuple[str, ...] = ()
    prefix: str = ""


def wanted(term: str) -> Wanted:
    """The grams of a term that are whole wherever the term stands: what may follow it must not matter."""
    whole = [_at(term, place) for place in range(len(term)) if _whole(term, place)]
    kept = list(dict.fromkeys(whole))
    if not kept:
        return Wanted(prefix=term)
    step = max(1, -(-len(kept) // MOST_GRAMS))
    return Wanted(exact=tuple(kept[::step]))


def _at(text: str, place: int) -> str:
    piece = text[place : place + 3]
    return piece if _plain(piece) else piece[:2]


def _whole(term: str, place: int) -> bool:
    """Also the third character is known, unless the first two say already that the gram ends there."""
    two = term[place : place + 2]
    return len(two) == 2 and (not _plain(two) or place + 2 < len(term))


def _plain(piece: str) -> bool:
    return piece.isascii()
