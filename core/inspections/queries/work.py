"""What the phone needs to carry out a visit: items, where each stands, what came before. Names nobody but its own reader."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.hazards.models import Hazard
from core.inspections.checklist import Content, content_of
from core.inspections.merging import digest_of
from core.inspections.models import (
    Answer,
    AnswerVersion,
    ChecklistVersion,
    Finding,
    Signature,
    Visit,
    VisitPhoto,
)
from core.inspections.queries.scope import own_work, visible
from core.kernel.errors import Forbidden, NotFound
from core.orgs.queries import unit_card


@dataclass(frozen=True)
class Head:
    """One answer that stands. ``mine``: the reader gave it; whose another is, is not said."""

    id: UUID
    verdict: str
    points: int | None
    note: str
    photos: tuple[UUID, ...]
    device: str
    answered_at: datetime
    mine: bool


@dataclass(frozen=True)
class Earlier:
    """回头看: what was found the last time."""

    item: str
    note: str
    hazard_no: str | None
    hazard_id: UUID | None
    gone: bool | None
    """Whether the hazard is closed; None where none was reported."""


@dataclass(frozen=True)
class Found:
    item: str
    hazard_id: UUID
    no: str | None
    again: bool


@dataclass(frozen=True)
class Work:
    """``rev`` grows with every version that arrives: the larger of two snapshots is the newer."""

    visit_id: UUID
    title: str
    kind: str
    state: str
    unit_name: str
    version: int
    rev: int
    digest: str
    content: Content
    heads: dict[str, tuple[Head, ...]]
    photos: tuple[UUID, ...]
    """Photos whose bytes are here."""
    findings: tuple[Found, ...]
    signed: tuple[tuple[str, str], ...]
    """(role, digest) of every signature."""
    earlier: tuple[Earlier, ...]


def work_of(session: TenantSession, actor: Actor, visit_id: UUID) -> Work:
    """Raises NotFound for what the actor does not see, Forbidden for who only looks. A fixed number of queries."""
    visit = session.scalars(select(Visit).where(Visit.id == visit_id, visible(actor))).first()
    if visit is None:
        raise NotFound()
    if session.scalar(select(func.count()).where(Visit.id == visit_id, own_work(actor))) == 0:
        raise Forbidden()
    row = session.get_one(ChecklistVersion, (session.tenant_id, visit.checklist_version_id))
    heads = heads_of(session, actor, visit_id)
    rev = session.scalar(select(func.count()).where(AnswerVersion.visit_id == visit_id)) or 0
    signed = session.execute(
        select(Signature.role, Signature.digest).where(Signature.visit_id == visit_id).order_by(Signature.received_at)
    )
    return Work(
        visit_id=visit_id, title=visit.title, kind=visit.kind, state=visit.state, unit_name=unit_card(session, visit.unit_id).name,
        version=visit.version, rev=rev, digest=digest_of({item: [head.id for head in own] for item, own in heads.items()}),
        content=content_of(row.content).only(visit.only_items), heads=heads,
        photos=tuple(session.scalars(select(VisitPhoto.id).where(VisitPhoto.visit_id == visit_id, VisitPhoto.file_id.is_not(None)))),
        findings=findings_of(session, visit_id), signed=tuple((own.role, own.digest) for own in signed),
        earlier=earlier_of(session, visit.follows_id, visit.only_items or ()) if visit.follows_id else (),
    )  # fmt: skip


def heads_of(
    session: TenantSession, actor: Actor, visit_id: UUID, items: Iterable[str] | None = None
) -> dict[str, tuple[Head, ...]]:
    """Item → answers that stand, as they came. Two queries; the caller has checked access."""
    rows = session.execute(select(Answer.item, Answer.heads).where(Answer.visit_id == visit_id))
    wanted = None if items is None else set(items)
    standing = {row.item: row.heads for row in rows if wanted is None or row.item in wanted}
    ids = {head for heads in standing.values() for head in heads}
    found = {row.id: row for row in session.scalars(select(AnswerVersion).where(AnswerVersion.id.in_(ids)))}
    return {
        item: tuple(
            Head(
                own.id, own.verdict, own.points, own.note, tuple(own.photos), own.device, own.answered_at,
                own.by_id is not None and own.by_id == actor.person_id,
            )
            for own in (found[head] for head in heads)
        )
        for item, heads in standing.items()
    }  # fmt: skip


def findings_of(session: TenantSession, visit_id: UUID) -> tuple[Found, ...]:
    rows = session.execute(
        select(Finding.item, Hazard.id, Hazard.no, Finding.again)
        .join(Hazard, Hazard.id == Finding.hazard_id)
        .where(Finding.visit_id == visit_id)
        .order_by(Finding.at, Finding.id)
    )
    return tuple(Found(*row) for row in rows)


def earlier_of(session: TenantSession, visit_id: UUID, items: Iterable[str]) -> tuple[Earlier, ...]:
    """What the visit before found in these items. One query."""
    rows = session.execute(
        select(Answer.item, AnswerVersion.note, Hazard.no, Hazard.id, Hazard.canonical)
        .join(AnswerVersion, AnswerVersion.id == Answer.heads[1])
        .outerjoin(Finding, (Finding.visit_id == Answer.visit_id) & (Finding.item == Answer.item))
        .outerjoin(Hazard, Hazard.id == Finding.hazard_id)
        .where(Answer.visit_id == visit_id, Answer.item.in_(list(items)))
        .order_by(Answer.item)
    )
    return tuple(_earlier(row) for row in rows)


def _earlier(row: Any) -> Earlier:
    item, note, no, hazard_id, canonical = row
    return Earlier(item, note, no, hazard_id, None if canonical is None else canonical in ("closed", "cancelled"))
