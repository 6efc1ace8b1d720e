"""Asks the rules and keeps what they find: a breach opens once for a unit and rule, and clears when the rule holds again."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, any_, bindparam, literal, select, update
from sqlalchemy.dialects.postgresql import ARRAY, insert

from core.db.sessions import TenantSession
from core.jobs.services import emit
from core.kernel.events import Event, Scalar
from core.kernel.ids import new_id
from core.kernel.phrases import Phrase
from core.registers.catalogue import Registers, rules_of
from core.registers.declared import Register
from core.registers.models import RegisterBreach
from core.registers.queries.cards import EntryCard
from core.registers.queries.rules import Failing, failing, named
from core.tenancy.packs.model import RegisterRule, RuleKind

CHECKED = "register.rules_checked"
"""Event: breaches of a register opened, changed or cleared. Payload: register, opened, changed, cleared (numbers)."""
BATCH = 1_000
Key = tuple[str, UUID]


@dataclass(frozen=True)
class Checked:
    """What became of the rules of one register."""

    opened: int = 0
    changed: int = 0
    cleared: int = 0

    @property
    def something(self) -> bool:
        return bool(self.opened or self.changed or self.cleared)


def check_rules(
    session: TenantSession, *, registers: Registers, register: Register, units: Collection[UUID] | None = None
) -> Checked:
    """Asks every rule of the register, for all units or for some; idempotent, whoever else asks at the same time.

    A rule that is no longer asked clears everywhere. Two queries a rule, and a handful of writes.
    Side effects: breaches, event ``register.rules_checked`` where something is other than before.
    """
    rules, others = rules_of(session, register), registers.known(session)
    found: dict[Key, dict[str, Any]] = {}
    for rule in rules:
        units_failing = failing(session, register, rule, units=units, others=others)
        cards = named(session, registers, register, units_failing)
        found |= {(rule.code, one.unit_id): _said(register, rule, one, cards) for one in units_failing}
    done = _settle(session, register, found, units)
    if done.something:
        _tell(session, register.slug, done)
    return done


def clear_all(session: TenantSession, *, slug: str) -> Checked:
    """Of a register that is no longer there, or whose plugin is off."""
    now = session.now()
    mine = (RegisterBreach.register == slug, RegisterBreach.cleared_at.is_(None))
    ids = session.scalars(
        update(RegisterBreach).where(*mine).values(cleared_at=now).returning(RegisterBreach.id).execution_options(synchronize_session=False)
    ).all()  # fmt: skip
    if ids:
        _tell(session, slug, Checked(cleared=len(ids)))
    return Checked(cleared=len(ids))


def _tell(session: TenantSession, slug: str, done: Checked) -> None:
    payload: dict[str, Scalar] = {
        "register": slug,
        "opened": done.opened,
        "changed": done.changed,
        "cleared": done.cleared,
    }
    emit(session, Event(topic=CHECKED, tenant_id=session.tenant_id, at=session.now(), payload=payload))


def _settle(
    session: TenantSession, register: Register, found: Mapping[Key, Mapping[str, Any]], units: Collection[UUID] | None
) -> Checked:
    now = session.now()
    open_ = [RegisterBreach.register == register.slug, RegisterBreach.cleared_at.is_(None)]
    if units is not None:
        open_.append(_among(RegisterBreach.unit_id, units))
    columns = (
        RegisterBreach.id, RegisterBreach.rule, RegisterBreach.unit_id, RegisterBreach.title, RegisterBreach.detail,
        RegisterBreach.facts, RegisterBreach.assumed,
    )  # fmt: skip
    known = {(row.rule, row.unit_id): row for row in session.execute(select(*columns).where(*open_))}
    fresh = [
        {"tenant_id": session.tenant_id, "id": new_id(), "register": register.slug, "rule": rule, "unit_id": unit_id, **said,
         "opened_at": now, "changed_at": now, "cleared_at": None}
        for (rule, unit_id), said in found.items()
        if (rule, unit_id) not in known
    ]  # fmt: skip
    opened = 0
    for start in range(0, len(fresh), BATCH):
        statement = insert(RegisterBreach).on_conflict_do_nothing().returning(RegisterBreach.id)
        opened += len(session.execute(statement, fresh[start : start + BATCH]).all())
    other = [
        {"b_id": row.id, "b_changed_at": now, **{f"b_{name}": value for name, value in found[key].items()}}
        for key, row in known.items()
        if key in found and any(getattr(row, name) != value for name, value in found[key].items())
    ]
    if other:
        names = ("title", "detail", "facts", "assumed", "changed_at")
        values: dict[str, Any] = {name: bindparam(f"b_{name}") for name in names}
        table: Any = RegisterBreach.__table__
        same = (table.c.tenant_id == session.tenant_id, table.c.id == bindparam("b_id"))
        session.connection().execute(update(table).where(*same).values(values), other)
    gone = [row.id for key, row in known.items() if key not in found]
    if gone:
        session.execute(
            update(RegisterBreach).where(_among(RegisterBreach.id, gone)).values(cleared_at=now, changed_at=now).execution_options(synchronize_session=False)
        )  # fmt: skip
    return Checked(opened, len(other), len(gone))


def _said(register: Register, rule: RegisterRule, one: Failing, cards: Mapping[UUID, EntryCard]) -> dict[str, Any]:
    named_ones = () if register.read_by else one.entries  # a draft is read by others than the register
    entries = [{"id": str(entry), "title": cards[entry].title} for entry in named_ones if entry in cards]
    return {
        "title": rule.label,
        "detail": str(_words(rule, one, [entry["title"] for entry in entries])),
        "facts": {
            "have": one.have, "need": rule.at_least if rule.kind is RuleKind.AT_LEAST else None, "count": one.count, "entries": entries,
            "domain": register.domain, "category": rule.category, "clauses": list(rule.clauses), "register_title": register.title,
        },
        "assumed": rule.confirm,
    }  # fmt: skip


def _words(rule: RegisterRule, one: Failing, titles: Sequence[str]) -> Phrase:
    """What is the case. Kept in the district's language, like every text of a hazard."""
    listed = [*titles, "…"] if one.count > len(titles) else list(titles)
    if rule.kind is RuleKind.AT_LEAST:
        if not one.count:
            return Phrase("应有%(need)s，现有%(have)s", need=rule.at_least, have=one.have)
        return Phrase("应有%(need)s，现有%(have)s；已过期%(count)s条：%(listed)s", need=rule.at_least, have=one.have, count=one.count, listed=listed)  # fmt: skip
    if rule.kind is RuleKind.FRESH_WITHIN:
        return Phrase("%(count)s条超过%(days)s天：%(listed)s", count=one.count, days=rule.days, listed=listed)
    if rule.kind is RuleKind.HAS_FILES:
        return Phrase("%(count)s条没有附上文件：%(listed)s", count=one.count, listed=listed)
    if rule.kind is RuleKind.BALANCED:
        return Phrase("%(count)s条账实不符：%(listed)s", count=one.count, listed=listed)
    word = "%(count)s条已过期：%(listed)s" if rule.kind is RuleKind.NONE_EXPIRED else "%(count)s条不符合：%(listed)s"
    return Phrase(word, count=one.count, listed=listed)


def _among(column: Any, ids: Collection[UUID]) -> ColumnElement[bool]:
    """One array instead of a thousand parameters."""
    found: ColumnElement[bool] = column == any_(literal(list(ids), ARRAY(Uuid(as_uuid=True))))
    return found
