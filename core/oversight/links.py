"""From a number of a dashboard to exactly the rows behind it: addresses of the ledger. Knows its filter names, no SQL."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import url_for

from core.oversight.figures import next_month
from core.oversight.queries.asked import Asked

LEDGER = "hazards.ledger"
COUNTED = ("discovered", "registered", "planned", "rectifying", "reported", "verified", "closed", "risk_controlled")
"""Every canonical stage but 误报, which is in no total."""


@dataclass(frozen=True)
class Links:
    """Each method is one number. ``build`` makes the address; tests hand in their own."""

    asked: Asked
    build: Callable[..., str] = url_for

    def _ledger(self, *, found: bool = True, **filters: Any) -> str:
        values: dict[str, Any] = {"unit_id": self.asked.cluster, "domain": self.asked.domain}
        if found:
            values |= {"found_from": self.asked.since, "found_to": self.asked.until}
        values |= filters
        return self.build(LEDGER, **{name: value for name, value in values.items() if value is not None})

    def found(self, **more: Any) -> str:
        return self._ledger(canonical=COUNTED, **more)

    def open(self, **more: Any) -> str:
        return self._ledger(state="open", **more)

    def closed(self, **more: Any) -> str:
        return self._ledger(state="closed", **more)

    def overdue(self, **more: Any) -> str:
        return self._ledger(due="overdue", **more)

    def soon(self) -> str:
        return self._ledger(due="soon")

    def major(self) -> str:
        return self._ledger(canonical=COUNTED, grade="major")

    def major_open(self) -> str:
        return self._ledger(state="open", grade="major")

    def controlled(self) -> str:
        return self._ledger(canonical=("risk_controlled",))

    def escalated(self) -> str:
        return self._ledger(state="open", escalated="true")

    def self_found(self) -> str:
        return self._ledger(canonical=COUNTED, origin="self_check")

    def on_the_spot(self) -> str:
        return self._ledger(canonical=COUNTED, on_the_spot="true")

    def recurrences(self) -> str:
        return self._ledger(canonical=COUNTED, recurrence="true")

    def on_time(self) -> str:
        return self._ledger(state="closed", on_time="true")

    def closed_in(self, first: date, last: date) -> str:
        return self._ledger(found=False, state="closed", closed_from=first, closed_to=last)

    def closed_this_month(self) -> str:
        first, after = self.asked.current_month
        return self.closed_in(first, after - timedelta(days=1))

    # ── marks of charts ──────────────────────────────────────────────────────────────────────

    def of_age(self, *, domain: str, age: int) -> str:
        return self._ledger(state="open", domain=domain, age=age)

    def of_month(self, *, month: date, what: str) -> str:
        first, last = max(month, self.asked.since), min(next_month(month) - timedelta(days=1), self.asked.until)
        if what == "closed":
            return self.closed_in(first, last)
        return self._ledger(canonical=COUNTED, found_from=first, found_to=last)

    def of_domain(self, *, domain: str, state: str) -> str:
        if state == "closed":
            return self._ledger(state="closed", domain=domain)
        if state == "overdue":
            return self._ledger(due="overdue", domain=domain)
        return self._ledger(state="open", domain=domain)

    def of_category(self, *, domain: str, category: str) -> str:
        return self._ledger(canonical=COUNTED, domain=domain, category=category)

    def of_school(self, unit_id: Any, state: str = "found") -> str:
        if state == "found":
            return self._ledger(canonical=COUNTED, unit_id=unit_id)
        if state == "overdue":
            return self._ledger(due="overdue", unit_id=unit_id)
        return self._ledger(state=state, unit_id=unit_id)
