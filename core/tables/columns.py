"""What a column of a table is: its name in code, its title, its type, the words it also goes by. Reads and writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Type(StrEnum):
    """What a cell of the column means, and what a kind gets (import) or gives (export) for it."""

    TEXT = "text"
    """str"""
    CODE = "code"
    """str, half-width, without spaces: numbers of certificates, logins, codes of units"""
    INTEGER = "integer"
    """int"""
    MONEY = "money"
    """int, fen; the cell says yuan or 万元"""
    DATE = "date"
    """datetime.date"""
    INSTANT = "instant"
    """aware datetime; the cell is Asia/Shanghai"""
    BOOLEAN = "boolean"
    """bool: 是/否, 有/无"""
    CHOICE = "choice"
    """str, one of the codes in ``choices``"""
    CHOICES = "choices"
    """tuple of such codes; several words with 、 between them"""
    PHOTOS = "photos"
    """int, how many photos the row has; export only, the sum stands in the file"""
    FILES = "files"
    """int, how many files the row has; export only, the sum stands in the file"""


@dataclass(frozen=True)
class Column:
    """``title`` is the header that is written, and with ``aliases`` the headers that are understood (compared without
    brackets, stars, spaces, width of letters). Interface words are Chinese msgids."""

    name: str
    title: str
    type: Type = Type.TEXT
    required: bool = False
    """A cell must have a value; the column must be there."""
    aliases: tuple[str, ...] = ()
    """Best first: of two headers that fit, the earlier alias counts."""
    choices: Mapping[str, str] = field(default_factory=dict)
    """Word as people write it → code. The first word of each code is the one that is suggested and written."""
    hint: str = ""
    """What is right, in words: stands in the blank form and beside a faulty cell. Empty: what the type says."""
    example: str = ""
    """For the blank form's example row."""
    most: int = 500
    """Letters."""
    width: int = 18
    """Of the written column, in letters."""
    personal: bool = False
    """Names, phones …: said in docs and logs, never filled by examples of real people."""
    parse: Any = None
    """Own reading of a cell: ``(text) -> value``, raises ValueError; instead of the type's."""
