"""/api/v1/sessions: one's own signed-in browsers."""

from __future__ import annotations

from core.http.blueprints import ApiBlueprint
from core.http.context import current
from core.http.etag import expected_version
from core.http.paging import Page, PageArgs, Paging, page_schema
from core.identity.queries import OwnSession, own_sessions
from core.identity.requests import refuse_tokens
from core.identity.schemas import SessionSchema
from core.identity.services import end_session
from core.kernel.errors import NotFound, Stale

bp = ApiBlueprint("sessions", __name__, url_prefix="/api/v1/sessions", description="Your signed-in browsers")


@bp.get("", signed_in=True)
@bp.arguments(PageArgs, location="query")
@bp.response(200, page_schema(SessionSchema))
def index(args: dict[str, object]) -> Page[OwnSession]:
    """The last used first."""
    context = current()
    paging = Paging.of(args)
    mine = own_sessions(
        context.session, context.person_id, current=context.identity.session_id if context.identity else ""
    )
    return paging.cut(mine)


@bp.delete("/<string:session_id>", signed_in=True)
@bp.response(204)
def end(session_id: str) -> None:
    """Signs that browser out at once. A live session is always version 1."""
    context = current()
    refuse_tokens(context)
    version = expected_version()
    live = {mine.id for mine in own_sessions(context.session, context.person_id)}
    if session_id not in live:
        raise NotFound()
    if version != 1:
        raise Stale()
    end_session(context.session, actor=context.actor, person_id=context.person_id, id_hash=bytes.fromhex(session_id))
