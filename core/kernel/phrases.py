"""Texts with values that can still be translated where they are shown. Knows no catalogue and no language but its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self


class Phrase(str):
    """Reads as the Chinese text; ``msgid`` and ``values`` stay apart, so that whoever shows it can say it otherwise.

    A value may be a Phrase too, or a list of texts, between which Chinese puts 、.
    """

    __slots__ = ("msgid", "values")
    msgid: str
    values: Mapping[str, object]

    def __new__(cls, msgid: str, /, **values: object) -> Self:
        phrase = super().__new__(
            cls, msgid % {name: _plain(value) for name, value in values.items()} if values else msgid
        )
        phrase.msgid, phrase.values = msgid, values
        return phrase


def _plain(value: object) -> object:
    return "、".join(str(part) for part in value) if isinstance(value, list | tuple) else value
