"""Reads of registers. What other features use is re-exported here."""

from core.registers.queries.breaches import Breach, breaches_by_id
from core.registers.queries.cards import EntryCard
from core.registers.queries.entries import EntryFilter, entries_page, entry_card, entry_rows

__all__ = ["Breach", "EntryCard", "EntryFilter", "breaches_by_id", "entries_page", "entry_card", "entry_rows"]
