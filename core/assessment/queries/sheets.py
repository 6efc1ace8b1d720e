"""One unit's sheet: every point with its facts and the clause, what was said before, what was appealed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from core.access.actor import Actor
from core.assessment.frozen import Frozen
from core.assessment.models import Appeal, AssessmentRound, AssessmentSheet, SheetVersion
from core.assessment.permissions import AssessmentPermission
from core.assessment.queries.rounds import RoundCard, round_card, visible
from core.assessment.sheet import Content, Corrected
from core.assessment.sheet import SheetLine as KeptLine
from core.assessment.sources import Facts
from core.db.sessions import TenantSession
from core.kernel.errors import NotFound
from core.orgs.models import OrgUnit
from core.tenancy.packs.model import AssessmentItem, Indicator, Veto

READ = AssessmentPermission.READ


@dataclass(frozen=True)
class ItemLine:
    """An item with what was kept of it."""

    item: AssessmentItem
    indicator: Indicator
    kept: KeptLine


@dataclass(frozen=True)
class VetoLine:
    """A veto of the scheme. ``holds``; ``lifted``: an appeal took it away."""

    veto: Veto
    holds: bool
    facts: Facts
    lifted: Corrected | None


@dataclass(frozen=True)
class VersionLine:
    no: int
    kind: str
    points: int
    reason: str
    made_at: datetime
    made_by_name: str


@dataclass(frozen=True)
class AppealLine:
    id: UUID
    item: str
    label: str
    text: str
    made_at: datetime
    made_by: UUID | None
    made_by_name: str
    state: str
    taken: int | None
    decision: str
    decided_at: datetime | None
    decided_by_name: str
    version: int


@dataclass(frozen=True)
class SheetCard:
    """``no``: the version shown; ``latest_no``: the one in force. Points in hundredths."""

    id: UUID
    unit_id: UUID
    unit_name: str
    round: RoundCard
    announced_by: UUID | None
    no: int
    latest_no: int
    points: int
    grade: str
    items: tuple[ItemLine, ...]
    vetoes: tuple[VetoLine, ...]
    contestable: tuple[tuple[str, str], ...]
    """(Code, title) of what an appeal can be about."""
    versions: tuple[VersionLine, ...]
    appeals: tuple[AppealLine, ...]
    left_on: date | None
    left_why: str
    left_reason: str
    version: int


def sheet_card(session: TenantSession, actor: Actor, sheet_id: UUID, *, no: int | None = None) -> SheetCard:
    """``no``: an earlier version. Raises NotFound. Five statements."""
    found = session.execute(
        select(AssessmentSheet, OrgUnit.name, AssessmentRound.announced_by)
        .join(OrgUnit, OrgUnit.id == AssessmentSheet.unit_id)
        .join(AssessmentRound, AssessmentRound.id == AssessmentSheet.round_id)
        .where(AssessmentSheet.id == sheet_id, actor.coverage(READ).filter(AssessmentSheet.unit_id), *visible(actor))
    ).one_or_none()
    if found is None:
        raise NotFound()
    sheet, name, announced_by = found
    card = round_card(session, actor, sheet.round_id)
    versions = session.scalars(
        select(SheetVersion).where(SheetVersion.sheet_id == sheet_id).order_by(SheetVersion.no)
    ).all()
    shown = next((own for own in versions if own.no == (no or sheet.latest_no)), None)
    if shown is None:
        raise NotFound()
    content, frozen = Content.from_json(shown.content), card.frozen
    result = content.score(frozen.scheme)
    appeals = session.scalars(select(Appeal).where(Appeal.sheet_id == sheet_id).order_by(Appeal.made_at, Appeal.id))
    return SheetCard(
        sheet.id, sheet.unit_id, name, card, announced_by, shown.no, sheet.latest_no, shown.points,
        frozen.scheme.veto_label if result.vetoes else frozen.grade(result.grade),
        _items(frozen, content), _vetoes(frozen, content),
        tuple((code, frozen.title(code)) for code in (content.contestable if sheet.left_on is None else ())),
        tuple(VersionLine(own.no, own.kind, own.points, own.reason, own.made_at, own.made_by_name) for own in versions),
        tuple(_appeal(frozen, own) for own in appeals), sheet.left_on, sheet.left_why, sheet.left_reason, sheet.version,
    )  # fmt: skip


def _items(frozen: Frozen, content: Content) -> tuple[ItemLine, ...]:
    known = {own.code: own for own in frozen.scheme.items}
    return tuple(
        ItemLine(known[kept.line.code], frozen.indicators[kept.line.indicator], kept) for kept in content.lines
    )


def _vetoes(frozen: Frozen, content: Content) -> tuple[VetoLine, ...]:
    none = Facts(0, ())
    return tuple(
        VetoLine(own, own.code in content.vetoes, content.vetoes.get(own.code, none), content.lifted.get(own.code))
        for own in frozen.scheme.vetoes
    )


def _appeal(frozen: Frozen, row: Appeal) -> AppealLine:
    return AppealLine(
        row.id, row.item, frozen.title(row.item), row.text, row.made_at, row.made_by, row.made_by_name, row.state, row.taken,
        row.decision, row.decided_at, row.decided_by_name, row.version,
    )  # fmt: skip
