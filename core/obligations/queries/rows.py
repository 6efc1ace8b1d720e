"""Rows: one unit and one occurrence each, for the list, the calendar and the feed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import chain
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, select, true

from core.access.actor import Coverage
from core.db.sessions import TenantSession
from core.hooks.evidence import Evidence
from core.hooks.manager import Plugins
from core.http.paging import Page, Paging
from core.kernel.clock import local_date
from core.kernel.obligations import Standing
from core.obligations.duties import unit_words
from core.obligations.expected import Expected
from core.obligations.queries.careful import careful, spared
from core.obligations.queries.counting import Whose
from core.obligations.queries.ground import DOUBT, Asked, countable_in
from core.obligations.queries.shapes import DueRow
from core.obligations.queries.statement import Parts, pairs, parts, run, standing
from core.orgs.models import OrgUnit
from core.orgs.queries.units import closure_of

BATCH = 2000
FEW = 50
"""So many units are looked up by their ids; more are cheaper taken with all the others."""


@spared
def due_rows(
    session: TenantSession, plugins: Plugins, *, coverage: Coverage, asked: Asked, paging: Paging
) -> Page[DueRow]:
    """One page, by due day, then name. One query beside those of the ground (pack, switches, choices)."""
    expected, sources = countable_in(session, plugins, asked)
    if not expected:
        return Page((), 0, paging.page, paging.page_size)

    def page(evidence: Sequence[Evidence]) -> tuple[Sequence[Any], int]:
        statement = _rows(session, coverage, asked, expected, evidence)
        total = func.count().over().label("total")
        found = run(session, statement.add_columns(total).limit(paging.page_size).offset(paging.offset)).all()
        count = found[0].total if found else 0
        if not found and paging.page > 1:
            count = session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0
        return found, count

    found, count = careful(session, plugins, sources, page)
    return Page(tuple(_row(expected, row) for row in found), count, paging.page, paging.page_size)


def stream_rows(session: TenantSession, plugins: Plugins, *, coverage: Coverage, asked: Asked) -> Iterator[DueRow]:
    """All of them in the same order, read in batches. What has begun cannot be asked again: every holding is read first."""
    session.info[DOUBT] = True
    expected, sources = countable_in(session, plugins, asked)
    if not expected:
        return

    def begun(evidence: Sequence[Evidence]) -> tuple[Iterator[Any], Sequence[Any]]:
        """With the first batch: the rows are sorted, so by then every fact has been read."""
        statement = _rows(session, coverage, asked, expected, evidence).execution_options(yield_per=BATCH)
        batches = run(session, statement).partitions()
        return batches, next(batches, ())

    batches, first = careful(session, plugins, sources, begun)
    for batch in chain((first,), batches):
        yield from (_row(expected, row) for row in batch)


def units_asked(coverage: Coverage, asked: Asked) -> ColumnElement[bool]:
    """Which units of OrgUnit."""
    wanted = [coverage.filter(OrgUnit.id)]
    if asked.unit_id is not None:
        wanted.append(OrgUnit.id == asked.unit_id)
    if asked.under is not None:
        wanted.append(OrgUnit.id.in_(closure_of(asked.under)))
    if asked.org_types:
        wanted.append(OrgUnit.org_type.in_(asked.org_types))
    return and_(true(), *wanted)


def _few(coverage: Coverage, asked: Asked) -> Collection[UUID] | None:
    if asked.unit_id is not None:
        return (asked.unit_id,)
    own = coverage.unit_ids
    return sorted(own) if own is not None and len(own) <= FEW else None


def parts_of(
    session: TenantSession, coverage: Coverage, asked: Asked, expected: Sequence[Expected], evidence: Sequence[Evidence]
) -> Parts:
    now = session.now()
    whose = Whose(units_asked(coverage, asked), max(local_date(now), asked.span.ends), _few(coverage, asked))
    return parts(session, expected, evidence, of=whose, now=now)


def _rows(
    session: TenantSession, coverage: Coverage, asked: Asked, expected: Sequence[Expected], evidence: Sequence[Evidence]
) -> Select[Any]:
    found = parts_of(session, coverage, asked, expected, evidence)
    state = standing(found)
    statement = (
        select(
            found.due.c.no, OrgUnit.id, OrgUnit.code, OrgUnit.name, OrgUnit.org_type, OrgUnit.kind, state.label("state"),
            func.coalesce(found.done.c.done, 0).label("done"), found.wanted.label("wanted"), found.number.label("own"),
        )
        .select_from(pairs(found).join(OrgUnit, OrgUnit.id == found.units.c.id))
        .where(OrgUnit.tenant_id == session.tenant_id)
        .order_by(found.due.c.due_on.asc().nulls_last(), found.due.c.no, OrgUnit.name_sort, OrgUnit.id)
    )  # fmt: skip
    return statement.where(state.in_(sorted(asked.states))) if asked.states else statement


def _row(expected: Sequence[Expected], row: Any) -> DueRow:
    one = expected[row.no]
    words = unit_words(org_type=row.org_type, kind=row.kind, code=row.code)
    return DueRow(
        one, row.id, row.code, row.name, one.duty.party(words), Standing(row.state), row.done, row.wanted, row.own
    )
