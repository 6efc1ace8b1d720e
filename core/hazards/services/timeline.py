"""One thing that happened to a hazard, told three times: to the timeline, to the audit log, to subscribers after the commit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from core.access.actor import Actor
from core.audit.services import record
from core.db.gathering import put
from core.db.sessions import TenantSession
from core.hazards.models import HazardEvent
from core.jobs.services import emit
from core.kernel.events import Event
from core.kernel.ids import new_id

Changes = Mapping[str, Sequence[object]]
"""Field → [before, after]."""


@dataclass(frozen=True)
class Subject:
    """What is said of the hazard itself; ``version``: after it."""

    id: UUID
    no: str | None
    unit_id: UUID
    domain: str
    category: str | None
    grade: str
    version: int


@dataclass(frozen=True)
class Happening:
    """``to_stage`` with its ``canonical``: where it stands afterwards."""

    kind: str
    code: str
    label: str
    changes: Changes
    topics: tuple[str, ...]
    to_stage: str
    canonical: str
    from_stage: str | None = None
    note: str = ""
    data: Mapping[str, Any] | None = None


def tell(session: TenantSession, *, actor: Actor, post: str, at: datetime, subject: Subject, what: Happening) -> None:
    """``post``: title of the post through which the actor acts. Nothing is flushed; rows are gathered where somebody gathers."""
    changes = dict(what.changes)
    put(
        session, HazardEvent, id=new_id(), hazard_id=subject.id, at=at, kind=what.kind, code=what.code, label=what.label,
        actor_id=actor.person_id, actor_name=actor.name, actor_post=post, from_stage=what.from_stage, to_stage=what.to_stage,
        canonical=what.canonical, note=what.note, changes=changes, data=dict(what.data or {}), hazard_version=subject.version,
    )  # fmt: skip
    record(
        session, actor=actor, action=f"hazard.{what.kind}", object_kind="hazard", object_id=subject.id,
        data={"code": what.code, "label": what.label, "no": subject.no, "from": what.from_stage, "to": what.to_stage,
              "changes": changes, "note": what.note},
    )  # fmt: skip
    for topic in what.topics:
        payload = {
            "hazard_id": str(subject.id), "no": subject.no, "unit_id": str(subject.unit_id), "domain": subject.domain,
            "category": subject.category, "grade": subject.grade, "canonical": what.canonical, "stage": what.to_stage, "code": what.code,
        }  # fmt: skip
        emit(session, Event(topic=topic, tenant_id=session.tenant_id, at=at, payload=payload))


def post_title(actor: Actor, unit_id: UUID) -> str:
    """The post through which the actor reaches the unit."""
    return next((grant.post_title for grant in actor.grants_in(unit_id) if grant.post_id is not None), "")
