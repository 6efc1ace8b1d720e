"""Rounds of inspections and the record of a sealed draw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, false, func, or_, select, true

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.http.paging import Page, Paging
from core.inspections.draw import METHOD, recompute
from core.inspections.models import ChecklistVersion, Round, Visit
from core.inspections.permissions import InspectionPermission
from core.inspections.queries.scope import visible
from core.kernel.errors import NotFound


@dataclass(frozen=True)
class RoundLine:
    """A row of the list. ``visits`` and ``finished`` count what the reader may see."""

    id: UUID
    no: int
    kind: str
    title: str
    basis: str
    state: str
    starts: date | None
    """None: an envelope that is not for this reader yet."""
    ends: date | None
    checklist_title: str
    commitment: str | None
    sealed_at: datetime | None
    drawn_at: datetime | None
    revealed_at: datetime | None
    made_by_name: str
    cancel_reason: str
    version: int
    visits: int
    finished: int
    failed: int


@dataclass(frozen=True)
class RoundCard:
    """``pool`` only for who holds the draw, or once revealed; ``record`` and ``faults`` once revealed."""

    line: RoundLine
    pool: Mapping[str, Any] | None
    record: Mapping[str, Any] | None
    faults: tuple[str, ...]
    may_manage: bool


_COLUMNS: tuple[Any, ...] = (
    Round.id, Round.no, Round.kind, Round.title, Round.basis, Round.state, Round.starts, Round.ends, ChecklistVersion.title,
    Round.commitment, Round.sealed_at, Round.drawn_at, Round.revealed_at, Round.made_by_name, Round.cancel_reason,
    Round.version,
)  # fmt: skip


def rounds_page(
    session: TenantSession, actor: Actor, *, paging: Paging, kind: str = "", state: str = ""
) -> Page[RoundLine]:
    """Newest first. Three queries."""
    wanted = [readable(actor)]
    if kind:
        wanted.append(Round.kind == kind)
    if state:
        wanted.append(Round.state == state)
    total = session.scalar(select(func.count()).select_from(Round).where(*wanted)) or 0
    rows = session.execute(
        select(*_COLUMNS)
        .join(ChecklistVersion, ChecklistVersion.id == Round.checklist_version_id)
        .where(*wanted)
        .order_by(Round.no.desc())
        .limit(paging.page_size)
        .offset(paging.offset)
    ).all()
    counts = _counts(session, actor, [row[0] for row in rows])
    items = tuple(_line(actor, row, counts) for row in rows)
    return Page(items, total, paging.page, paging.page_size)


def round_card(session: TenantSession, actor: Actor, round_id: UUID) -> RoundCard:
    """Raises NotFound. Three queries."""
    row = session.execute(
        select(*_COLUMNS, Round.pool, Round.seed, Round.witness, Round.drawn)
        .join(ChecklistVersion, ChecklistVersion.id == Round.checklist_version_id)
        .where(Round.id == round_id, readable(actor))
    ).first()
    if row is None:
        raise NotFound()
    size = len(_COLUMNS)
    line = _line(actor, row[:size], _counts(session, actor, [round_id]))
    pool, seed, witness, drawn = row[size:]
    blind = line.kind == "blind"
    manages = actor.coverage(InspectionPermission.DRAW if blind else InspectionPermission.PLAN).everywhere
    revealed = line.state == "revealed"
    record = (
        {
            "method": METHOD, "commitment": line.commitment, "seed": seed, "witness": witness, "pool": pool, "drawn": drawn,
        }
        if revealed
        else None
    )  # fmt: skip
    return RoundCard(
        line,
        pool if blind and (manages or revealed) else None,
        record,
        tuple(recompute(record)) if record else (),
        manages,
    )


def _line(actor: Actor, row: Any, counts: Mapping[UUID, tuple[int, int, int]]) -> RoundLine:
    """What a sealed envelope is about is for who holds the draw; everybody else sees that there is one, and its commitment."""
    values: tuple[Any, ...] = (*row, *counts.get(row[0], (0, 0, 0)))
    line = RoundLine(*values)
    if line.kind != "blind" or line.state == "revealed" or actor.coverage(InspectionPermission.DRAW).everywhere:
        return line
    return replace(
        line, title="", basis="", checklist_title="", starts=None, ends=None, made_by_name="", cancel_reason=""
    )


def readable(actor: Actor) -> ColumnElement[bool]:
    """SQL: who plans everywhere sees every round; anyone who reads visits sees the envelope of a draw (title, commitment),
    which says nothing of schools, and rounds of which a visit concerns them.
    """
    if actor.coverage(InspectionPermission.PLAN).everywhere or actor.coverage(InspectionPermission.DRAW).everywhere:
        return true()
    if not actor.may(InspectionPermission.READ):
        return false()
    concerned = Round.id.in_(select(Visit.round_id).where(visible(actor), Visit.round_id.is_not(None)))
    return or_(Round.kind == "blind", concerned)


def _counts(session: TenantSession, actor: Actor, ids: list[UUID]) -> dict[UUID, tuple[int, int, int]]:
    rows = session.execute(
        select(
            Visit.round_id, func.count(), func.count().filter(Visit.state == "finished"), func.coalesce(func.sum(Visit.failed), 0)
        )
        .where(Visit.round_id.in_(ids), visible(actor))
        .group_by(Visit.round_id)
    )  # fmt: skip
    return {row[0]: (row[1], row[2], int(row[3])) for row in rows if row[0] is not None}
