"""Lists and single entries, as far as the actor reaches. Fixed numbers of queries, whatever there is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select, true, union_all

from core.access.actor import Actor, Coverage
from core.db.ordering import in_order
from core.db.sessions import TenantSession
from core.http.paging import Page, Paging
from core.kernel.clock import local_date
from core.kernel.errors import Invalid, NotFound
from core.kernel.phrases import Phrase
from core.orgs.models import OrgUnit
from core.orgs.queries import closure_of
from core.registers.catalogue import Registers
from core.registers.declared import Register
from core.registers.expressions import bound, earliest_end, rows_of, value_of
from core.registers.queries.cards import FAR, SOON, EntryCard, cards_of
from core.registers.queries.files import with_files
from core.tenancy.packs.model import FieldKind

MOST_SKIPPED = 20_000
BATCH = 500
NOWHERE = Coverage(frozenset())


@dataclass(frozen=True, kw_only=True)
class EntryFilter:
    """Empty or None: no matter. ``where``: field → value; ``between``: date → (from, to), both ends included."""

    unit_id: UUID | None = None
    """This unit and everything below it today."""
    text: str = ""
    """Anywhere in its texts."""
    state: str = "in_use"
    """in_use | retired | all."""
    due: str | None = None
    """overdue | soon (30 days) | far (90 days) | unknown."""
    where: Mapping[str, Any] = field(default_factory=dict)
    between: Mapping[str, tuple[date | None, date | None]] = field(default_factory=dict)
    keeping: Coverage = NOWHERE
    """Where whoever asks keeps the register: by personal fields only entries of these units are found and sorted."""

    @property
    def active(self) -> int:
        """How many conditions are set."""
        return sum(map(bool, (self.unit_id, self.text, self.due, self.state != "in_use", *self.where, *self.between)))


def filter_of(register: Register, args: Mapping[str, Any], *, keeping: Coverage) -> EntryFilter:
    """From what ``args_schema`` loaded. ``keeping``: see :class:`EntryFilter`."""
    where, between = {}, {}
    for own in register.all_fields:
        if own.kind is FieldKind.DATE:
            ends = (args.get(f"{own.code}_from"), args.get(f"{own.code}_to"))
            if any(ends):
                between[own.code] = ends
        elif args.get(own.code) is not None:
            where[own.code] = args[own.code]
    return EntryFilter(
        unit_id=args.get("unit_id"), text=args.get("text", ""), state=args.get("state", "in_use"), due=args.get("due"), where=where,
        between=between, keeping=keeping,
    )  # fmt: skip


def entries_page(
    session: TenantSession, registers: Registers, register: Register, coverage: Coverage, *, asked: EntryFilter, paging: Paging
) -> Page[EntryCard]:  # fmt: skip
    """One page, by default what ends first. Two queries, one for each field that refers to something, and one for files.

    Raises Invalid for a field that lists are not sorted by, or a page too far.
    """
    if paging.offset > MOST_SKIPPED:
        raise Invalid(fields={"page": "翻得太远了，请用查询条件缩小范围，或导出表格"})
    model = register.model
    where = conditions(register, coverage, asked, local_date(session.now()))
    total = session.scalar(select(func.count()).select_from(model).where(*where)) or 0
    statement = _rows(register).where(*where).order_by(*order(register, paging.sort, asked.keeping))
    rows = (
        session.execute(statement.limit(paging.page_size).offset(paging.offset)).all() if total > paging.offset else []
    )
    items = cards_of(session, registers, register, [(row[0], row[1]) for row in rows])
    return Page(with_files(session, register, items), total, paging.page, paging.page_size)


def entry_card(
    session: TenantSession, registers: Registers, register: Register, coverage: Coverage, entry_id: UUID
) -> EntryCard:
    """Raises NotFound, also for one out of reach."""
    mine = and_(rows_of(register), register.model.id == entry_id, coverage.filter(register.model.unit_id))
    row = session.execute(_rows(register).where(mine)).first()
    if row is None:
        raise NotFound()
    cards = cards_of(session, registers, register, [(row[0], row[1])])
    return with_files(session, register, cards, left_over=True)[0]


def entry_rows(
    session: TenantSession, registers: Registers, register: Register, coverage: Coverage, *, asked: EntryFilter
) -> Iterator[EntryCard]:
    """All of the answer in batches, for an export. Rows are not kept in the session: memory does not grow with them."""
    where = conditions(register, coverage, asked, local_date(session.now()))
    statement = _rows(register).where(*where).order_by(OrgUnit.name_sort, register.model.id)
    found = session.execute(statement.execution_options(yield_per=BATCH))
    for part in found.partitions(BATCH):
        yield from with_files(
            session, register, cards_of(session, registers, register, [(row[0], row[1]) for row in part])
        )
        for row in part:
            session.expunge(row[0])


def counted(session: TenantSession, register: Register, coverage: Coverage, asked: EntryFilter) -> int:
    where = conditions(register, coverage, asked, local_date(session.now()))
    return session.scalar(select(func.count()).select_from(register.model).where(*where)) or 0


@dataclass(frozen=True)
class Sums:
    """Entries in use that one reaches."""

    total: int
    overdue: int
    soon: int
    """Within 30 days."""
    far: int
    """In 31 to 90 days."""
    unknown: int
    """Without any last valid day."""


def sums(session: TenantSession, register: Register, coverage: Coverage) -> Sums:
    """One query."""
    return sums_of(session, [(register, coverage)])[register.slug]


def sums_of(session: TenantSession, asked: Sequence[tuple[Register, Coverage]]) -> dict[str, Sums]:
    """Of each register, as far as its coverage goes, by slug. One query however many there are."""
    if not asked:
        return {}
    today = local_date(session.now())
    count = func.count()
    parts = []
    for register, coverage in asked:
        by_due = [count.filter(due_as(register, due, today)) for due in ("overdue", "soon", "far", "unknown")]
        where = conditions(register, coverage, EntryFilter(), today)
        columns: tuple[Any, ...] = (literal(register.slug), count, *by_due)
        parts.append(select(*columns).select_from(register.model).where(*where))
    return {row[0]: Sums(*row[1:]) for row in session.execute(union_all(*parts))}


def due_as(register: Register, due: str, today: date) -> ColumnElement[bool]:
    """Of the earliest of the dates on which it ends."""
    if not register.expiring:
        return true() if due == "unknown" else ~true()
    first, written = earliest_end(register)

    def day(after: int) -> Any:
        return written(today + timedelta(days=after))

    match due:
        case "overdue":
            return func.coalesce(first < day(0), False)
        case "soon":
            return func.coalesce(first.between(day(0), day(SOON)), False)
        case "far":
            return func.coalesce(first.between(day(SOON + 1), day(FAR)), False)
        case _:
            return first.is_(None)


def conditions(register: Register, coverage: Coverage, asked: EntryFilter, today: date) -> list[ColumnElement[bool]]:
    model = register.model
    found = [rows_of(register), coverage.filter(model.unit_id)]
    if asked.state != "all":
        found.append(model.retired_on.is_not(None) if asked.state == "retired" else model.retired_on.is_(None))
    if asked.unit_id is not None:
        found.append(model.unit_id.in_(closure_of(asked.unit_id)))
    if asked.text.strip():
        found.append(_text(register, asked.text.strip()))
    if asked.due is not None:
        found.append(due_as(register, asked.due, today))
    if register.personal_codes & {*asked.where, *asked.between}:
        found.append(asked.keeping.filter(model.unit_id))
    for code, value in asked.where.items():
        found.append(value_of(register, code) == bound(register, code, value))
    for code, (first, last) in asked.between.items():
        value = value_of(register, code)
        if first is not None:
            found.append(value >= bound(register, code, first))
        if last is not None:
            found.append(value <= bound(register, code, last))
    return found


def order(register: Register, sort: str | None, keeping: Coverage) -> Sequence[Any]:
    """Raises Invalid for what is no field. A personal value outside ``keeping`` sorts as if there were none."""
    first = register.expiring[0].code if register.expiring else register.named_by[0]
    asked = sort or register.key(first)
    key, down = asked.removeprefix("-"), asked.startswith("-")
    columns: dict[str, Any] = {register.key(own.code): own.code for own in register.all_fields}
    if key == "unit":
        column: Any = OrgUnit.name_sort
    elif key in columns:
        column = value_of(register, columns[key])
        if columns[key] in register.personal_codes and not keeping.everywhere:
            column = case((keeping.filter(register.model.unit_id), column))
    else:
        said = Phrase("可排序的列：%(columns)s；前面加 - 为倒序", columns=["unit", *columns])
        raise Invalid(fields={"sort": said})
    return in_order(column, register.model.id, down=down)


def _text(register: Register, text: str) -> ColumnElement[bool]:
    """Personal fields are left out: a search must not tell what a list does not show."""
    texts = [own for own in register.of_kind(FieldKind.TEXT, FieldKind.NOTE) if not own.personal]
    found = [value_of(register, own.code).contains(text, autoescape=True) for own in texts]
    return or_(~true(), *found)


def _rows(register: Register) -> Select[Any]:
    columns: tuple[Any, ...] = (register.model, OrgUnit.name)
    return select(*columns).join(OrgUnit, OrgUnit.id == register.model.unit_id)


def reach(actor: Actor, register: Register) -> Coverage:
    """Where the actor reads the register."""
    return register.reach(actor)
