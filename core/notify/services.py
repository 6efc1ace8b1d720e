"""Writes to inboxes, in the transaction of what the notice tells about. Knows no feature and sends nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast
from uuid import UUID

from sqlalchemy import CursorResult, select, update

from core.db.sessions import TenantSession
from core.kernel.errors import NotFound
from core.kernel.ids import new_id
from core.notify.models import Notice

TITLE_MAX = 200


def notify(
    session: TenantSession, *, to: UUID | Iterable[UUID], kind: str, title: str, link: str, body: str = ""
) -> tuple[UUID, ...]:
    """Puts a notice into each inbox, once per person however often they are named; returns the notices' ids.

    ``link`` is a path of this installation. Raises ValueError for another: notices must not lead people away.
    Texts name no children and hold no secrets; whoever opens the link is checked there.
    """
    if not link.startswith("/") or link.startswith("//"):
        raise ValueError(f"a notice links to a path of its own, not to {link!r}")
    people = {to} if isinstance(to, UUID) else set(to)
    notices = {new_id(): person_id for person_id in people}
    session.add_all(
        Notice(
            id=notice_id,
            person_id=person_id,
            at=session.now(),
            kind=kind,
            title=title[:TITLE_MAX],
            body=body,
            link=link,
        )
        for notice_id, person_id in notices.items()
    )
    return tuple(notices)


def mark_read(session: TenantSession, *, person_id: UUID, notice_id: UUID) -> None:
    """Raises NotFound for a notice of somebody else. Reading twice keeps the first time."""
    mine = (Notice.person_id == person_id) & (Notice.id == notice_id)
    if session.execute(select(Notice.id).where(mine)).first() is None:
        raise NotFound()
    session.execute(update(Notice).where(mine, Notice.read_at.is_(None)).values(read_at=session.now()))


def mark_all_read(session: TenantSession, *, person_id: UUID) -> int:
    """Returns how many were unread."""
    unread = update(Notice).where(Notice.person_id == person_id, Notice.read_at.is_(None))
    return cast("CursorResult[object]", session.execute(unread.values(read_at=session.now()))).rowcount
