"""Figures of indicators for all units at once: two statements for the units and the facts of SQL, one for each indicator of what is owed."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Subquery, and_, func, or_, select

from core.access.actor import Coverage
from core.assessment.score import Figure
from core.assessment.sources import Asked, Fact, Facts, Judged, fact_rows
from core.assessment.sources.duties import OWED, owed_facts, owed_figures
from core.db.sessions import TenantSession
from core.hooks.manager import Plugins
from core.kernel.schoolyear import Span
from core.orgs.models import OrgUnit
from core.orgs.queries import root_unit_id
from core.tenancy.packs.model import Goal, Indicator, Measured, Pack, Scheme
from core.tenancy.packs.owed import who_types

FACTS = 100
"""So many facts are kept and shown behind one figure; those that count against it first. How many there are is told."""
EVERYWHERE = Coverage(None)


@dataclass(frozen=True)
class Figures:
    """``now`` and ``before``: code of the indicator → unit → figure; ``before`` holds falling ones only."""

    units: tuple[Judged, ...]
    """In name order; of all indicators asked together."""
    meant: Mapping[str, tuple[UUID, ...]]
    """Code → whose figure it is, in name order; the bureau for the district's own."""
    now: Mapping[str, Mapping[UUID, Figure]]
    before: Mapping[str, Mapping[UUID, Figure]]

    def of(self, unit_id: UUID) -> dict[str, Figure]:
        return {code: found[unit_id] for code, found in self.now.items() if unit_id in found}

    def then(self, unit_id: UUID) -> dict[str, Figure]:
        return {code: found[unit_id] for code, found in self.before.items() if unit_id in found}


def figures_of(
    session: TenantSession, plugins: Plugins, pack: Pack, *, indicators: Sequence[Indicator], span: Span, coverage: Coverage = EVERYWHERE,
    unit_id: UUID | None = None,
) -> Figures:  # fmt: skip
    """Every indicator of every unit within ``coverage`` whose it is. A count without facts is 0; what nobody typed is not there."""
    asked = [Asked(own, span) for own in indicators]
    asked += [Asked(own, _earlier(own, span)) for own in indicators if own.goal is Goal.FALLING]
    scope = _scope(session, pack, indicators, span=span, coverage=coverage, unit_id=unit_id)
    units = _units(session, scope)
    found = _counted(session, plugins, asked, scope)
    meant = {own.code: _meant(pack, own, scope, units) for own in indicators}
    tables: list[dict[UUID, Figure]] = []
    for one, got in zip(asked, found, strict=True):
        own = one.indicator
        empty = None if own.source is Measured.TYPED else Figure(0, 0 if own.is_share else None)
        kept = ((unit, got.get(unit, empty)) for unit in meant[own.code])
        tables.append({unit: figure for unit, figure in kept if figure is not None})
    size = len(indicators)
    return Figures(
        units,
        meant,
        {one.indicator.code: table for one, table in zip(asked[:size], tables[:size], strict=True)},
        {one.indicator.code: table for one, table in zip(asked[size:], tables[size:], strict=True)},
    )


def facts_of(
    session: TenantSession, plugins: Plugins, pack: Pack, *, indicators: Sequence[Indicator], span: Span, coverage: Coverage = EVERYWHERE,
    unit_id: UUID | None = None, most: int = FACTS,
) -> dict[tuple[str, UUID], Facts]:  # fmt: skip
    """(Code, unit) → the facts, those against the unit first, then by day. One statement for those of SQL, one for each indicator of
    what is owed, of which only what was not done in time is listed."""
    asked = [(no, Asked(own, span)) for no, own in enumerate(indicators)]
    scope = _scope(session, pack, indicators, span=span, coverage=coverage, unit_id=unit_id)
    found: dict[tuple[str, UUID], Facts] = {}
    table = fact_rows(asked, units=scope.ids())
    if table is not None:
        found = {(indicators[no].code, unit): facts for no, unit, facts in _listed(session, table, most)}
    owed = [(no, one) for no, one in asked if one.indicator.source in OWED]
    listed = owed_facts(session, plugins, owed, coverage=coverage, most=most, unit_id=unit_id)
    return found | {(indicators[no].code, unit): Facts(*kept) for (no, unit), kept in listed.items()}


def _listed(session: TenantSession, table: Subquery, most: int) -> Iterator[tuple[int, UUID, Facts]]:
    facts = table.c
    each = (facts.no, facts.unit_id)
    order = func.row_number().over(
        partition_by=each, order_by=(facts.against.desc(), facts.on_date, facts.name, facts.id)
    )
    every = func.count().over(partition_by=each)
    ranked = select(table, order.label("place"), every.label("every")).where(facts.id.is_not(None)).subquery()
    rows = session.execute(
        select(ranked).where(ranked.c.place <= most).order_by(ranked.c.no, ranked.c.unit_id, ranked.c.place)
    )
    for (no, unit), group in groupby(rows, key=lambda row: (row.no, row.unit_id)):
        members = list(group)
        kept = tuple(Fact(row.kind, str(row.id), row.name, row.on_date, row.against) for row in members)
        yield no, unit, Facts(members[0].every, kept)


def assessed_units(
    session: TenantSession, pack: Pack, scheme: Scheme, indicators: Sequence[Indicator], *, span: Span
) -> tuple[UUID, ...]:
    """Every unit that the scheme assesses and that has a figure of one of the indicators, in name order."""
    everyone = _scope(session, pack, indicators, span=span, coverage=EVERYWHERE, unit_id=None)
    types = everyone.types & frozenset(who_types(pack, scheme.who))
    return tuple(unit.id for unit in _units(session, replace(everyone, types=types)))


@dataclass(frozen=True)
class _Scope:
    """Which units are asked about: of these types, open at the end of the span, within reach; the bureau where it has figures."""

    types: frozenset[str]
    span: Span
    coverage: Coverage
    unit_id: UUID | None
    roots: tuple[UUID, ...]

    def ids(self) -> Select[UUID]:
        units = select(OrgUnit.id).where(or_(and_(*self.conditions()), OrgUnit.id.in_(self.roots)))
        return select(units.cte("asked_units").c.id)

    def conditions(self) -> list[ColumnElement[bool]]:
        day = self.span.ends
        own = [OrgUnit.id == self.unit_id] if self.unit_id is not None else []
        return [
            OrgUnit.org_type.in_(self.types), OrgUnit.valid_from <= day, or_(OrgUnit.valid_to.is_(None), OrgUnit.valid_to >= day),
            self.coverage.filter(OrgUnit.id), *own,
        ]  # fmt: skip


def _scope(
    session: TenantSession, pack: Pack, indicators: Sequence[Indicator], *, span: Span, coverage: Coverage, unit_id: UUID | None
) -> _Scope:  # fmt: skip
    types = frozenset(word for own in indicators if not own.district for word in _types(pack, own))
    root = root_unit_id(session) if any(own.district for own in indicators) else None
    return _Scope(types, span, coverage, unit_id, (root,) if root is not None and root in coverage else ())


def _types(pack: Pack, own: Indicator) -> frozenset[str]:
    return frozenset(who_types(pack, own.who))


def _meant(pack: Pack, own: Indicator, scope: _Scope, units: Sequence[Judged]) -> tuple[UUID, ...]:
    types = _types(pack, own)
    return scope.roots if own.district else tuple(unit.id for unit in units if unit.org_type in types)


def _earlier(own: Indicator, span: Span) -> Span:
    """The same days of the year before, or of the year that the text names."""
    years = span.starts.year - own.baseline if own.baseline is not None else 1
    return Span(_years_before(span.starts, years), _years_before(span.ends, years))


def _years_before(day: date, years: int) -> date:
    """29 February is 28 February in a year that has none."""
    leap = (day.month, day.day) == (2, 29) and not isleap(day.year - years)
    return day.replace(year=day.year - years, day=28 if leap else day.day)


def _units(session: TenantSession, scope: _Scope) -> tuple[Judged, ...]:
    """In name order."""
    rows = session.execute(
        select(OrgUnit.id, OrgUnit.name, OrgUnit.org_type)
        .where(*scope.conditions())
        .order_by(OrgUnit.name_sort, OrgUnit.id)
    )
    return tuple(Judged(row.id, row.name, row.org_type or "") for row in rows)


def _counted(
    session: TenantSession, plugins: Plugins, asked: Sequence[Asked], scope: _Scope
) -> list[dict[UUID, Figure]]:
    found: list[dict[UUID, Figure]] = [
        owed_figures(session, plugins, one, coverage=scope.coverage, unit_id=scope.unit_id)
        if one.indicator.source in OWED
        else {}
        for one in asked
    ]
    table = fact_rows(list(enumerate(asked)), units=scope.ids())
    if table is None:
        return found
    facts = table.c
    sums = select(facts.no, facts.unit_id, func.sum(facts.part), func.sum(facts.whole)).group_by(
        facts.no, facts.unit_id
    )
    for no, unit, part, whole in session.execute(sums):
        found[no][unit] = Figure(int(part), int(whole) if asked[no].indicator.is_share else None)
    return found
