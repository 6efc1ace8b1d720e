"""The one blueprint that these pages hang on, and what their forms share."""

from __future__ import annotations

from collections.abc import Mapping

from core.http.blueprints import PageBlueprint
from core.http.words import said

bp = PageBlueprint("accountability", "core.accountability")


def choices(words: Mapping[str, str]) -> list[tuple[str, str]]:
    """(code, title) pairs for a select, in the reader's language."""
    return [(str(code), said(title)) for code, title in words.items()]
