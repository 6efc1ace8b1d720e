"""Names of the people and units that a plan names by id: looked up, never taken from the client."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from sqlalchemy import select

from core.db.sessions import TenantSession
from core.hazards.lifecycle import Entry
from core.identity.models import Person
from core.kernel.errors import Invalid
from core.orgs.models import OrgUnit
from core.tenancy.packs.model.lifecycle import Lifecycle, PartKind


def with_names(session: TenantSession, *, life: Lifecycle, entry: Entry) -> Entry:
    """The entry with the label of every person and unit named by id. Raises Invalid for an id that is nobody's."""
    kinds = {part.code: part.kind for part in life.parts}
    named = {
        code: str(part.value)
        for code, part in entry.plan.items()
        if part.value and kinds.get(code) in (PartKind.PERSON, PartKind.UNIT)
    }
    if not named:
        return entry
    ids = {code: _uuid(value) for code, value in named.items()}
    wanted = {found for found in ids.values() if found is not None}
    people = session.execute(select(Person.id, Person.name).where(Person.id.in_(wanted), Person.active))
    names: dict[PartKind, Mapping[UUID, str]] = {PartKind.PERSON: {row.id: row.name for row in people}}
    if PartKind.UNIT in {kinds[code] for code in named}:
        units = session.execute(select(OrgUnit.id, OrgUnit.name).where(OrgUnit.id.in_(wanted)))
        names[PartKind.UNIT] = {row.id: row.name for row in units}
    plan, faults = dict(entry.plan), {}
    for code, found in ids.items():
        name = names[kinds[code]].get(found) if found is not None else None
        if name is None:
            faults[f"plan.{code}"] = "请从列表中选择"
        else:
            plan[code] = replace(plan[code], value=str(found), label=name)
    if faults:
        raise Invalid(fields=faults)
    return replace(entry, plan=plan)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
