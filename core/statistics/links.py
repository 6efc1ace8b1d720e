"""From a figure to exactly the rows of the hazard ledger behind it, where the ledger can be asked so. Knows no SQL."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from core.kernel.schoolyear import Span
from core.statistics.sheet import RUNNING, Head, Origin, Row, Sheet
from core.tenancy.packs.model import Table

LEDGER = "hazards.ledger"
COUNTED = ("discovered", "registered", "planned", "rectifying", "reported", "verified", "closed", "risk_controlled")
"""Every canonical stage but 误报, which is in no figure."""


@dataclass(frozen=True)
class Links:
    """``unit``: id of the unit the whole table is narrowed to, or empty. ``build`` makes the address (url_for)."""

    table: Table
    unit: str
    today: date
    build: Callable[..., str]

    def of(self, sheet: Sheet, row: Row, head: Head) -> str:
        """Empty where the ledger cannot show just these: a row of many units of one kind, a past day's state, another source."""
        if head.origin is not Origin.FACT or not (row.total or row.unit_id or row.domain):
            return ""
        if row.total and sheet.left_out:
            return ""
        filters = _filters(head.fact, self._span(sheet, head), self.today)
        if filters is None:
            return ""
        only = self.table.column(head.code.removesuffix(RUNNING)).only
        if len(only.grades) > 1 or len(only.origins) > 1 or (only.domains and row.domain):
            return ""
        asked: dict[str, Any] = {
            **filters, "unit_id": row.unit_id or self.unit, "grade": only.grades[0] if only.grades else "",
            "origin": only.origins[0] if only.origins else "", "domain": only.domains or row.domain,
        }  # fmt: skip
        return self.build(LEDGER, **{name: value for name, value in asked.items() if value not in ("", ())})

    def _span(self, sheet: Sheet, head: Head) -> Span:
        return Span(sheet.since, sheet.ends) if head.code.endswith(RUNNING) else sheet.span


def _filters(fact: str, span: Span, today: date) -> dict[str, Any] | None:
    found = {"found_from": span.starts, "found_to": span.ends}
    current = span.ends >= today
    match fact:
        case "hazards.found":
            return found | {"canonical": COUNTED}
        case "hazards.closed":
            return found | {"state": "closed", "closed_to": span.ends}
        case "hazards.closed_in_period":
            return {"state": "closed", "closed_from": span.starts, "closed_to": span.ends}
        case "hazards.on_the_spot":
            return found | {"canonical": COUNTED, "on_the_spot": "true"}
        case "hazards.recurrences":
            return found | {"canonical": COUNTED, "recurrence": "true"}
        case "hazards.open" if current:
            return found | {"state": "open"}
        case "hazards.rectified" if current:
            return found | {"canonical": ("reported", "verified", "closed")}
        case _:
            return None
