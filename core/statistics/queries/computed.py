"""A table filled from the ledgers: one grouped query for each source of facts, whatever the number of schools."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy import select

from core.db.sessions import TenantSession
from core.documents.words import document_date
from core.kernel.schoolyear import Span
from core.orgs.models import OrgUnit
from core.orgs.models.units import SCHOOL_KINDS
from core.orgs.queries import open_between
from core.statistics.facts import Asked, By, Counted, facts, sources
from core.statistics.heads import figures_of, heads_of, origin_of
from core.statistics.queries.typed import typed_figures, typed_words
from core.statistics.sheet import RUNNING, Cell, Head, Line, Origin, Row, Sheet, Value, settled
from core.tenancy import shelf
from core.tenancy.models import Tenant
from core.tenancy.packs.model import GROUPS, ColumnType, OrgKind, RowsBy, Table, TableLine, TableRow

TOTAL = "total"
TYPED = (ColumnType.INT, ColumnType.MONEY, ColumnType.ENUM)
"""What people type here; other texts are written on the printed table."""
UNSORTED = "未分类"
_EVERY_SCHOOL = TableRow(code="all", label="", who=("schools",))


@dataclass(frozen=True)
class Unit:
    """A school, as rows ask for it."""

    id: UUID
    name: str
    kind: str
    org_type: str | None


def computed(
    session: TenantSession, *, table: Table, units: frozenset[UUID] | None, span: Span, unit_name: str = ""
) -> Sheet:
    """The table of ``units`` (None = all) for ``span``. ``unit_name``: who files it; empty = the district.

    At most one query for each source of facts, one for the units, two for what is typed by hand and, without ``unit_name``,
    one for the name.
    """
    since = running_from(session, table, span)
    figures = figures_of(table, period=span, running=Span(since, span.ends))
    schools = _schools(session, span, units)
    rows, groups, left_out = _rows(session, table, schools)
    by = By.DOMAIN if table.by is RowsBy.DOMAINS else By.UNIT
    taken = units
    if units is not None and by is By.UNIT:
        taken = frozenset(key for group in groups for key in group if isinstance(key, UUID))
    counted = _counted(session, list(figures.values()), by, taken)
    said = _typed(session, table, span, since, taken) if by is By.UNIT else {}
    heads = heads_of(table)
    columns = tuple(leaf for head in heads for leaf in head.leaves())
    ways = tuple(_way(head, figures, counted, said) for head in columns)
    filled = []
    for place, (row, group) in enumerate(zip(rows, groups, strict=True), start=1):
        sums = counted.of(group)
        cells = tuple([_cell(way, row, place, group, sums) for way in ways])
        filled.append(Row(row.code, row.label, cells, False, row.unit_id, row.domain))
    if table.total:
        label = tuple(Cell(value=table.total) if head.fact == "row.label" else Cell() for head in columns)
        filled.append(Row(TOTAL, table.total, label, total=True))
    name = unit_name or _district(session)
    return Sheet(
        table=table.code, title=table.label, starts=span.starts, ends=span.ends, since=since, heads=heads,
        rows=settled(columns, filled), above=tuple(_line(line, name, span) for line in table.above),
        below=tuple(_line(line, name, span) for line in table.below), small=table.small, left_out=left_out,
        confirm=table.confirm, note=table.note,
    )  # fmt: skip


def running_from(session: TenantSession, table: Table, span: Span) -> date:
    """The first day of the running totals: the campaign's, but never after the period begins."""
    pack = shelf.current(session)
    campaign = (
        next((one for one in pack.campaigns if one.code == table.campaign), None) if pack and table.campaign else None
    )
    return min(campaign.starts if campaign else date(span.starts.year, 1, 1), span.starts)


def _schools(session: TenantSession, span: Span, units: frozenset[UUID] | None) -> list[Unit]:
    statement = (
        select(OrgUnit.id, OrgUnit.name, OrgUnit.kind, OrgUnit.org_type)
        .where(OrgUnit.kind.in_(SCHOOL_KINDS), open_between(span.starts, span.ends))
        .order_by(OrgUnit.name_sort, OrgUnit.id)
    )
    if units is not None:
        statement = statement.where(OrgUnit.id.in_(units))
    return [Unit(*row) for row in session.execute(statement)]


Group = frozenset[UUID | str]


def _rows(session: TenantSession, table: Table, schools: Sequence[Unit]) -> tuple[list[Row], list[Group], int]:
    """The rows without cells, what counts in each, and how many schools no row takes."""
    if table.by is RowsBy.KINDS:
        members: dict[str, set[UUID | str]] = defaultdict(set)
        for school in schools:
            row = next((row for row in table.rows if takes(row, school)), None)
            members[row.code if row else ""].add(school.id)
        rows = [Row(row.code, row.label, ()) for row in table.rows]
        return rows, [frozenset(members[row.code]) for row in rows], len(members[""])
    every = replace(_EVERY_SCHOOL, who=table.who or _EVERY_SCHOOL.who)
    own = [school for school in schools if takes(every, school)]
    if table.by is RowsBy.UNITS:
        return (
            [Row(str(school.id), school.name, (), unit_id=str(school.id)) for school in own],
            [frozenset({school.id}) for school in own],
            len(schools) - len(own),
        )
    pack = shelf.current(session)
    domains = [(domain.code, domain.label) for domain in pack.domains if domain.on] if pack else []
    rows = [Row(code or "none", label, (), domain=code) for code, label in [*domains, ("", UNSORTED)]]
    return rows, [frozenset({row.domain}) for row in rows], 0


def takes(row: TableRow, unit: Unit) -> bool:
    """Whether the row is for this unit."""
    if not row.kinds and not row.who:
        return unit.kind in (OrgKind.SCHOOL, OrgKind.KINDERGARTEN)
    if unit.kind in row.kinds or unit.org_type in row.who:
        return True
    return any(unit.kind in GROUPS[word] for word in row.who if word in GROUPS)


@dataclass(frozen=True, slots=True)
class _Figures:
    """What the sources of facts counted, as each answered, and where the number of each thing asked stands.

    A row is looked up once in each answer, not once for each of its figures: a thousand schools have fifteen.
    """

    answers: tuple[tuple[Counted, int], ...]
    """Of each source its answer, and how many numbers it gives for a key."""
    places: Mapping[Asked, int]
    """Place of a figure among the numbers of all answers, one after the other."""

    def of(self, group: Group) -> list[int]:
        """The numbers of a row, in the order of ``places``."""
        found: list[int] = []
        for answer, many in self.answers:
            there = [numbers for key in group if (numbers := answer.get(key)) is not None]
            if len(there) == 1:
                found += there[0]
            elif there:
                found += map(sum, zip(*there, strict=True))
            else:
                found += [0] * many
        return found


def _counted(session: TenantSession, asked: Sequence[Asked], by: By, units: frozenset[UUID] | None) -> _Figures:
    known = facts()
    wanted = list(dict.fromkeys(one for one in asked if by in known[one.fact].by))
    answers: list[tuple[Counted, int]] = []
    places: dict[Asked, int] = {}
    for source in sources():
        names = {fact.name for fact in source.facts}
        mine = [one for one in wanted if one.fact in names]
        if mine:
            answers.append((source.count(session, mine, by, units), len(mine)))
            for one in mine:
                places[one] = len(places)
    return _Figures(tuple(answers), places)


Said = Mapping[str, Mapping[UUID, Cell]]
"""Column of the sheet → unit → what was typed, as value or word, with its reason."""


def _typed(session: TenantSession, table: Table, span: Span, since: date, units: frozenset[UUID] | None) -> Said:
    """Two queries where anything of the table is typed by hand, else none."""
    if not any(origin_of(column) is Origin.TYPED and column.type in TYPED for column in table.leaves()):
        return {}
    found: dict[str, dict[UUID, Cell]] = defaultdict(dict)
    for (unit, column), (now, running) in typed_figures(
        session, table=table.code, span=span, since=since, units=units
    ).items():
        found[column][unit] = Cell(value=now)
        found[column + RUNNING][unit] = Cell(value=running)
    for (unit, column), words in typed_words(session, table=table.code, span=span, units=units).items():
        if column.endswith("!"):
            told = found[column[:-1]].get(unit, Cell())
            found[column[:-1]][unit] = replace(told, reason="；".join(words))
        else:
            found[column][unit] = Cell(value="、".join(words))
    return found


@dataclass(frozen=True, slots=True)
class _Way:
    """How the cells of a column are filled; looked up once for a table, not for each of its rows."""

    head: Head
    figure: int | None
    """Place of what the ledgers say, among the numbers of a row."""
    said: Mapping[UUID, Cell]


def _way(head: Head, figures: Mapping[str, Asked], counted: _Figures, said: Said) -> _Way:
    asked = figures.get(head.code)
    return _Way(head, counted.places.get(asked) if asked else None, said.get(head.code, {}))


def _cell(way: _Way, row: Row, place: int, group: Group, sums: Sequence[int]) -> Cell:
    origin = way.head.origin
    if origin is Origin.ROW:
        return Cell(place if way.head.fact == "row.number" else row.label)
    ledger = None if way.figure is None else sums[way.figure]
    if origin is Origin.FACT:
        return Cell(ledger, None, None, ledger)
    if not way.said:
        return Cell(None, None, None, ledger)
    own = [cell for unit, cell in way.said.items() if unit in group]
    reasons = "；".join(dict.fromkeys(cell.reason for cell in own if cell.reason))
    return Cell(value=_together([cell.value for cell in own]), ledger=ledger, reason=reasons)


def _together(values: Sequence[Value]) -> Value:
    """Numbers add up, words stand side by side; None where nothing was typed."""
    numbers = [value for value in values if isinstance(value, int)]
    if numbers:
        return sum(numbers)
    return "、".join(dict.fromkeys(value for value in values if isinstance(value, str))) or None


def _line(line: TableLine, name: str, span: Span) -> Line:
    period = f"{document_date(span.starts)}至{document_date(span.ends)}"
    return Line(line.label, {"unit.name": name, "period": period}.get(line.fact, ""))


def _district(session: TenantSession) -> str:
    return session.scalar(select(Tenant.name).where(Tenant.id == session.tenant_id)) or ""
