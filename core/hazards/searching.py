"""What hazards are found by: number, words, place and unit; never the names of people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, false, select

from core.access.actor import Actor
from core.db.aliases import shared_alias
from core.db.sessions import TenantSession
from core.hazards.models import Hazard
from core.hazards.permissions import HazardPermission
from core.hazards.scope import visible
from core.hooks.searching import EVERYTHING, Searchable, SearchHit, SearchText
from core.orgs.models import OrgUnit
from core.tenancy import shelf

BATCH = 1000
School = shared_alias(OrgUnit)


def texts(session: TenantSession, ids: Sequence[UUID] | None) -> Iterator[SearchText]:
    """Oldest first by when it was found."""
    statement = (
        select(Hazard.id, Hazard.no, Hazard.supervision_no, Hazard.title, Hazard.place, Hazard.description, OrgUnit.name, School.name)
        .join(OrgUnit, OrgUnit.id == Hazard.unit_id)
        .outerjoin(School, School.id == Hazard.school_id)
        .order_by(Hazard.found_at, Hazard.id)
    )  # fmt: skip
    if ids is not None:
        statement = statement.where(Hazard.id.in_(ids))
    for hazard_id, no, supervision, title, place, description, unit, school in session.execute(
        statement.execution_options(yield_per=BATCH)
    ):
        # a title is often the beginning of the description: what stands there twice is indexed once
        words = description if description.startswith(title) else f"{title}\n{description}"
        where = unit if school in (None, unit) else f"{school}\n{unit}"
        yield SearchText(hazard_id, (no or "", supervision or "", *words.split("\n"), place, *where.split("\n")))


def seen(session: TenantSession, actor: Actor) -> Select[Any]:
    pack = shelf.current(session)
    return select(Hazard.id).where(visible(session, actor, pack) if pack is not None else false())


def hits(session: TenantSession, actor: Actor, ids: Sequence[UUID]) -> list[SearchHit]:
    pack = shelf.current(session)
    stages = {stage.code: stage.label for stage in pack.lifecycle.stages} if pack is not None else {}
    rows = session.execute(
        select(Hazard.id, Hazard.no, Hazard.title, Hazard.place, Hazard.description, Hazard.stage, Hazard.canonical, OrgUnit.name, School.name)
        .join(OrgUnit, OrgUnit.id == Hazard.unit_id)
        .outerjoin(School, School.id == Hazard.school_id)
        .where(Hazard.id.in_(ids), Hazard.id.in_(seen(session, actor)))
    )  # fmt: skip
    return [
        SearchHit(
            id=hazard_id, title=title, endpoint="hazards.detail", args=(("hazard_id", str(hazard_id)),), number=no or "",
            detail=f"{place} {description}", unit=unit if school in (None, unit) else f"{school} {unit}", state=canonical,
            state_label=stages.get(stage, stage),
        )
        for hazard_id, no, title, place, description, stage, canonical, unit, school in rows
    ]  # fmt: skip


HAZARDS = Searchable(
    kind="hazard", title="隐患", permission=HazardPermission.READ, texts=texts, visible=seen, shown=hits, order=20,
    follows={"hazard.": "hazard_id", "org.unit_updated": EVERYTHING, "org.roster_": EVERYTHING},
)  # fmt: skip
"""A hazard is also found by the names of its unit and school: a new name changes all of theirs."""
