"""What became of a unit, out of the audit log; and where it stood, out of its dated links."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.audit.models import AuditEntry
from core.db.aliases import shared_alias
from core.db.sessions import TenantSession
from core.orgs.models import OrgLink, OrgUnit

SHOWN = 50

# An alias copies every column of its table: made once, not at each request.
Parent, Child = shared_alias(OrgUnit), shared_alias(OrgUnit)


@dataclass(frozen=True)
class Change:
    """One entry of the log."""

    at: datetime
    action: str
    actor_name: str
    data: Mapping[str, Any]


@dataclass(frozen=True)
class Standing:
    """A dated link, seen from one of its ends."""

    unit_id: UUID
    unit_name: str
    tree: str
    above: bool
    """Whether ``unit`` is the upper end."""
    valid_from: date
    valid_to: date | None

    def on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


def changes(session: TenantSession, object_kind: str, object_id: UUID) -> tuple[Change, ...]:
    """The newest first."""
    rows = session.execute(
        select(AuditEntry.at, AuditEntry.action, AuditEntry.actor_name, AuditEntry.data)
        .where(AuditEntry.object_kind == object_kind, AuditEntry.object_id == str(object_id))
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        .limit(SHOWN)
    )
    return tuple(Change(*row) for row in rows)


def standings(session: TenantSession, unit_id: UUID) -> tuple[Standing, ...]:
    """All links of the unit, the newest first. One query."""
    parent, child = Parent, Child
    rows = session.execute(
        select(OrgLink, parent.name, child.name)
        .join(parent, parent.id == OrgLink.parent_id)
        .join(child, child.id == OrgLink.child_id)
        .where((OrgLink.parent_id == unit_id) | (OrgLink.child_id == unit_id))
        .order_by(OrgLink.valid_from.desc(), child.name_sort, OrgLink.id)
    )
    return tuple(
        Standing(link.parent_id, parent_name, link.tree, True, link.valid_from, link.valid_to)
        if link.child_id == unit_id
        else Standing(link.child_id, child_name, link.tree, False, link.valid_from, link.valid_to)
        for link, parent_name, child_name in rows
    )
