"""申诉期: from the announcement to its last day, both included. Pure."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from core.assessment.words import ANNOUNCED


class Windowed(Protocol):
    """A round, as a row or as a line."""

    @property
    def state(self) -> str: ...
    @property
    def appeal_until(self) -> date | None: ...


def window_open(own: Windowed, today: date) -> bool:
    """``today``: the local day."""
    return own.state == ANNOUNCED and own.appeal_until is not None and today <= own.appeal_until
