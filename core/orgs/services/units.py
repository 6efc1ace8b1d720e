"""Changes, moves and closes units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm.attributes import flag_modified

from core.access.actor import Actor
from core.audit.services import record
from core.db.sessions import TenantSession
from core.jobs.services import emit
from core.kernel.errors import Invalid, NotFound, Refused, Stale
from core.kernel.events import Event
from core.kernel.naming import sort_key
from core.orgs.models import OrgLink, OrgUnit, Post
from core.orgs.models.units import ADMINISTRATIVE, CLUSTER, KINDS, TREES
from core.orgs.permissions import OrgPermission
from core.orgs.services import links
from core.orgs.services.closure import lock_structure, rebuild_closure
from core.orgs.services.creation import check_supervisors, taken_code

CHANGEABLE = (
    "code", "name", "short_name", "kind", "org_type", "stages", "ownership", "student_count", "staff_count", "address", "valid_from",
)  # fmt: skip


def update_unit(
    session: TenantSession, *, actor: Actor, unit_id: UUID, changes: Mapping[str, Any], version: int | None = None
) -> int:
    """Changes some of the unit's own facts; returns the new version. Raises Stale where ``version`` is not the present one."""
    unit = locked_unit(session, actor=actor, unit_id=unit_id, version=version)
    unknown = set(changes) - set(CHANGEABLE)
    if unknown:
        raise Invalid(fields=dict.fromkeys(sorted(unknown), "不能修改"))
    wanted: dict[str, Any] = {name: list(value) if name == "stages" else value for name, value in changes.items()}
    different = {name: value for name, value in wanted.items() if getattr(unit, name) != value}
    if not different:
        return unit.version
    if "code" in different and session.scalar(select(OrgUnit.id).where(OrgUnit.code == different["code"])):
        raise taken_code(different["code"])
    if different.get("kind", unit.kind) not in KINDS or (unit.kind == "bureau") != (
        different.get("kind", unit.kind) == "bureau"
    ):
        raise Invalid(fields={"kind": "请从列表中选择单位类型"})
    before = {name: getattr(unit, name) for name in different}
    for name, value in different.items():
        setattr(unit, name, value)
    unit.name_sort = sort_key(unit.name, unit.code)
    session.flush()
    record(
        session, actor=actor, action="unit.renamed" if "name" in different else "unit.updated", object_kind="org_unit",
        object_id=unit.id, data={"changes": {name: [_plain(before[name]), _plain(value)] for name, value in different.items()}},
    )  # fmt: skip
    _tell(session, "org.unit_updated", unit.id, renamed="name" in different)
    return unit.version


def rename_unit(
    session: TenantSession,
    *,
    actor: Actor,
    unit_id: UUID,
    name: str,
    short_name: str | None = None,
    version: int | None = None,
) -> int:
    """A new official name; the old one stays in the unit's history."""
    changes: dict[str, Any] = {"name": name, "short_name": short_name or name}
    return update_unit(session, actor=actor, unit_id=unit_id, changes=changes, version=version)


def move_unit(
    session: TenantSession,
    *,
    actor: Actor,
    unit_id: UUID,
    parent_id: UUID,
    on: date,
    version: int | None = None,
    settle: bool = True,
) -> None:
    """From ``on`` the unit has another administrative parent. Raises Conflict where a later move is already registered."""
    lock_structure(session)
    unit = locked_unit(session, actor=actor, unit_id=unit_id, version=version)
    actor.require(OrgPermission.UNIT_WRITE, parent_id)
    if unit.kind == "bureau":
        raise Refused("教育局本身没有上级单位")
    before = session.scalar(
        select(OrgLink.parent_id).where(
            OrgLink.child_id == unit_id, OrgLink.tree == ADMINISTRATIVE, links.overlapping(on, on)
        )
    )
    links.rehang(session, child_id=unit_id, tree=ADMINISTRATIVE, parents=[parent_id], start=on)
    _bump(session, unit)
    if settle:
        rebuild_closure(session)
    record(
        session, actor=actor, action="unit.moved", object_kind="org_unit", object_id=unit_id,
        data={"on": on.isoformat(), "changes": {"parent_id": [_plain(before), str(parent_id)]}},
    )  # fmt: skip
    _tell(session, "org.unit_moved", unit_id, parent_id=str(parent_id), on=on.isoformat())


def set_supervisors(
    session: TenantSession, *, actor: Actor, unit_id: UUID, supervisors: Sequence[UUID], on: date, tree: str = CLUSTER,
    version: int | None = None, settle: bool = True,
) -> None:  # fmt: skip
    """From ``on`` exactly these clusters (group heads, guiding departments) stand over the unit in ``tree``."""
    if tree not in TREES or tree == ADMINISTRATIVE:
        raise Invalid(fields={"tree": "请选择片区、集团或业务指导"})
    lock_structure(session)
    unit = locked_unit(session, actor=actor, unit_id=unit_id, version=version)
    known = set(session.scalars(select(OrgUnit.id).where(OrgUnit.id.in_(supervisors)))) if supervisors else set()
    check_supervisors(actor, supervisors, known=known)
    wanted = list(dict.fromkeys(supervisors))
    links.rehang(session, child_id=unit.id, tree=tree, parents=wanted, start=on)
    _bump(session, unit)
    if settle:
        rebuild_closure(session)
    record(
        session, actor=actor, action="unit.supervised", object_kind="org_unit", object_id=unit_id,
        data={"tree": tree, "on": on.isoformat(), "supervisors": [str(item) for item in wanted]},
    )  # fmt: skip
    _tell(session, "org.unit_moved", unit_id, tree=tree, on=on.isoformat())


def close_unit(
    session: TenantSession, *, actor: Actor, unit_id: UUID, last_day: date, version: int | None = None
) -> None:
    """The unit ends with ``last_day``; its posts and links end with it, its records stay.

    Raises Refused while units under it are still open.
    """
    lock_structure(session)
    unit = locked_unit(session, actor=actor, unit_id=unit_id, version=version)
    if unit.kind == "bureau":
        raise Refused("教育局本身不能停用")
    if last_day < unit.valid_from:
        raise Invalid(fields={"last_day": "不能早于启用日期"})
    open_below = session.scalar(
        select(func.count())
        .select_from(OrgLink)
        .join(OrgUnit, OrgUnit.id == OrgLink.child_id)
        .where(OrgLink.parent_id == unit_id, OrgLink.tree == ADMINISTRATIVE, links.overlapping(last_day, None))
        .where(or_(OrgUnit.valid_to.is_(None), OrgUnit.valid_to > last_day))
        .where(or_(OrgLink.valid_to.is_(None), OrgLink.valid_to > last_day))
    )
    if open_below:
        raise Refused("还有%(n)s个下级单位在用，请先停用或划转它们", n=open_below)
    unit.valid_to = last_day
    links.end_all(session, unit_id=unit_id, last_day=last_day)
    ended = session.execute(
        update(Post)
        .where(
            Post.unit_id == unit_id, or_(Post.valid_to.is_(None), Post.valid_to > last_day), Post.valid_from <= last_day
        )
        .values(valid_to=last_day, version=Post.version + 1)
        .execution_options(synchronize_session=False)
    ).rowcount  # type: ignore[attr-defined]  # an update's result counts rows
    rebuild_closure(session)
    record(
        session, actor=actor, action="unit.closed", object_kind="org_unit", object_id=unit_id,
        data={"last_day": last_day.isoformat(), "posts_ended": ended},
    )  # fmt: skip
    _tell(session, "org.unit_closed", unit_id, last_day=last_day.isoformat())


def locked_unit(session: TenantSession, *, actor: Actor, unit_id: UUID, version: int | None) -> OrgUnit:
    """The row, locked. Raises NotFound out of reach, Stale for another version."""
    actor.require(OrgPermission.UNIT_WRITE, unit_id)
    unit = session.scalars(
        select(OrgUnit).where(OrgUnit.id == unit_id).with_for_update().execution_options(populate_existing=True)
    ).first()
    if unit is None:
        raise NotFound()
    if version is not None and unit.version != version:
        raise Stale()
    return unit


def _bump(session: TenantSession, unit: OrgUnit) -> None:
    """Where a unit stands is part of what its version says: a second mover must see the first."""
    flag_modified(unit, "valid_from")
    session.flush()


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int | bool | list) else str(value)


def _tell(session: TenantSession, topic: str, unit_id: UUID, **more: str | bool | None) -> None:
    payload = {"unit_id": str(unit_id), **more}
    emit(session, Event(topic=topic, tenant_id=session.tenant_id, at=session.now(), payload=payload))
