"""Hangs units under units, with dates. Knows periods and cycles; who may do it is the caller's affair."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from core.db.sessions import TenantSession
from core.kernel.errors import Conflict, Invalid
from core.orgs.models import OrgLink
from core.orgs.models.units import ADMINISTRATIVE, SCOPE_TREES


def overlapping(start: date, end: date | None) -> ColumnElement[bool]:
    """Links in force on some day of the period. Both ends count; ``end`` None: for good."""
    begun = OrgLink.valid_from <= end if end is not None else OrgLink.valid_from.is_not(None)
    return begun & or_(OrgLink.valid_to.is_(None), OrgLink.valid_to >= start)


def hang(
    session: TenantSession,
    *,
    parent_id: UUID,
    child_id: UUID,
    tree: str,
    start: date,
    end: date | None = None,
) -> OrgLink:
    """Adds the link. Raises Invalid where it would close a circle."""
    if tree in SCOPE_TREES and child_id in _above(session, parent_id, start, end):
        raise Invalid("不能挂在自己或自己的下级之下", fields={"parent_id": "请另选一个上级单位"})
    link = OrgLink(parent_id=parent_id, child_id=child_id, tree=tree, valid_from=start, valid_to=end)
    session.add(link)
    session.flush()
    return link


def _above(session: TenantSession, unit_id: UUID, start: date, end: date | None) -> set[UUID]:
    """The unit and whoever may stand above it at any time of the period. One query a level; trees are shallow."""
    found, level = {unit_id}, {unit_id}
    while level:
        parents = session.scalars(
            select(OrgLink.parent_id).where(
                OrgLink.child_id.in_(level), OrgLink.tree.in_(SCOPE_TREES), overlapping(start, end)
            )
        )
        level = set(parents) - found
        found |= level
    return found


def rehang(session: TenantSession, *, child_id: UUID, tree: str, parents: Sequence[UUID], start: date) -> None:
    """From ``start`` on the child hangs under exactly ``parents`` in that tree. Raises Conflict where later links exist."""
    links = session.scalars(
        select(OrgLink)
        .where(OrgLink.child_id == child_id, OrgLink.tree == tree, overlapping(start, None))
        .with_for_update()
    ).all()
    later = [link for link in links if link.valid_from > start]
    if later:
        day = min(link.valid_from for link in later)
        raise Conflict("已经登记了自%(day)s起的隶属关系，请先处理那一条", day=day.isoformat())
    if tree == ADMINISTRATIVE and len(parents) > 1:
        raise Invalid(fields={"parent_id": "行政上级同一时间只能有一个"})
    kept = {link.parent_id for link in links if link.parent_id in parents}
    for link in links:
        if link.parent_id not in kept:
            _end(session, link, start)
    session.flush()
    for parent_id in parents:
        if parent_id not in kept:
            hang(session, parent_id=parent_id, child_id=child_id, tree=tree, start=start)


def end_all(session: TenantSession, *, unit_id: UUID, last_day: date) -> None:
    """Every link of the unit, upwards and downwards, ends with ``last_day``."""
    links = session.scalars(
        select(OrgLink)
        .where(
            or_(OrgLink.child_id == unit_id, OrgLink.parent_id == unit_id),
            overlapping(last_day + timedelta(days=1), None),
        )
        .with_for_update()
    )
    for link in links:
        _end(session, link, last_day + timedelta(days=1))
    session.flush()


def _end(session: TenantSession, link: OrgLink, start_of_next: date) -> None:
    """A link that would have lasted no day leaves no trace; the audit log has it."""
    if link.valid_from >= start_of_next:
        session.delete(link)
    else:
        link.valid_to = start_of_next - timedelta(days=1)
