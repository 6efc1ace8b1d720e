"""Reads of the inbox. Hands out read-models, never rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Uuid, bindparam, func, select

from core.db.prepared import Prepared
from core.db.sessions import TenantSession
from core.notify.models import Notice

MAX_PAGE = 200
_UNREAD = Prepared(
    select(func.count())
    .select_from(Notice)
    .where(Notice.person_id == bindparam("person_id", type_=Uuid(as_uuid=True)), Notice.read_at.is_(None))
)


@dataclass(frozen=True)
class NoticeCard:
    """One notice as its reader sees it."""

    id: UUID
    at: datetime
    kind: str
    title: str
    body: str
    link: str
    read_at: datetime | None

    @property
    def unread(self) -> bool:
        return self.read_at is None


def unread_count(session: TenantSession, person_id: UUID) -> int:
    """One query, answered from an index of unread notices only: every page shows it."""
    (count,) = _UNREAD.first(session, person_id=person_id)
    return int(count)


def inbox(
    session: TenantSession, *, person_id: UUID, unread_only: bool = False, page: int = 1, page_size: int = 20
) -> tuple[tuple[NoticeCard, ...], int]:
    """Newest first, and how many there are in all; ``page_size`` is cut at 200."""
    page_size = max(1, min(page_size, MAX_PAGE))
    conditions = [Notice.person_id == person_id, *([Notice.read_at.is_(None)] if unread_only else [])]
    total = session.scalar(select(func.count()).select_from(Notice).where(*conditions)) or 0
    rows = session.execute(
        select(Notice.id, Notice.at, Notice.kind, Notice.title, Notice.body, Notice.link, Notice.read_at)
        .where(*conditions)
        .order_by(Notice.at.desc(), Notice.id.desc())
        .limit(page_size)
        .offset((max(page, 1) - 1) * page_size)
    )
    return tuple(NoticeCard(*row) for row in rows), total
