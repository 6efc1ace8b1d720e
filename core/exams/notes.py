"""未达标 beside an appointment, on the page of the person and of the unit."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.exams.permissions import ExamPermission
from core.exams.queries.standing import asked_of_posts, missing_of
from core.hooks.meta import PostNote
from core.kernel.phrases import Phrase
from core.tenancy import shelf


def notes_of(session: TenantSession, actor: Actor, post_ids: Sequence[UUID]) -> list[PostNote]:
    """For the person and for those who may read results in the unit. Two queries."""
    asked = asked_of_posts(session, shelf.current(session)) if post_ids else ()
    return [
        PostNote(
            own.post_id,
            Phrase("待确认：%(what)s", what=own.asked.what)
            if own.asked.confirm
            else Phrase("未达标：缺%(what)s", what=own.asked.what),
            "warn" if own.asked.confirm else "bad",
        )
        for own in missing_of(session, asked, posts=post_ids)
        if own.person_id == actor.person_id or actor.may(ExamPermission.RESULTS, own.unit_id)
    ]
