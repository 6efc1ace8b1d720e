"""All that is shown of a pack and a roster before a district is taken in, or on its first steps: the units, who answers for
what, what falls due in the first days, and what somebody should look at first. Pure: no database, no files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from core.kernel.phrases import Phrase
from core.kernel.schoolyear import Span
from core.obligations.ahead import only_some, rows_ahead
from core.tenancy.packs.model import OrgKind, Pack
from core.tenancy.packs.preview import PlannedUnit
from core.tenancy.packs.unconfirmed import unconfirmed

FIRST_DAYS = 90
SCHOOLS = frozenset({OrgKind.SCHOOL, OrgKind.KINDERGARTEN})
NAMED = 20
"""Units that a warning names; the others are counted."""


@dataclass(frozen=True, slots=True)
class Falling:
    """One occurrence of an obligation or report: how many units owe it by that day. ``confirm``: 待确认, never a breach."""

    due_on: date
    code: str
    title: str
    period: str
    units: int
    sources: tuple[str, ...]
    confirm: bool


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
    return Preview(
        units=tuple(units),
        types=_types(pack, units),
        matrix=matrix(pack),
        falling=_falling(pack, units, span),
        span=span,
        warnings=tuple(_warnings(pack, units, holders, tuple(roster_faults))),
    )


def _falling(pack: Pack, units: Collection[PlannedUnit], span: Span) -> tuple[Falling, ...]:
    """What is always open (不定期) has no day and is left out."""
    counted: Counter[tuple[date, str]] = Counter()
    found: dict[tuple[date, str], Falling] = {}
    for row in rows_ahead(pack, units, span):
        one = row.expected.found
        if one.due_on is not None:
            key = (one.due_on, one.key)
            counted[key] += 1
            if key not in found:
                found[key] = Falling(
                    one.due_on, one.rule.code, one.rule.title, one.title, 0, one.rule.sources, one.rule.confirm
                )
    return tuple(replace(found[key], units=count) for key, count in sorted(counted.items()))


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
    some = only_some(pack)
    if some:
        yield Caution(
            "having", Phrase("%(n)s项义务只对部分单位，登记台账后才会到期", n=len(some)), some[:NAMED], len(some)
        )
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
