"""What pages and REST of statistics ask of a request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from core.access.actor import Coverage
from core.http.context import RequestContext
from core.kernel.errors import NotFound
from core.kernel.schoolyear import Span
from core.orgs.queries import descendants, unit_cards
from core.statistics.local import Arranged
from core.statistics.periods import default_period
from core.statistics.permissions import StatisticsPermission
from core.statistics.queries import computed
from core.statistics.sheet import Sheet
from core.tenancy.packs.model import ColumnType, Table, TableColumn
from core.tenancy.shelf import pack_of


@dataclass(frozen=True)
class Question:
    """A table, its period and whose figures. ``unit_id`` None: all that the caller reaches."""

    table: Table
    span: Span
    unit_id: UUID | None


def question(
    context: RequestContext, table: Table, *, starts: date | None, ends: date | None, unit_id: UUID | None
) -> Question:
    """Raises NotFound for a unit out of reach."""
    context.actor.require(StatisticsPermission.READ, unit_id)
    span = (
        Span(starts, ends) if starts and ends else default_period(pack_of(context.session), table, today=context.today)
    )
    return Question(table, span, unit_id)


def answer(context: RequestContext, asked: Question) -> Sheet:
    """The sheet, as far as the caller reaches; at most two small queries beside its own."""
    coverage = context.actor.coverage(StatisticsPermission.READ)
    units = reach(context, coverage, asked.unit_id)
    return computed(
        context.session,
        table=asked.table,
        units=units,
        span=asked.span,
        unit_name=_who(context, coverage, asked.unit_id),
    )


def reach(context: RequestContext, coverage: Coverage, unit_id: UUID | None) -> frozenset[UUID] | None:
    """None: everywhere."""
    if unit_id is None:
        return coverage.unit_ids
    under = descendants(context.session, unit_id)
    return under if coverage.unit_ids is None else under & coverage.unit_ids


def _who(context: RequestContext, coverage: Coverage, unit_id: UUID | None) -> str:
    """Whose table it is: the unit asked for, one's own school, else the district."""
    if unit_id is None and coverage.unit_ids is not None:
        homes = {grant.home_unit_id for grant in context.actor.grants if grant.gives(StatisticsPermission.READ)}
        unit_id = next(iter(homes)) if len(homes) == 1 else None
    if unit_id is None:
        return context.tenant.name
    card = unit_cards(context.session, [unit_id]).get(unit_id)
    if card is None:
        raise NotFound()
    return card.name


def arranged_of(data: dict[str, Any]) -> Arranged:
    """From loaded ``ColumnsSchema``."""
    return Arranged(
        labels=data["labels"],
        hidden=frozenset(data["hidden"]),
        added=tuple(
            TableColumn(code=one["code"], label=one["label"], type=ColumnType(one["type"]), unit=one["unit"])
            for one in data["added"]
        ),
    )
