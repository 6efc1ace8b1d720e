"""What the rows of a unit roster do: create units, many together, or bring existing ones up to their row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.hooks.tables import ImportRow
from core.kernel.clock import local_date
from core.kernel.errors import Invalid, XiaoanError
from core.orgs.models import OrgLink, OrgUnit
from core.orgs.models.units import ADMINISTRATIVE, CLUSTER
from core.orgs.queries.tree import link_valid
from core.orgs.queries.units import root_unit_id
from core.orgs.services.creation import NewUnit, UnitFacts, create_units
from core.orgs.services.units import move_unit, set_supervisors, update_unit

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


@dataclass(frozen=True)
class Standing:
    """What the rows of a chunk meet, read before the first of them is done."""

    units: Mapping[str, OrgUnit]
    """By code: the rows' own units, parents and clusters, as far as they are there."""
    above: Mapping[tuple[UUID, str], list[UUID]]
    """(unit, tree) → parents of today."""
    root_id: UUID | None

    def meant(self, name: str, code: str | None) -> UUID | None:
        """Raises Invalid for a code that is not there."""
        if code and code not in self.units:
            raise Invalid(fields={name: "没有这个单位，请填已有单位的代码或全称"})
        return self.units[code].id if code else None


def standing_for(session: TenantSession, rows: Sequence[ImportRow]) -> Standing:
    """Three queries, however many rows."""
    codes = {str(row.values[name]) for row in rows for name in ("code", "parent", "cluster") if row.values.get(name)}
    units = {unit.code: unit for unit in session.scalars(select(OrgUnit).where(OrgUnit.code.in_(codes)))}
    links = session.execute(
        select(OrgLink.child_id, OrgLink.tree, OrgLink.parent_id)
        .where(OrgLink.child_id.in_([unit.id for unit in units.values()]))
        .where(link_valid(OrgLink, local_date(session.now())))
    )
    above: dict[tuple[UUID, str], list[UUID]] = defaultdict(list)
    for child_id, tree, parent_id in links:
        above[child_id, tree].append(parent_id)
    return Standing(units, above, root_unit_id(session))


def create_missing(
    session: TenantSession, *, actor: Actor, rows: Sequence[ImportRow], there: Standing
) -> dict[int, Effects | XiaoanError]:
    """Creates the units that the rows bring, in a handful of statements. By number of the row what was done or why not."""
    new: dict[int, NewUnit] = {}
    answers: dict[int, Effects | XiaoanError] = {}
    for row in rows:
        if row.values["code"] in there.units:
            continue
        try:
            new[row.no] = _new(row.values, there)
        except Invalid as fault:
            answers[row.no] = fault
    made = create_units(session, actor=actor, units=list(new.values()), settle=False)
    for no, answer in zip(new, made, strict=True):
        answers[no] = (
            [{"do": "create", "kind": "unit", "id": str(answer), "version": 1}] if isinstance(answer, UUID) else answer
        )
    return answers


def commit_unit(session: TenantSession, *, actor: Actor, values: dict[str, Any], there: Standing) -> Effects:
    """Brings a unit that is there up to its row; returns what it did, for the undo. Blank cells change nothing."""
    parent_id, cluster_id = (there.meant(name, values.get(name)) for name in ("parent", "cluster"))
    unit = there.units[values["code"]]
    return [
        *_update(session, actor, unit, _facts(values)),
        *_move(session, actor, unit.id, parent_id, there.above.get((unit.id, ADMINISTRATIVE), [])),
        *_supervise(session, actor, unit.id, cluster_id, there.above.get((unit.id, CLUSTER), [])),
    ]


def _facts(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in FACTS if values.get(name) not in (None, "", [])}


def _new(values: Mapping[str, Any], there: Standing) -> NewUnit:
    parent_id, cluster_id = (there.meant(name, values.get(name)) for name in ("parent", "cluster"))
    return NewUnit(
        facts=UnitFacts(code=values["code"], **_facts(values)), parent_id=parent_id or there.root_id,
        clusters=[cluster_id] if cluster_id else [],
    )  # fmt: skip


def _update(session: TenantSession, actor: Actor, unit: OrgUnit, facts: dict[str, Any]) -> Effects:
    facts.pop("valid_from", None)  # the day a unit began is not rewritten by a list
    before = {name: getattr(unit, name) for name, value in facts.items() if getattr(unit, name) != value}
    if not before:
        return []
    version = update_unit(session, actor=actor, unit_id=unit.id, changes=facts)
    return [{"do": "update", "kind": "unit", "id": str(unit.id), "version": version, "before": before}]


def _move(session: TenantSession, actor: Actor, unit_id: UUID, parent_id: UUID | None, present: list[UUID]) -> Effects:
    if parent_id is None or parent_id in present:
        return []
    today = local_date(session.now())
    move_unit(session, actor=actor, unit_id=unit_id, parent_id=parent_id, on=today, settle=False)
    return [_relinked(session, unit_id, ADMINISTRATIVE, present)]


def _supervise(
    session: TenantSession, actor: Actor, unit_id: UUID, cluster_id: UUID | None, present: list[UUID]
) -> Effects:
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
