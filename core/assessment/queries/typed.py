"""One indicator that people judge, over all units: the figure in force beside what is still to be typed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from core.access.actor import Actor
from core.assessment.models import IndicatorEntry
from core.assessment.permissions import AssessmentPermission
from core.assessment.queries.indicators import indicator_of
from core.db.sessions import TenantSession
from core.http.paging import Page, Paging
from core.kernel.errors import NotFound
from core.kernel.schoolyear import Span
from core.orgs.models import OrgUnit
from core.orgs.queries import open_on, root_unit_id
from core.tenancy.packs.model import Indicator, Measured, Pack
from core.tenancy.packs.owed import who_types

WRITE = AssessmentPermission.WRITE


@dataclass(frozen=True)
class TypedRow:
    """``part`` None: nobody typed a figure within the span."""

    unit_id: UUID
    unit_name: str
    part: int | None
    whole: int | None
    as_of: date | None
    basis: str
    made_by_name: str


@dataclass(frozen=True)
class TypedTable:
    """``version``: of the whole table, whatever part of it is shown; see :func:`table_version`."""

    indicator: Indicator
    page: Page[TypedRow]
    version: int


def typed_table(
    session: TenantSession, actor: Actor, pack: Pack, code: str, *, span: Span, paging: Paging, text: str = "", untyped: bool = False
) -> TypedTable:  # fmt: skip
    """Units whose figure it is, open at the end of the span and within reach of who types, in name order. Raises NotFound, also for an
    indicator that is computed. Three statements, one more for the district's own."""
    own = indicator_of(pack, code)
    if own.source is not Measured.TYPED:
        raise NotFound()
    rows = _rows(session, actor, pack, own, span=span, text=text, untyped=untyped)
    total = session.scalar(select(func.count()).select_from(rows.order_by(None).subquery())) or 0
    found = session.execute(rows.offset(paging.offset).limit(paging.page_size))
    lines = tuple(
        TypedRow(row.id, row.name, row.part, row.whole, row.as_of, row.basis or "", row.made_by_name or "") for row in found
    )  # fmt: skip
    return TypedTable(own, Page(lines, total, paging.page, paging.page_size), table_version(session, code))


def table_version(session: TenantSession, code: str) -> int:
    """How many figures of the indicator were ever typed: entries are never changed and never taken away, so two tables with the same
    number say the same."""
    return session.scalar(select(func.count()).where(IndicatorEntry.indicator == code)) or 0


def behind_later(session: TenantSession, code: str, *, as_of: date, units: Collection[UUID | None]) -> tuple[str, ...]:
    """Names of those of the units that have a figure of a later day: what was typed to ``as_of`` is kept, and is not the one in force.
    One statement."""
    later = (IndicatorEntry.tenant_id == OrgUnit.tenant_id) & (IndicatorEntry.unit_id == OrgUnit.id)
    statement = (
        select(OrgUnit.name)
        .where(
            OrgUnit.id.in_([unit for unit in units if unit is not None]),
            exists().where(later, IndicatorEntry.indicator == code, IndicatorEntry.as_of > as_of),
        )
        .order_by(OrgUnit.name_sort, OrgUnit.id)
    )
    return tuple(session.scalars(statement))


def _rows(
    session: TenantSession, actor: Actor, pack: Pack, own: Indicator, *, span: Span, text: str, untyped: bool
) -> Select[Any]:  # fmt: skip
    last = (
        select(IndicatorEntry)
        .where(IndicatorEntry.indicator == own.code, IndicatorEntry.as_of.between(span.starts, span.ends))
        .ext(distinct_on(IndicatorEntry.unit_id))
        .order_by(IndicatorEntry.unit_id, IndicatorEntry.as_of.desc(), IndicatorEntry.id.desc())
        .subquery()
    )
    whose = (
        OrgUnit.id == root_unit_id(session) if own.district else OrgUnit.org_type.in_(list(who_types(pack, own.who)))
    )
    where = [whose, open_on(span.ends), actor.coverage(WRITE).filter(OrgUnit.id)]
    where += [or_(OrgUnit.name.contains(text, autoescape=True), OrgUnit.code == text)] if text else []
    where += [last.c.id.is_(None)] if untyped else []
    return (
        select(
            OrgUnit.id, OrgUnit.name, last.c.part, last.c.whole, last.c.as_of, last.c.basis, last.c.made_by_name,
        )
        .outerjoin(last, last.c.unit_id == OrgUnit.id)
        .where(*where)
        .order_by(OrgUnit.name_sort, OrgUnit.id)
    )  # fmt: skip
