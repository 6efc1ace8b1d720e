"""What other features say of the appointments on a page."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from core.hooks.meta import PostNote
from core.http.context import RequestContext


def notes_on(context: RequestContext, post_ids: Iterable[UUID]) -> dict[UUID, list[PostNote]]:
    """Appointment → notes, in the order of the features."""
    shown = list(post_ids)
    notes: list[PostNote] = context.runtime.plugins.collect(
        "collect_post_notes", context.plugins_on, session=context.session, actor=context.actor, post_ids=shown
    )
    found: dict[UUID, list[PostNote]] = {}
    for note in notes:
        found.setdefault(note.post_id, []).append(note)
    return found
