"""What a dashboard was asked for, and the condition on hazards that follows. Every block and every link uses the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, true

from core.access.actor import Coverage
from core.hazards.models import Hazard
from core.kernel.clock import end_of_day, start_of_day
from core.orgs.queries import closure_of
from core.oversight.figures import next_month

EVERYWHERE = Coverage(None)


@dataclass(frozen=True)
class Asked:
    """Hazards found from ``since`` to ``until``, both included; ``month``: the one month they were narrowed to."""

    since: date
    until: date
    coverage: Coverage = EVERYWHERE
    month: date | None = None
    cluster: UUID | None = None
    domain: str | None = None

    @property
    def current_month(self) -> tuple[date, date]:
        """First day and first day after: of the month chosen, else of the last one asked for."""
        first = self.month or self.until.replace(day=1)
        return first, next_month(first)

    def where(self) -> list[ColumnElement[bool]]:
        """Place and domain, whenever found."""
        wanted = [self.coverage.filter(Hazard.unit_id)]
        if self.cluster is not None:
            wanted.append(Hazard.unit_id.in_(closure_of(self.cluster)))
        if self.domain:
            wanted.append(Hazard.domain == self.domain)
        return wanted

    def found(self) -> list[ColumnElement[bool]]:
        """As ``where``, and found in the period."""
        return [*self.where(), found_between(self.since, self.until)]


def found_between(since: date | None, until: date | None) -> ColumnElement[bool]:
    """By whole days in Asia/Shanghai, as instants, so that the index is used."""
    condition: ColumnElement[bool] = true()
    if since is not None:
        condition &= Hazard.found_at >= start_of_day(since)
    if until is not None:
        condition &= Hazard.found_at < end_of_day(until)
    return condition
