"""Keeps the closure what the links of today make it. One statement for a whole tenant; only differences are written."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CTE, Integer, and_, case, delete, exists, func, literal, null, or_, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from core.db.sessions import TenantSession
from core.kernel.clock import local_date
from core.orgs.models import OrgClosure, OrgLink, OrgUnit
from core.orgs.models.units import ADMINISTRATIVE, SCOPE_TREES

DEEPEST = 32
"""Levels at most; the links are free of cycles, so this only guards against data that never came through the service."""
_LOCK = 0x6F726773
"""First half of the advisory lock's key (the second is the tenant)."""


def lock_structure(session: TenantSession) -> None:
    """One change of a tenant's tree at a time: two moves that are right one by one may be a cycle together."""
    session.execute(select(func.pg_advisory_xact_lock(_LOCK, session.tenant_id)))


def rebuild_closure(session: TenantSession, *, on: date | None = None) -> None:
    """Side effects: org_closure of this tenant is what the links valid ``on`` (default: today) make it."""
    session.flush()
    lock_structure(session)
    wanted = _wanted(session.tenant_id, on or local_date(session.now()))
    gone = (
        delete(OrgClosure)
        .where(
            OrgClosure.tenant_id == session.tenant_id,
            ~exists().where(
                tuple_(wanted.c.ancestor_id, wanted.c.descendant_id)
                == tuple_(OrgClosure.ancestor_id, OrgClosure.descendant_id)
            ),
        )
        .returning(OrgClosure.depth)
        .cte("gone")
    )
    upsert = insert(OrgClosure).from_select(
        ["tenant_id", "ancestor_id", "descendant_id", "depth", "admin_depth"],
        select(
            literal(session.tenant_id),
            wanted.c.ancestor_id,
            wanted.c.descendant_id,
            wanted.c.depth,
            wanted.c.admin_depth,
        ),
    )
    upsert = upsert.on_conflict_do_update(
        index_elements=["tenant_id", "ancestor_id", "descendant_id"],
        set_={"depth": upsert.excluded.depth, "admin_depth": upsert.excluded.admin_depth},
        where=or_(
            OrgClosure.depth != upsert.excluded.depth,
            OrgClosure.admin_depth.is_distinct_from(upsert.excluded.admin_depth),
        ),
    )
    session.execute(upsert.add_cte(gone))
    session.expire_all()


def _wanted(tenant_id: int, today: date) -> CTE:
    """(ancestor, descendant, depth, admin_depth) as the links of the day make them."""
    ways = (
        select(
            OrgUnit.id.label("ancestor_id"), OrgUnit.id.label("descendant_id"),
            literal(0, Integer).label("depth"), literal(0, Integer).label("admin_depth"),
        )
        .where(OrgUnit.tenant_id == tenant_id)
        .cte("ways", recursive=True)
    )  # fmt: skip
    step = (
        select(
            ways.c.ancestor_id, OrgLink.child_id, ways.c.depth + 1,
            case((OrgLink.tree == ADMINISTRATIVE, ways.c.admin_depth + 1), else_=null()),
        )
        .join(OrgLink, OrgLink.parent_id == ways.c.descendant_id)
        .where(
            OrgLink.tenant_id == tenant_id, OrgLink.tree.in_(SCOPE_TREES), ways.c.depth < DEEPEST,
            and_(OrgLink.valid_from <= today, or_(OrgLink.valid_to.is_(None), OrgLink.valid_to >= today)),
        )
    )  # fmt: skip
    ways = ways.union(step)
    return (
        select(
            ways.c.ancestor_id, ways.c.descendant_id,
            func.min(ways.c.depth).label("depth"), func.min(ways.c.admin_depth).label("admin_depth"),
        )
        .group_by(ways.c.ancestor_id, ways.c.descendant_id)
        .cte("wanted")
    )  # fmt: skip
