"""What one row of a unit roster does: creates the unit, or brings an existing one up to the row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.kernel.clock import local_date
from core.kernel.errors import Invalid
from core.orgs.models import OrgLink, OrgUnit
from core.orgs.models.roster import RosterRow
from core.orgs.models.units import ADMINISTRATIVE, CLUSTER
from core.orgs.queries.tree import link_valid
from core.orgs.queries.units import root_unit_id
from core.orgs.services.units import UnitFacts, create_unit, move_unit, set_supervisors, update_unit

FACTS = (
    "name",
    "short_name",
    "kind",
    "org_type",
    "stages",
    "ownership",
    "student_count",
    "staff_count",
    "address",
    "valid_from",
)
Effects = list[dict[str, Any]]


def parents_first(session: TenantSession, rows: Sequence[RosterRow]) -> Sequence[RosterRow]:
    """Rows whose parent and cluster are there already; all of them where none is (a circle), so that each is refused in words."""
    wanted = {str(row.values[name]) for row in rows for name in ("parent", "cluster") if row.values.get(name)}
    there = set(session.scalars(select(OrgUnit.code).where(OrgUnit.code.in_(wanted)))) if wanted else set()
    ready = [
        row
        for row in rows
        if all(not row.values.get(name) or row.values[name] in there for name in ("parent", "cluster"))
    ]
    return ready or rows


def commit_unit(session: TenantSession, *, actor: Actor, values: dict[str, Any]) -> Effects:
    """Returns what it did, for the undo. Blank cells change nothing."""
    parent_id, cluster_id = (
        _meant(session, "parent", values.get("parent")),
        _meant(session, "cluster", values.get("cluster")),
    )
    unit = session.scalars(select(OrgUnit).where(OrgUnit.code == values["code"])).first()
    facts = {name: values[name] for name in FACTS if values.get(name) not in (None, "", [])}
    if facts.get("valid_from"):
        facts["valid_from"] = date.fromisoformat(facts["valid_from"])
    if unit is None:
        return _create(session, actor, values["code"], facts, parent_id, cluster_id)
    return [
        *_update(session, actor, unit, facts), *_move(session, actor, unit.id, parent_id), *_supervise(session, actor, unit.id, cluster_id),
    ]  # fmt: skip


def _create(
    session: TenantSession,
    actor: Actor,
    code: str,
    facts: dict[str, Any],
    parent_id: UUID | None,
    cluster_id: UUID | None,
) -> Effects:
    parent_id = parent_id or root_unit_id(session)
    unit_id = create_unit(
        session, actor=actor, facts=UnitFacts(code=code, **facts), parent_id=parent_id,
        clusters=[cluster_id] if cluster_id else [], settle=False,
    )  # fmt: skip
    return [{"do": "create", "kind": "unit", "id": str(unit_id), "version": 1}]


def _update(session: TenantSession, actor: Actor, unit: OrgUnit, facts: dict[str, Any]) -> Effects:
    facts.pop("valid_from", None)  # the day a unit began is not rewritten by a list
    before = {name: getattr(unit, name) for name, value in facts.items() if getattr(unit, name) != value}
    if not before:
        return []
    version = update_unit(session, actor=actor, unit_id=unit.id, changes=facts)
    return [{"do": "update", "kind": "unit", "id": str(unit.id), "version": version, "before": before}]


def _move(session: TenantSession, actor: Actor, unit_id: UUID, parent_id: UUID | None) -> Effects:
    present = _above(session, unit_id, ADMINISTRATIVE)
    if parent_id is None or parent_id in present:
        return []
    today = local_date(session.now())
    move_unit(session, actor=actor, unit_id=unit_id, parent_id=parent_id, on=today, settle=False)
    return [_relinked(session, unit_id, ADMINISTRATIVE, present)]


def _supervise(session: TenantSession, actor: Actor, unit_id: UUID, cluster_id: UUID | None) -> Effects:
    present = _above(session, unit_id, CLUSTER)
    if cluster_id is None or present == [cluster_id]:
        return []
    today = local_date(session.now())
    set_supervisors(session, actor=actor, unit_id=unit_id, supervisors=[cluster_id], on=today, settle=False)
    return [_relinked(session, unit_id, CLUSTER, present)]


def _relinked(session: TenantSession, unit_id: UUID, tree: str, before: list[UUID]) -> dict[str, Any]:
    version = session.get_one(OrgUnit, (session.tenant_id, unit_id)).version
    return {
        "do": "relink", "kind": "unit", "id": str(unit_id), "tree": tree, "before": [str(item) for item in before], "version": version,
    }  # fmt: skip


def _above(session: TenantSession, unit_id: UUID, tree: str) -> list[UUID]:
    today = local_date(session.now())
    return list(
        session.scalars(
            select(OrgLink.parent_id).where(
                OrgLink.child_id == unit_id, OrgLink.tree == tree, link_valid(OrgLink, today)
            )
        )
    )


def _meant(session: TenantSession, name: str, code: str | None) -> UUID | None:
    if not code:
        return None
    unit_id = session.scalar(select(OrgUnit.id).where(OrgUnit.code == code))
    if unit_id is None:
        raise Invalid(fields={name: "没有这个单位，请填已有单位的代码或全称"})
    return unit_id
