"""What a pack would mean for the units of a roster, before anything is switched on: who owes what by when, who answers for
what, and what somebody should look at first. Pure: no database, no files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from core.kernel.obligations import FOREVER, Occurrence, Rule, UnitFacts, occurrences
from core.kernel.phrases import Phrase
from core.kernel.schoolyear import Span
from core.tenancy.packs.model import Domain, OrgKind, Pack
from core.tenancy.packs.owed import rules, school_calendar
from core.tenancy.packs.unconfirmed import unconfirmed

FIRST_DAYS = 90
SCHOOLS = frozenset({OrgKind.SCHOOL, OrgKind.KINDERGARTEN})
NAMED = 20
"""Units that a warning names; the others are counted."""


@dataclass(frozen=True, slots=True)
class PlannedUnit:
    """A unit as the roster or the pack names it. ``parent`` and ``clusters``: codes of units."""

    code: str
    name: str
    kind: str
    org_type: str | None
    stages: tuple[str, ...] = ()
    ownership: str | None = None
    parent: str = ""
    clusters: tuple[str, ...] = ()
    open_from: date | None = None


@dataclass(frozen=True, slots=True)
class Falling:
    """A rule, what of it falls due in the days asked for, and the units that owe it. A unit that opens later owes what falls
    due from then on: ask :meth:`owing`."""

    rule: Rule
    occurrences: tuple[Occurrence, ...]
    units: tuple[PlannedUnit, ...]

    def owing(self, occurrence: Occurrence) -> Iterator[PlannedUnit]:
        due_on = occurrence.due_on or FOREVER.ends
        return (unit for unit in self.units if unit.open_from is None or unit.open_from <= due_on)

    @property
    def count(self) -> int:
        """Single things that fall due: units times occasions."""
        return sum(1 for occurrence in self.occurrences for _ in self.owing(occurrence))


@dataclass(frozen=True, slots=True)
class Duty:
    """A row of the responsibility matrix, in labels; nobody responsible is 未指定."""

    no: str
    label: str
    responsible: tuple[str, ...]
    participating: tuple[str, ...]
    coordinator: str


@dataclass(frozen=True, slots=True)
class Caution:
    """What somebody should look at before they go on; none of them stops anything. ``kind``: stable word for programs."""

    kind: str
    says: Phrase
    items: tuple[str, ...] = ()
    """Named ones, at most :data:`NAMED`."""
    count: int = 0


@dataclass(frozen=True, slots=True)
class Preview:
    """``types``: (label of the org type, how many units), the pack's order. ``span``: the days asked for."""

    units: tuple[PlannedUnit, ...]
    types: tuple[tuple[str, int], ...]
    matrix: tuple[Duty, ...]
    falling: tuple[Falling, ...]
    span: Span
    warnings: tuple[Caution, ...]


def preview(
    pack: Pack,
    units: Collection[PlannedUnit],
    *,
    first_day: date,
    holders: Mapping[str, Collection[str]] | None = None,
    roster_faults: Iterable[str] = (),
) -> Preview:
    """``first_day``: of the :data:`FIRST_DAYS` looked at. ``holders``: unit code → codes of the posts held there; None where
    nobody has said yet. Raises ValueError for an obligation that makes no sense (``xiaoan pack check`` names its line)."""
    span = Span(first_day, first_day + timedelta(days=FIRST_DAYS - 1))
    falling = tuple(falls_due(pack, units, span))
    return Preview(
        units=tuple(units),
        types=_types(pack, units),
        matrix=matrix(pack),
        falling=falling,
        span=span,
        warnings=tuple(_warnings(pack, units, holders, tuple(roster_faults))),
    )


def falls_due(pack: Pack, units: Iterable[PlannedUnit], asked: Span) -> Iterator[Falling]:
    """Every rule of the pack of which something falls due in ``asked`` for at least one unit. Occurrences are made once for
    all units; duties after an event are not among them, for nothing has happened yet."""
    facts = [(unit, unit_facts(pack, unit)) for unit in units]
    calendar = school_calendar(pack, asked=asked)
    domains = {domain.code: domain for domain in pack.domains}
    for rule in rules(pack):
        owing = tuple(unit for unit, own in facts if rule.applies(own))
        if not owing:
            continue
        found = tuple(occurrences(rule, calendar, asked, force=_on(domains.get(rule.domain))))
        if found:
            yield Falling(rule, found, owing)


def unit_facts(pack: Pack, unit: PlannedUnit) -> UnitFacts:
    """What the rules may ask about a unit that is only planned. Its own numbers (the n of 8+n) nobody has said yet."""
    return UnitFacts(
        types=frozenset(_said_of(pack, unit)),
        domains=frozenset(domain.code for domain in pack.domains if domain.on and _serves(domain, unit)),
        open_from=unit.open_from or FOREVER.starts,
    )


def matrix(pack: Pack) -> tuple[Duty, ...]:
    """Main task × responsible × participating departments, in the words of the pack."""
    labels = {one.code: one.label for one in (*pack.departments, *pack.bodies)}

    def said(codes: Iterable[str]) -> tuple[str, ...]:
        return tuple(labels.get(code, code) for code in codes)

    return tuple(
        Duty(
            task.no, task.label, said(task.responsible), said(task.participating),
            labels.get(task.coordinator, task.coordinator),
        )
        for task in pack.main_tasks
    )  # fmt: skip


def _said_of(pack: Pack, unit: PlannedUnit) -> Iterator[str]:
    """In the words of ``who`` (core.tenancy.packs.owed.who_types)."""
    if unit.org_type:
        yield unit.org_type
        yield from (f"post:{post.code}" for post in pack.posts if unit.org_type in post.held_in)
    if unit.kind == OrgKind.DEPARTMENT:
        yield f"department:{unit.code}"
    if unit.kind in (OrgKind.AGENCY, OrgKind.THIRD_PARTY):
        yield f"body:{unit.code}"


def _serves(domain: Domain, unit: PlannedUnit) -> bool:
    of_type = not domain.org_types or unit.org_type in domain.org_types
    return of_type and (not domain.stages or not unit.stages or bool({*domain.stages} & {*unit.stages}))


def _on(domain: Domain | None) -> Span | None:
    if domain is None:
        return None
    return Span(domain.starts or FOREVER.starts, domain.ends or FOREVER.ends)


def _types(pack: Pack, units: Iterable[PlannedUnit]) -> tuple[tuple[str, int], ...]:
    counted = Counter(unit.org_type for unit in units)
    return tuple((own.label, counted[own.code]) for own in pack.org_types if counted[own.code])


def _warnings(
    pack: Pack, units: Collection[PlannedUnit], holders: Mapping[str, Collection[str]] | None, faults: tuple[str, ...]
) -> Iterator[Caution]:
    if faults:
        yield Caution("roster_fault", Phrase("名册有%(n)s行需要改正", n=len(faults)), faults[:NAMED], len(faults))
    there = {unit.org_type for unit in units}
    empty = tuple(own.label for own in pack.org_types if own.code not in there and own.kind is not OrgKind.EXTERNAL)
    if empty:
        yield Caution("empty_type", Phrase("%(n)s种单位类型下没有单位", n=len(empty)), empty[:NAMED], len(empty))
    yield from _unkept(pack, units, holders)
    above = {own.code for own in pack.org_types if own.supervised_by}
    loose = tuple(unit.name for unit in units if unit.org_type in above and not unit.clusters)
    if loose:
        yield Caution(
            "no_cluster", Phrase("%(n)s个单位没有归入%(cluster)s", n=len(loose), cluster=pack.term("cluster")), loose[:NAMED], len(loose)
        )  # fmt: skip
    holes = tuple(duty.label for duty in matrix(pack) if not duty.responsible)
    if holes:
        yield Caution("hole", Phrase("%(n)s项主要任务未指定责任部门", n=len(holes)), holes[:NAMED], len(holes))
    open_ = tuple(f"{one.label}（{one.note}）" if one.note else one.label for one in unconfirmed(pack))
    if open_:
        yield Caution("unconfirmed", Phrase("%(n)s项数值待确认", n=len(open_)), open_[:NAMED], len(open_))


def _unkept(
    pack: Pack, units: Iterable[PlannedUnit], holders: Mapping[str, Collection[str]] | None
) -> Iterator[Caution]:
    """Schools in which nobody holds a post that keeps the hazard ledger (安全专人)."""
    keepers = {post.code for post in pack.posts if post.keeper}
    schools = [unit for unit in units if unit.kind in SCHOOLS]
    if not keepers or not schools:
        return
    words = "、".join(post.label for post in pack.posts if post.keeper)
    if holders is None:
        yield Caution(
            "nobody_said", Phrase("尚未导入人员名册：%(n)s所学校的%(posts)s还没有人", n=len(schools), posts=words), (), len(schools)
        )  # fmt: skip
        return
    without = tuple(unit.name for unit in schools if not keepers & set(holders.get(unit.code, ())))
    if without:
        yield Caution(
            "no_keeper", Phrase("%(n)s所学校没有%(posts)s", n=len(without), posts=words), without[:NAMED], len(without)
        )
