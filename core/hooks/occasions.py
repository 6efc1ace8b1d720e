"""What a feature says of events after which something is due. Knows no table; core.obligations makes the duties of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy import Select


EVENT_COLUMNS = ("unit_id", "id", "at", "no", "answered_at")
"""What every select of events gives, in this order and under these names."""


@dataclass(frozen=True)
class Occasion:
    """Events of one kind, read where they lie. ``code``: the word of the pack's ``after`` (core.tenancy.packs.model.After).

    ``happened(session, span)``: one SELECT with :data:`EVENT_COLUMNS`, of what happened in ``span`` (local days, both included),
    without an order, of the whole tenant. Columns: uuid (the unit that answers), uuid (of the event), timestamptz (from when
    time runs), text (its number), timestamptz (when what is owed after it was done, as far as the feature itself knows; else null).
    """

    code: str
    named: str
    """Chinese msgid that tells one event from the others with ``%(no)s`` and says nothing of what happened."""
    happened: Callable[..., Select[Any] | None]
    asks: bool = False
    """``happened`` also takes what the duty asks for (the pack's ``entry``); None where that is not there."""
    everybody: bool = False
    """All units that the duty means owe it, whoever's event it is: a warning that the bureau issued."""
    permission: str = ""
    """Who may know that there was such an event; empty: whoever sees duties."""
