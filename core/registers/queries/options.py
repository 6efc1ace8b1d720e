"""What a form offers to choose from: units, and for each reference the things of that unit."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from core.access.actor import Coverage
from core.db.sessions import TenantSession
from core.kernel.clock import local_date
from core.orgs.models import OrgUnit
from core.orgs.queries import UnitOption, holders, unit_options
from core.registers.catalogue import Registers
from core.registers.declared import OfferedTarget, Register
from core.registers.expressions import in_use
from core.registers.queries.cards import title_of, values_of
from core.tenancy.packs.model import FieldKind, RegisterField

MOST = 500
OUTSIDE = ("agency", "third_party", "provider", "external", "department", "bureau")
"""Kinds of units that a field of kind ``unit`` offers: who looks after it, not who keeps it."""
Options = list[tuple[str, str]]


def keepers(session: TenantSession, register: Register, coverage: Coverage) -> tuple[UnitOption, ...]:
    """Units that keep the register, in name order. One query."""
    return unit_options(session, coverage, register.kept_in)


Sorts = frozenset[tuple[str, frozenset[str]]]


def sorts_of(session: TenantSession, coverage: Coverage) -> Sorts:
    """(kind, stages of schooling) of the open units within reach. One query."""
    today = local_date(session.now())
    rows = session.execute(
        select(OrgUnit.kind, OrgUnit.stages)
        .where(coverage.filter(OrgUnit.id), or_(OrgUnit.valid_to.is_(None), OrgUnit.valid_to >= today))
        .distinct()
    )
    return frozenset((kind, frozenset(stages)) for kind, stages in rows)


def kept_by(register: Register, sorts: Sorts, stages: frozenset[str]) -> bool:
    """Whether one of these keeps it. ``stages``: of the register's domain; empty: all schools."""
    return any(kind in register.kept_in and (not stages or not own or bool(stages & own)) for kind, own in sorts)


def options_of(
    session: TenantSession, registers: Registers, register: Register, unit_id: UUID | None
) -> dict[str, Options]:
    """Field → (id, words), for the fields that refer to something. One query each; at most 500 of a kind."""
    return {
        own.code: _options(session, registers, register, own, unit_id)
        for own in register.of_kind(FieldKind.UNIT, FieldKind.PERSON, FieldKind.ENTRY)
    }


def _options(
    session: TenantSession, registers: Registers, register: Register, own: RegisterField, unit_id: UUID | None
) -> Options:
    if own.kind is FieldKind.UNIT:
        today = local_date(session.now())
        statement = (
            select(OrgUnit.id, OrgUnit.name)
            .where(OrgUnit.kind.in_(OUTSIDE), or_(OrgUnit.valid_to.is_(None), OrgUnit.valid_to >= today))
            .order_by(OrgUnit.name_sort)
        )
        return [(str(row[0]), row[1]) for row in session.execute(statement.limit(MOST))]
    if unit_id is None:
        return []
    if own.kind is FieldKind.PERSON:
        return list(dict.fromkeys((str(post.person_id), post.person_name) for post in holders(session, unit_id)))
    target = register.targets.get(own.code)
    if isinstance(target, OfferedTarget):
        return list(target.options(registers.offered(session, target.port), unit_id))[:MOST]
    if target is not None:
        model: Any = target.model
        name = getattr(model, target.name)
        found = session.execute(select(model.id, name).where(model.unit_id == unit_id).order_by(name).limit(MOST))
        return [(str(row[0]), row[1]) for row in found]
    other = registers.known(session).get(own.to)
    if other is None:
        return []
    rows = session.scalars(select(other.model).where(in_use(other), other.model.unit_id == unit_id).limit(MOST))
    return sorted(((str(row.id), title_of(other, values_of(other, row))) for row in rows), key=lambda pair: pair[1])


def same_unit(
    session: TenantSession, registers: Registers, register: Register, own: RegisterField, unit_id: UUID, value: UUID
) -> bool:
    """Whether the field of an entry of this unit may refer to that. One query."""
    if own.kind is FieldKind.UNIT:
        found = session.scalar(select(OrgUnit.id).where(OrgUnit.id == value))
        return found is not None
    if own.kind is FieldKind.PERSON:
        return any(post.person_id == value for post in holders(session, unit_id))
    target = register.targets.get(own.code)
    other = registers.known(session).get(own.to)
    if isinstance(target, OfferedTarget):
        return any(
            key == str(value) for key, _words in target.options(registers.offered(session, target.port), unit_id)
        )
    if target is not None:
        model: Any = target.model
        return session.scalar(select(model.id).where(model.id == value, model.unit_id == unit_id)) is not None
    if other is None:
        return False
    mine = (in_use(other), other.model.id == value, other.model.unit_id == unit_id)
    return session.scalar(select(other.model.id).where(*mine)) is not None
