"""The order of the cards on the desk: what is late first, then what is soon, never more than seven. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from core.hooks.meta import DeskCard

MOST = 7
URGENCY = {"overdue": 0, "soon": 1, "normal": 2}


def urgent(cards: Iterable[DeskCard]) -> list[DeskCard]:
    """The most urgent first. A card that counts nothing is left out: nothing has to be done there."""
    waiting = [card for card in cards if card.count]
    return sorted(waiting, key=lambda card: (URGENCY.get(card.tone, 2), card.order, card.title))


def chosen(cards: Iterable[DeskCard]) -> list[DeskCard]:
    """The most urgent seven."""
    return urgent(cards)[:MOST]
