"""Questions to the ledger that a person keeps."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete, func, select

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.hazards.models import HazardView
from core.kernel.errors import Forbidden, Invalid, NotFound

MOST = 20
MAX_TITLE, MAX_QUERY = 20, 2000


def keep_view(session: TenantSession, *, actor: Actor, title: str, query: str) -> UUID:
    """Keeps a question under a name; the same name again replaces it. Raises Invalid."""
    if actor.person_id is None:
        raise Forbidden()
    title = title.strip()
    faults = {}
    if not title or len(title) > MAX_TITLE:
        faults["title"] = "名称为 1 到 20 个字"
    if len(query) > MAX_QUERY:
        faults["query"] = "查询条件太长"
    if faults:
        raise Invalid(fields=faults)
    mine = select(HazardView).where(HazardView.person_id == actor.person_id)
    same = session.scalars(mine.where(HazardView.title == title)).one_or_none()
    if same is not None:
        same.query = query
        session.flush()
        return same.id
    if (session.scalar(select(func.count()).select_from(mine.subquery())) or 0) >= MOST:
        raise Invalid(fields={"title": "最多保存 20 个视图，请先删除不用的"})
    view = HazardView(person_id=actor.person_id, title=title, query=query, created_at=session.now())
    session.add(view)
    session.flush()
    return view.id


def drop_view(session: TenantSession, *, actor: Actor, view_id: UUID) -> None:
    """Raises NotFound for one that is not the actor's own."""
    gone = session.execute(
        delete(HazardView)
        .where(HazardView.id == view_id, HazardView.person_id == actor.person_id)
        .returning(HazardView.id)
        .execution_options(synchronize_session=False)
    ).first()
    if gone is None:
        raise NotFound()
