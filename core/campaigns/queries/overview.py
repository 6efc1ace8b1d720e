"""Campaigns with their phases, gates and counters. A fixed number of queries, however many campaigns there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from core.access.actor import Actor
from core.campaigns.models import GateConfirmation
from core.campaigns.permissions import CampaignPermission
from core.campaigns.queries.board import TaskLine, board
from core.campaigns.queries.scope import scope_of
from core.campaigns.services.gates import SUBJECT
from core.campaigns.standing import Standing, standing
from core.db.sessions import TenantSession
from core.files.queries import FileCard, files_on
from core.kernel.clock import local_date
from core.kernel.errors import NotFound
from core.tenancy.packs.model import Campaign, Phase, Window
from core.tenancy.shelf import pack_of


@dataclass(frozen=True)
class GateCard:
    """An exit gate. ``position`` from 1; ``version`` 0: never confirmed; ``confirmed_at`` None: open."""

    position: int
    words: str
    id: UUID | None
    confirmed_at: datetime | None
    confirmed_by_name: str
    note: str
    reason: str
    version: int
    files: tuple[FileCard, ...]


@dataclass(frozen=True)
class PhaseCard:
    """A phase in the window in force. ``others``: windows that the notice also states, not chosen."""

    code: str
    label: str
    starts: date
    ends: date
    said_by: str
    confirm: bool
    note: str
    clauses: tuple[str, ...]
    others: tuple[Window, ...]
    gates: tuple[GateCard, ...]
    standing: Standing
    tasks: Mapping[Standing, int]
    """Tasks of this phase, by label, as they stand."""

    @property
    def open_gates(self) -> int:
        return sum(1 for gate in self.gates if gate.confirmed_at is None)

    @property
    def total(self) -> int:
        return sum(self.tasks.values())


@dataclass(frozen=True)
class CampaignCard:
    """``depth``: 0 for an outermost one, 1 inside it, and so on. ``title``: of the document that orders it, word for word."""

    code: str
    label: str
    document: str
    title: str
    starts: date
    ends: date
    within: str
    depth: int
    confirm: bool
    note: str
    clauses: tuple[str, ...]
    standing: Standing
    phases: tuple[PhaseCard, ...]
    tasks: Mapping[Standing, int]

    @property
    def total(self) -> int:
        return sum(self.tasks.values())


def campaign_cards(session: TenantSession, actor: Actor, *, unit_id: UUID | None = None) -> tuple[CampaignCard, ...]:
    """Every campaign, each followed by those inside it. Seven queries."""
    pack, scope = pack_of(session), scope_of(session, actor, unit_id=unit_id)
    lines = [line for line in board(session, pack, scope) if scope.whole or line.concerns]
    gates, today = _gates(session), local_date(session.now())
    ordered = tuple(_nested(pack.campaigns, "", 0))
    titles = {own.code: own.label for own in pack.documents}
    return tuple(_campaign(own, depth, titles.get(own.document, ""), lines, gates, today) for own, depth in ordered)


def gate_files_visible(session: TenantSession, actor: Actor, gate_id: UUID) -> bool:
    """Evidence of gates is there for every reader of the plan."""
    known = session.scalar(select(GateConfirmation.id).where(GateConfirmation.id == gate_id))
    return known is not None and actor.may(CampaignPermission.READ)


def phase_of(cards: Iterable[CampaignCard], campaign: str, phase: str) -> PhaseCard:
    """Raises NotFound."""
    found = next((part for own in cards if own.code == campaign for part in own.phases if part.code == phase), None)
    if found is None:
        raise NotFound()
    return found


Gates = Mapping[tuple[str, str, str], tuple[GateConfirmation, tuple[FileCard, ...]]]


def _gates(session: TenantSession) -> Gates:
    rows = session.scalars(select(GateConfirmation)).all()
    files = files_on(session, subject_kind=SUBJECT, subject_ids=[row.id for row in rows])
    return {(row.campaign, row.phase, row.gate): (row, files.get(row.id, ())) for row in rows}


def _nested(campaigns: tuple[Campaign, ...], within: str, depth: int) -> Iterable[tuple[Campaign, int]]:
    for own in campaigns:
        if own.within == within:
            yield own, depth
            yield from _nested(campaigns, own.code, depth + 1)


def _campaign(own: Campaign, depth: int, title: str, lines: list[TaskLine], gates: Gates, today: date) -> CampaignCard:
    mine = [line for line in lines if line.task.campaign == own.code]
    phases = tuple(_phase(own, phase, mine, gates, today) for phase in own.phases)
    late = any(phase.standing is Standing.OVERDUE for phase in phases)
    over = today > own.ends
    return CampaignCard(
        code=own.code, label=own.label, document=own.document, title=title, starts=own.starts, ends=own.ends, within=own.within,
        depth=depth, confirm=own.confirm, note=own.note, clauses=own.clauses,
        standing=standing(
            today=today, starts=own.starts, ends=own.ends if late else None, done=over and not late, confirm=own.confirm
        ),
        phases=phases, tasks=Counter(line.standing for line in mine),
    )  # fmt: skip


def _phase(own: Campaign, phase: Phase, lines: list[TaskLine], gates: Gates, today: date) -> PhaseCard:
    cards = tuple(
        _gate(place, words, gates.get((own.code, phase.code, words))) for place, words in enumerate(phase.gates, 1)
    )
    window = phase.window
    confirm = phase.confirm or window.confirm
    passed = all(card.confirmed_at for card in cards)
    return PhaseCard(
        code=phase.code, label=phase.label, starts=window.starts, ends=window.ends, said_by=window.said_by,
        confirm=confirm, note=window.note or phase.note, clauses=(*phase.clauses, *window.clauses),
        others=tuple(other for other in phase.windows if other is not window), gates=cards,
        standing=standing(
            today=today, starts=window.starts, ends=window.ends, done=passed and today > window.ends, confirm=confirm
        ),
        tasks=Counter(line.standing for line in lines if line.task.phase == phase.code),
    )  # fmt: skip


def _gate(place: int, words: str, found: tuple[GateConfirmation, tuple[FileCard, ...]] | None) -> GateCard:
    if found is None:
        return GateCard(place, words, None, None, "", "", "", 0, ())
    row, files = found
    return GateCard(
        place, words, row.id, row.confirmed_at, row.confirmed_by_name, row.note, row.reason, row.version, files
    )
