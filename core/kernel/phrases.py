"""Texts with values that can still be translated where they are shown. Knows no catalogue and no language but its own."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Self

ENGLISH_READER: ContextVar[bool] = ContextVar("english_reader", default=False)
"""Whether the page being made is read in English; set with the page's frame, and taken back when the request ends."""


@contextmanager
def as_printed() -> Iterator[None]:
    """For papers: the district's own words, whoever asked for the paper."""
    token = ENGLISH_READER.set(False)
    try:
        yield
    finally:
        ENGLISH_READER.reset(token)


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


class Label(str):
    """The district's own word with its English beside it.

    Everywhere it is the Chinese word: in papers, exports, the database, REST. Only where it is put into a page (the one
    place that asks for ``__html__``) does a reader of English get the English.
    """

    __slots__ = ("en",)
    en: str
    """"" where the pack gives none: then the Chinese word stands."""

    def __new__(cls, text: str, en: str = "") -> Self:
        label = super().__new__(cls, text)
        label.en = en
        return label

    @property
    def read(self) -> str:
        """The word for whoever reads the page being made."""
        return self.en if self.en and ENGLISH_READER.get() else str(self)

    def __html__(self) -> str:
        return html.escape(self.read)
