"""Units as everybody else sees them. All set-based: a list of any length costs one query."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Boolean, ColumnElement, Select, Text, Uuid, and_, any_, bindparam, literal, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from core.access.actor import Coverage
from core.db.aliases import shared_alias
from core.db.prepared import Prepared
from core.db.sessions import TenantSession
from core.kernel.clock import local_date
from core.kernel.errors import NotFound
from core.orgs.models import OrgClosure, OrgUnit
from core.orgs.models.units import SCHOOL_KINDS

# An alias copies every column of its table: made once, not at each request.
Up, UpToSchool = shared_alias(OrgClosure), shared_alias(OrgClosure)
Parent, School = shared_alias(OrgUnit), shared_alias(OrgUnit)


def open_between(first: date, last: date) -> ColumnElement[bool]:
    """SQL over OrgUnit: open on some day of these, both included."""
    return and_(OrgUnit.valid_from <= last, or_(OrgUnit.valid_to.is_(None), OrgUnit.valid_to >= first))


def open_on(day: date) -> ColumnElement[bool]:
    """SQL over OrgUnit."""
    return open_between(day, day)


_among: ColumnElement[Any] = bindparam("ids", type_=ARRAY(Uuid(as_uuid=True)))
_school_of = (
    select(
        UpToSchool.descendant_id.label("unit_id"),
        School.id.label("school_id"),
        School.name.label("school_name"),
        School.stages.label("school_stages"),
    )
    .join(School, School.id == UpToSchool.ancestor_id)
    .where(
        UpToSchool.descendant_id == any_(_among),
        UpToSchool.admin_depth.is_not(None),
        School.kind == any_(literal(sorted(SCHOOL_KINDS), ARRAY(Text))),
    )
    .ext(distinct_on(UpToSchool.descendant_id))
    .order_by(UpToSchool.descendant_id, UpToSchool.admin_depth)
    .subquery()
)
_CARDS = Prepared(
    select(
        OrgUnit.id, OrgUnit.code, OrgUnit.name, OrgUnit.short_name, OrgUnit.kind, OrgUnit.org_type, OrgUnit.stages, OrgUnit.ownership,
        OrgUnit.valid_from, OrgUnit.valid_to, Parent.id.label("parent_id"), Parent.name.label("parent_name"),
        _school_of.c.school_id, _school_of.c.school_name, _school_of.c.school_stages,
    )
    .outerjoin(Up, and_(Up.descendant_id == OrgUnit.id, Up.admin_depth == 1))
    .outerjoin(Parent, Parent.id == Up.ancestor_id)
    .outerjoin(_school_of, _school_of.c.unit_id == OrgUnit.id)
    .where(OrgUnit.id == any_(_among))
)  # fmt: skip
_OPTIONS = Prepared(
    select(OrgUnit.id, OrgUnit.name, OrgUnit.kind, Parent.name)
    .outerjoin(Up, and_(Up.descendant_id == OrgUnit.id, Up.admin_depth == 1))
    .outerjoin(Parent, Parent.id == Up.ancestor_id)
    .where(
        or_(bindparam("everywhere", type_=Boolean), OrgUnit.id == any_(_among)),
        or_(bindparam("any_kind", type_=Boolean), OrgUnit.kind == any_(bindparam("kinds", type_=ARRAY(Text)))),
        or_(bindparam("closed", type_=Boolean), OrgUnit.valid_to.is_(None), OrgUnit.valid_to >= bindparam("today")),
    )
    .order_by(OrgUnit.name_sort, OrgUnit.id)
)  # fmt: skip


@dataclass(frozen=True)
class UnitCard:
    """A unit with its administrative parent and the school that answers for it (itself, if it is one)."""

    id: UUID
    code: str
    name: str
    short_name: str
    kind: str
    org_type: str | None
    stages: tuple[str, ...]
    ownership: str | None
    parent_id: UUID | None
    parent_name: str | None
    school_id: UUID | None
    school_name: str | None
    valid_from: date
    valid_to: date | None
    school_stages: frozenset[str] | None = None
    """Stages of the school that answers for it; None beside schools, and where a school's are not known."""

    def open_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True)
class UnitOption:
    """A unit to choose from a list."""

    id: UUID
    name: str
    kind: str
    parent_name: str | None


def unit_card(session: TenantSession, unit_id: UUID) -> UnitCard:
    """Raises NotFound."""
    found = unit_cards(session, [unit_id]).get(unit_id)
    if found is None:
        raise NotFound()
    return found


def unit_cards(session: TenantSession, ids: Iterable[UUID]) -> dict[UUID, UnitCard]:
    """The units that exist among ``ids``. One query."""
    wanted = set(ids)
    if not wanted:
        return {}
    return {row.id: _card(row) for row in _CARDS.rows(session, ids=list(wanted))}


def _card(row: Any) -> UnitCard:
    values = row._asdict()
    school_stages = values.pop("school_stages")
    stages = tuple(values.pop("stages"))
    return UnitCard(**values, stages=stages, school_stages=frozenset(stages or school_stages or ()) or None)


def unit_options(
    session: TenantSession, coverage: Coverage, kinds: Sequence[str] = (), *, closed: bool = False
) -> tuple[UnitOption, ...]:
    """Units to choose from, in name order; ``kinds`` empty: all; closed ones only on demand. One query."""
    rows = _OPTIONS.rows(
        session,
        everywhere=coverage.everywhere,
        ids=list(coverage.unit_ids or ()),
        any_kind=not kinds,
        kinds=list(kinds),
        closed=closed,
        today=local_date(session.now()),
    )
    return tuple(UnitOption(*row) for row in rows)


def descendants(session: TenantSession, unit_id: UUID, *, administrative: bool = False) -> frozenset[UUID]:
    """The unit and everything under it today; ``administrative`` leaves out what is only supervised or grouped."""
    statement = select(OrgClosure.descendant_id).where(OrgClosure.ancestor_id == unit_id)
    if administrative:
        statement = statement.where(OrgClosure.admin_depth.is_not(None))
    return frozenset(session.scalars(statement)) | {unit_id}


def closure_of(unit_id: UUID) -> Select[UUID]:
    """Sub-select of the unit and everything under it today, for filters of other features."""
    return select(OrgClosure.descendant_id).where(OrgClosure.ancestor_id == unit_id)


def root_unit_id(session: TenantSession) -> UUID | None:
    """The bureau itself; None before onboarding."""
    return session.scalar(
        select(OrgUnit.id).where(OrgUnit.kind == "bureau").order_by(OrgUnit.valid_from, OrgUnit.id).limit(1)
    )


def unit_by_code(session: TenantSession, code: str) -> UUID | None:
    return session.scalar(select(OrgUnit.id).where(OrgUnit.code == code))
