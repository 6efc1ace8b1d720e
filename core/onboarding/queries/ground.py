"""The units that there are, as the preview wants them, and who holds what."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import cast
from uuid import UUID

from sqlalchemy import or_, select

from core.db.sessions import TenantSession
from core.orgs.models import OrgLink, OrgUnit, Post
from core.orgs.models.units import ADMINISTRATIVE, CLUSTER
from core.tenancy.packs.preview import PlannedUnit


def standing_units(session: TenantSession, *, on: date) -> tuple[PlannedUnit, ...]:
    """Open on that day, by name. Two queries, whatever the number of units."""
    parents: dict[UUID, UUID] = {}
    clusters: dict[UUID, list[UUID]] = defaultdict(list)
    links = select(OrgLink.parent_id, OrgLink.child_id, OrgLink.tree).where(
        OrgLink.tree.in_((ADMINISTRATIVE, CLUSTER)),
        OrgLink.valid_from <= on,
        or_(OrgLink.valid_to.is_(None), OrgLink.valid_to >= on),
    )
    for parent_id, child_id, tree in session.execute(links):
        if tree == ADMINISTRATIVE:
            parents[child_id] = parent_id
        else:
            clusters[child_id].append(parent_id)
    rows = session.execute(
        select(
            OrgUnit.id, OrgUnit.code, OrgUnit.name, OrgUnit.kind, OrgUnit.org_type, OrgUnit.stages, OrgUnit.ownership, OrgUnit.valid_from
        )
        .where(or_(OrgUnit.valid_to.is_(None), OrgUnit.valid_to >= on))
        .order_by(OrgUnit.name_sort, OrgUnit.id)
    ).all()  # fmt: skip
    codes = {row.id: row.code for row in rows}
    return tuple(
        PlannedUnit(
            code=row.code, name=row.name, kind=row.kind, org_type=row.org_type, stages=tuple(row.stages), ownership=row.ownership,
            parent=codes.get(cast("UUID", parents.get(row.id)), ""),
            clusters=tuple(codes[one] for one in clusters[row.id] if one in codes), open_from=row.valid_from,
        )
        for row in rows
    )  # fmt: skip


def holders(session: TenantSession, *, on: date) -> dict[str, set[str]]:
    """Code of a unit → codes of the posts held there on that day. One query."""
    held: dict[str, set[str]] = defaultdict(set)
    asked = (
        select(OrgUnit.code, Post.post_code)
        .join(OrgUnit, (OrgUnit.tenant_id == Post.tenant_id) & (OrgUnit.id == Post.unit_id))
        .where(Post.valid_from <= on, or_(Post.valid_to.is_(None), Post.valid_to >= on))
        .distinct()
    )
    for code, post in session.execute(asked):
        held[code].add(post)
    return dict(held)
