"""Tells people 90, 60, 30 and 7 days before, and when it is over: once each, in one notice for each unit and mark."""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from core.db.sessions import TenantSession
from core.kernel.clock import local_date
from core.kernel.phrases import Phrase
from core.notify.services import notify
from core.orgs.queries import people_in_charge
from core.registers.declared import Register
from core.registers.models import RegisterNotice
from core.registers.queries.cards import SOON, titles
from core.registers.queries.ending import OVER, Ending, endings

NOTICE = "register.ending"
BATCH = 1_000


def tell_endings(session: TenantSession, *, register: Register) -> int:
    """Returns how many notices went out. Idempotent: what was told is remembered in the same transaction.

    An entry that nobody keeps is remembered as told too: the list and the rules still show it.
    """
    found = list(endings(session, register))
    if not found:
        return 0
    told_on = local_date(session.now())
    rows = [
        {"tenant_id": session.tenant_id, "register": register.slug, "entry_id": one.entry_id, "field": one.field,
         "expires_on": one.expires_on, "days": one.days, "told_on": told_on}
        for one in found
    ]  # fmt: skip
    for start in range(0, len(rows), BATCH):
        session.execute(insert(RegisterNotice).on_conflict_do_nothing(), rows[start : start + BATCH])
    return _tell(session, register, found)


def _tell(session: TenantSession, register: Register, found: list[Ending]) -> int:
    groups: dict[tuple[object, str, int], list[Ending]] = defaultdict(list)
    for one in found:
        groups[one.unit_id, one.field, one.days].append(one)
    people = _keepers(session, register, {one.unit_id for one in found})
    single = titles(session, register, [group[0].entry_id for group in groups.values() if len(group) == 1])
    sent = 0
    for (_unit, field, days), group in groups.items():
        first = group[0]
        what = single.get(first.entry_id) or Phrase("%(n)s条", n=len(group))
        label = register.by_code[field].label
        state = "已过期" if days == OVER else Phrase("%(days)s天内到期", days=days)
        alone = len(group) == 1
        first_day = min(ending.expires_on for ending in group).isoformat()
        listed = f"{register.path}?due={'overdue' if days == OVER else _due(days)}"
        told = notify(
            session,
            to=people.get(first.unit_id, ()),
            kind=NOTICE,
            title=f"{register.title}：{what}{state}",
            body=f"{label}：{first_day}{'' if alone else '起'}",
            link=f"{register.path}/{first.entry_id}" if alone else listed,
        )
        sent += len(told)
    return sent


def _keepers(session: TenantSession, register: Register, units: set[UUID]) -> dict[UUID, frozenset[UUID]]:
    people = people_in_charge(session, permission=register.write, units=units)
    if not register.read_by:
        return people
    readers = people_in_charge(session, permission=register.read_by, units=units)
    return {unit: those & readers.get(unit, frozenset()) for unit, those in people.items()}


def _due(days: int) -> str:
    return "soon" if days <= SOON else "far"
