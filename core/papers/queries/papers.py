"""Papers as people see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.http.paging import Page, Paging
from core.kernel.errors import NotFound
from core.orgs.models import OrgUnit
from core.papers.models import Paper, PaperRecipient
from core.papers.permissions import PaperPermission
from core.papers.scope import reached, visible


@dataclass(frozen=True)
class PaperLine:
    """A row of the list. ``sent`` and ``received`` count units within the actor's reach."""

    id: UUID
    kind: str
    no: str
    title: str
    issued_on: date
    issued_by_name: str
    withdrawn: bool
    sent: int
    received: int


@dataclass(frozen=True)
class PaperToSign:
    """A paper that waits for the receipt of a unit for which the actor signs."""

    id: UUID
    no: str
    title: str
    issued_on: date


@dataclass(frozen=True)
class Receipt:
    """One unit that the paper went to. ``mine``: the actor may sign for it."""

    unit_id: UUID
    unit_name: str
    received_at: datetime | None
    received_by_name: str
    mine: bool


@dataclass(frozen=True)
class PaperCard:
    """A whole paper. ``values``: what was typed, by name. ``receipts``: of the units within reach, in name order."""

    id: UUID
    kind: str
    no: str
    title: str
    issued_on: date
    issued_at: datetime
    issued_by_name: str
    values: dict[str, Any]
    file_id: UUID
    withdrawn_at: datetime | None
    withdrawn_by_name: str
    withdraw_reason: str
    version: int
    receipts: tuple[Receipt, ...]

    @property
    def received(self) -> int:
        return sum(receipt.received_at is not None for receipt in self.receipts)


def papers_page(
    session: TenantSession, actor: Actor, *, paging: Paging, kind: str = "", text: str = "", waiting: bool = False
) -> Page[PaperLine]:
    """Newest first. ``text``: within title or number; ``waiting``: only with receipts still missing. Two queries."""
    where = [visible(actor)]
    near = reached(actor)
    if kind:
        where.append(Paper.kind == kind)
    if text:
        where.append(Paper.title.contains(text, autoescape=True) | Paper.no.contains(text, autoescape=True))
    if waiting:
        missing = select(PaperRecipient.unit_id).where(
            PaperRecipient.paper_id == Paper.id, PaperRecipient.received_at.is_(None), near
        )
        where += [missing.exists(), Paper.withdrawn_at.is_(None)]
    total = session.scalar(select(func.count()).select_from(Paper).where(*where)) or 0
    counts = (
        select(func.count().label("sent"), func.count(PaperRecipient.received_at).label("received"))
        .where(PaperRecipient.paper_id == Paper.id, near)
        .lateral()
    )
    rows = session.execute(
        select(Paper.id, Paper.kind, Paper.no, Paper.title, Paper.issued_on, Paper.issued_by_name, Paper.withdrawn_at, counts.c.sent, counts.c.received)
        .join(counts, onclause=Paper.id.is_not(None))
        .where(*where)
        .order_by(Paper.issued_on.desc(), Paper.id.desc())
        .offset(paging.offset)
        .limit(paging.page_size)
    )  # fmt: skip
    lines = tuple(
        PaperLine(row.id, row.kind, row.no, row.title, row.issued_on, row.issued_by_name, row.withdrawn_at is not None, row.sent, row.received)
        for row in rows
    )  # fmt: skip
    return Page(lines, total, paging.page, paging.page_size)


def paper_card(session: TenantSession, actor: Actor, paper_id: UUID) -> PaperCard:
    """Raises NotFound for one that is not there or not within reach. Two queries."""
    row = session.scalars(select(Paper).where(Paper.id == paper_id, visible(actor))).first()
    if row is None:
        raise NotFound()
    receipts = session.execute(
        select(PaperRecipient.unit_id, OrgUnit.name, PaperRecipient.received_at, PaperRecipient.received_by_name)
        .join(OrgUnit, OrgUnit.id == PaperRecipient.unit_id)
        .where(PaperRecipient.paper_id == paper_id, reached(actor))
        .order_by(OrgUnit.name_sort, OrgUnit.id)
    )
    mine = actor.coverage(PaperPermission.RECEIVE)
    return PaperCard(
        row.id, row.kind, row.no, row.title, row.issued_on, row.issued_at, row.issued_by_name, row.values, row.file_id,
        row.withdrawn_at, row.withdrawn_by_name, row.withdraw_reason, row.version,
        tuple(Receipt(*own, mine=not mine.everywhere and own[0] in mine) for own in receipts),
    )  # fmt: skip


def unreceived(session: TenantSession, actor: Actor) -> int:
    """Papers that wait for the receipt of a unit for which this actor signs. Who reaches everything signs for nobody."""
    mine = actor.coverage(PaperPermission.RECEIVE)
    if mine.everywhere or not mine:
        return 0
    waiting = (
        select(func.count(Paper.id.distinct()))
        .join(PaperRecipient, PaperRecipient.paper_id == Paper.id)
        .where(PaperRecipient.received_at.is_(None), mine.filter(PaperRecipient.unit_id), Paper.withdrawn_at.is_(None))
    )
    return session.scalar(waiting) or 0


def papers_to_sign(session: TenantSession, actor: Actor, *, most: int = 50) -> tuple[PaperToSign, ...]:
    """The oldest first: those that :func:`unreceived` counts. One query or none."""
    mine = actor.coverage(PaperPermission.RECEIVE)
    if mine.everywhere or not mine:
        return ()
    waiting = select(PaperRecipient.paper_id).where(
        PaperRecipient.received_at.is_(None), mine.filter(PaperRecipient.unit_id)
    )
    rows = session.execute(
        select(Paper.id, Paper.no, Paper.title, Paper.issued_on)
        .where(Paper.id.in_(waiting), Paper.withdrawn_at.is_(None))
        .order_by(Paper.issued_on, Paper.id)
        .limit(most)
    )
    return tuple(PaperToSign(*row) for row in rows)


def may_see_files(session: TenantSession, actor: Actor, paper_id: UUID) -> bool:
    """Whoever sees the paper sees its file."""
    if not actor.may(PaperPermission.READ):
        return False
    return session.scalars(select(Paper.id).where(Paper.id == paper_id, visible(actor))).first() is not None
