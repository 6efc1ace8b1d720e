"""Creates units, one or many: the same rules for both, looked up once and written together."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select

from core.access.actor import Actor
from core.audit.services import record
from core.db.sessions import TenantSession
from core.jobs.services import emit
from core.kernel.clock import local_date
from core.kernel.errors import Conflict, Invalid, NotFound, XiaoanError
from core.kernel.events import Event
from core.kernel.ids import new_id
from core.kernel.naming import sort_key
from core.orgs.models import OrgLink, OrgUnit
from core.orgs.models.units import ADMINISTRATIVE, CLUSTER, KINDS, SCHOOL_KINDS
from core.orgs.permissions import OrgPermission
from core.orgs.services.closure import lock_structure, rebuild_closure

WITHIN_SCHOOLS = ("campus", "place", "department")
"""A 集团校 heads its members by a group link, not as their administrative parent."""


@dataclass(frozen=True, kw_only=True)
class UnitFacts:
    """What is said of a new unit. ``short_name`` empty: the name itself; ``valid_from`` None: today."""

    code: str
    name: str
    kind: str
    short_name: str = ""
    org_type: str | None = None
    stages: Sequence[str] = ()
    ownership: str | None = None
    student_count: int | None = None
    staff_count: int | None = None
    address: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, kw_only=True)
class NewUnit:
    """A unit to create and where it hangs. ``parent_id`` None only for the bureau itself."""

    facts: UnitFacts
    parent_id: UUID | None
    clusters: Sequence[UUID] = ()


def create_unit(
    session: TenantSession,
    *,
    actor: Actor,
    facts: UnitFacts,
    parent_id: UUID | None,
    clusters: Sequence[UUID] = (),
    settle: bool = True,
) -> UUID:
    """``settle`` False: the caller rebuilds the closure (imports).

    Raises Invalid, Conflict (code taken), NotFound (parent out of reach).
    """
    unit = NewUnit(facts=facts, parent_id=parent_id, clusters=clusters)
    made = create_units(session, actor=actor, units=[unit], settle=settle)[0]
    if isinstance(made, XiaoanError):
        raise made
    return made


def create_units(
    session: TenantSession, *, actor: Actor, units: Sequence[NewUnit], settle: bool = True
) -> list[UUID | XiaoanError]:
    """In the order of ``units`` the new id, or why there is none; those that can be are created whatever befalls the others.

    A parent or cluster must be there already. Side effects: audit entries, events ``org.unit_created``.
    """
    lock_structure(session)
    ground = _look_around(session, units)
    today = local_date(session.now())
    answers: list[UUID | XiaoanError] = []
    rows: list[OrgUnit] = []
    links: list[OrgLink] = []
    for unit in units:
        try:
            _check(actor, unit, ground)
        except XiaoanError as fault:
            answers.append(fault)
            continue
        row, hung = _row(unit, unit.facts.valid_from or today), dict.fromkeys(unit.clusters)
        ground.codes.add(row.code)
        rows.append(row)
        if unit.parent_id is not None:
            links.append(_link(unit.parent_id, row, ADMINISTRATIVE))
        links += [_link(cluster_id, row, CLUSTER) for cluster_id in hung]
        answers.append(row.id)
        _tell(session, actor, row, unit.parent_id)
    session.add_all(rows)
    session.flush()
    session.add_all(links)
    session.flush()
    if settle and rows:
        rebuild_closure(session)
    return answers


@dataclass
class _Ground:
    """What the new units refer to, as far as it is there."""

    kinds: dict[UUID, str]
    """Of the parents and clusters."""
    codes: set[str]
    """Taken ones."""
    bureau: bool


def _look_around(session: TenantSession, units: Sequence[NewUnit]) -> _Ground:
    """One query, however many units."""
    named = {unit_id for unit in units for unit_id in (unit.parent_id, *unit.clusters) if unit_id is not None}
    codes = {unit.facts.code for unit in units}
    rows = session.execute(
        select(OrgUnit.id, OrgUnit.code, OrgUnit.kind).where(
            or_(OrgUnit.id.in_(named), OrgUnit.code.in_(codes), OrgUnit.kind == "bureau")
        )
    ).all()
    return _Ground(
        kinds={row.id: row.kind for row in rows if row.id in named},
        codes={row.code for row in rows} & codes,
        bureau=any(row.kind == "bureau" for row in rows),
    )


def _check(actor: Actor, unit: NewUnit, ground: _Ground) -> None:
    facts = unit.facts
    if facts.kind not in KINDS:
        raise Invalid(fields={"kind": "请从列表中选择单位类型"})
    if unit.parent_id is None:
        _check_root(actor, facts, ground)
    else:
        actor.require(OrgPermission.UNIT_WRITE, unit.parent_id)
        if unit.parent_id not in ground.kinds:
            raise NotFound()
        if facts.kind == "bureau":
            raise Invalid(fields={"kind": "教育局没有上级单位"})
        if ground.kinds[unit.parent_id] in (*SCHOOL_KINDS, "campus", "place") and facts.kind not in WITHIN_SCHOOLS:
            raise Invalid(fields={"kind": "学校之下只能设校区、重点部位和科室"})
    if facts.code in ground.codes:
        raise taken_code(facts.code)
    check_supervisors(actor, unit.clusters, known=ground.kinds)


def _check_root(actor: Actor, facts: UnitFacts, ground: _Ground) -> None:
    actor.require(OrgPermission.UNIT_WRITE)
    if not actor.coverage(OrgPermission.UNIT_WRITE).everywhere:
        raise Invalid(fields={"parent_id": "请选择上级单位"})
    if facts.kind != "bureau" or ground.bureau:
        raise Invalid(fields={"parent_id": "只有教育局本身没有上级单位，请选择上级单位"})


def taken_code(code: str) -> Conflict:
    return Conflict("单位代码%(code)s已被使用", code=code, fields={"code": "请换一个代码，或修改已有的单位"})


def check_supervisors(actor: Actor, ids: Sequence[UUID], *, known: Collection[UUID]) -> None:
    """A unit put under a cluster comes into the reach of its posts: whoever does that must cover the cluster."""
    for unit_id in ids:
        actor.require(OrgPermission.UNIT_WRITE, unit_id)
    if any(unit_id not in known for unit_id in ids):
        raise NotFound()


def _row(unit: NewUnit, start: date) -> OrgUnit:
    facts = unit.facts
    return OrgUnit(
        id=new_id(), code=facts.code, name=facts.name, short_name=facts.short_name or facts.name,
        name_sort=sort_key(facts.name, facts.code), kind=facts.kind, org_type=facts.org_type, stages=list(facts.stages),
        ownership=facts.ownership, student_count=facts.student_count, staff_count=facts.staff_count,
        address=facts.address, valid_from=start, valid_to=facts.valid_to,
    )  # fmt: skip


def _link(parent_id: UUID, row: OrgUnit, tree: str) -> OrgLink:
    """Nothing hangs below a new unit yet, so no circle can close."""
    return OrgLink(parent_id=parent_id, child_id=row.id, tree=tree, valid_from=row.valid_from, valid_to=row.valid_to)


def _tell(session: TenantSession, actor: Actor, row: OrgUnit, parent_id: UUID | None) -> None:
    parent = str(parent_id) if parent_id else None
    record(
        session, actor=actor, action="unit.created", object_kind="org_unit", object_id=row.id,
        data={"code": row.code, "name": row.name, "kind": row.kind, "parent_id": parent},
    )  # fmt: skip
    payload = {"unit_id": str(row.id), "parent_id": parent}
    emit(session, Event(topic="org.unit_created", tenant_id=session.tenant_id, at=session.now(), payload=payload))
