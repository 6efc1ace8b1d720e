"""What a feature says of the official papers (公文) it prints. Knows no table; core.papers keeps the districts' templates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class PaperName:
    """A name that a template may use: ``{{ name }}``. ``title`` is a msgid; ``sample`` is a value of the kind it really gets.

    Text, int, date, or a list: of texts, or of dicts whose keys are what stands in one row.
    """

    name: str
    title: str
    sample: Any
    typed: str = ""
    """How a person enters it where the paper is written by hand: line | text (paragraphs) | date; empty: never typed."""
    required: bool = True


@dataclass(frozen=True)
class PaperKind:
    """One kind of paper. ``code`` begins with the feature's name (``inspections.order``); ``title`` is a msgid.

    ``template``: the built-in one, a docx with the names in it. ``word``: the middle of its number, as in 武进**教安通**〔2020〕3号;
    empty: never numbered by core.papers. ``by_hand``: people write it on the page of papers, and core.papers prints it.
    """

    code: str
    title: str
    names: tuple[PaperName, ...]
    template: Callable[[], bytes]
    word: str = ""
    by_hand: bool = False
    order: int = 50

    @property
    def sample(self) -> dict[str, Any]:
        """Values by which a template can be tried."""
        return {name.name: name.sample for name in self.names}

    @property
    def typed(self) -> tuple[PaperName, ...]:
        return tuple(name for name in self.names if name.typed)
