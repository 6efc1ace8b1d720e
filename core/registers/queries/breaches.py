"""Rules that are not kept now, for pages and for whoever opens something for them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select

from core.access.actor import Coverage
from core.db.sessions import TenantSession
from core.http.paging import Page, Paging
from core.orgs.models import OrgUnit
from core.registers.catalogue import rules_of
from core.registers.declared import Register
from core.registers.models import RegisterBreach


@dataclass(frozen=True)
class Breach:
    """One unit, one rule. ``facts`` as the model says."""

    id: UUID
    register: str
    rule: str
    unit_id: UUID
    unit_name: str
    title: str
    detail: str
    facts: Mapping[str, Any]
    assumed: bool
    opened_at: datetime
    changed_at: datetime
    cleared_at: datetime | None


@dataclass(frozen=True)
class RuleLine:
    """A rule and how many of the units one reaches do not keep it."""

    code: str
    title: str
    clauses: tuple[str, ...]
    note: str
    assumed: bool
    failing: int


def breaches_by_id(session: TenantSession, ids: Collection[UUID]) -> dict[UUID, Breach]:
    """One query; whoever asks has made sure that the actor may see them."""
    rows = session.execute(_breaches().where(RegisterBreach.id.in_(ids))) if ids else ()
    return {row.id: Breach(*row) for row in rows}


def open_breaches(session: TenantSession, register: Register, coverage: Coverage, *, paging: Paging) -> Page[Breach]:
    """Of one register, newest first. Two queries."""
    where = (
        RegisterBreach.register == register.slug,
        RegisterBreach.cleared_at.is_(None),
        coverage.filter(RegisterBreach.unit_id),
    )
    total = session.scalar(select(func.count()).select_from(RegisterBreach).where(*where)) or 0
    newest = (RegisterBreach.opened_at.desc(), RegisterBreach.id.desc())
    rows = session.execute(_breaches().where(*where).order_by(*newest).limit(paging.page_size).offset(paging.offset))
    return Page(tuple(Breach(*row) for row in rows), total, paging.page, paging.page_size)


def rule_lines(session: TenantSession, register: Register, coverage: Coverage) -> Sequence[RuleLine]:
    """The rules in this district. One query, and what the register's own district rules ask."""
    return rule_lines_of(session, [(register, coverage)])[register.slug]


def rule_lines_of(session: TenantSession, asked: Sequence[tuple[Register, Coverage]]) -> dict[str, Sequence[RuleLine]]:
    """Of each register by slug. One query however many there are, and what their own district rules ask."""
    rules = {register.slug: rules_of(session, register) for register, _ in asked}
    failing: dict[tuple[str, str], int] = {}
    if any(rules.values()):
        reach = [
            and_(RegisterBreach.register == register.slug, coverage.filter(RegisterBreach.unit_id))
            for register, coverage in asked
            if rules[register.slug]
        ]
        rows = session.execute(
            select(RegisterBreach.register, RegisterBreach.rule, func.count())
            .where(RegisterBreach.cleared_at.is_(None), or_(*reach))
            .group_by(RegisterBreach.register, RegisterBreach.rule)
        )
        failing = {(row[0], row[1]): row[2] for row in rows}
    return {
        slug: [
            RuleLine(rule.code, rule.label, rule.clauses, rule.note, rule.confirm, failing.get((slug, rule.code), 0))
            for rule in own
        ]
        for slug, own in rules.items()
    }


def _breaches() -> Select[Any]:
    return select(
        RegisterBreach.id, RegisterBreach.register, RegisterBreach.rule, RegisterBreach.unit_id, OrgUnit.name,
        RegisterBreach.title, RegisterBreach.detail, RegisterBreach.facts, RegisterBreach.assumed,
        RegisterBreach.opened_at, RegisterBreach.changed_at, RegisterBreach.cleared_at,
    ).join(OrgUnit, OrgUnit.id == RegisterBreach.unit_id)  # fmt: skip
