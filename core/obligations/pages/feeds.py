"""日历订阅: one's own feeds, and what a calendar program fetches."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from flask import Response as FlaskResponse
from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from core.access.actor import Actor, Coverage
from core.http import limits
from core.http.context import RequestContext, current
from core.http.guard import tenant_scope
from core.http.runtime import runtime
from core.identity import keys
from core.identity.queries import person_card
from core.kernel.errors import NotFound
from core.kernel.schoolyear import Span
from core.obligations.calendar_feed import calendar
from core.obligations.pages.blueprint import bp, quotes
from core.obligations.permissions import ObligationPermission
from core.obligations.queries import Asked, stream_rows
from core.obligations.queries.own import feed_owner, own_feeds
from core.obligations.queries.shapes import DueRow
from core.obligations.services import make_feed, revoke_feed
from core.obligations.words import DAILY
from core.orgs.queries.grants import resolve_grants
from core.tenancy import shelf

READ = ObligationPermission.READ
FETCHES = "120/hour"
BACK, AHEAD = timedelta(days=31), timedelta(days=186)


@bp.get("/due/feeds", permission=READ)
def feeds() -> str:
    context = current()
    return render_template("obligations/feeds.html", feeds=own_feeds(context.session, context.actor.person_id), made="")


@bp.post("/due/feeds", permission=READ)
def new_feed() -> str:
    """Shows the address once, in the answer to the post itself: it stands in no history and in no log."""
    context = current()
    made = make_feed(context.session, actor=context.actor)
    address = url_for("due.feed", secret=made.value, _external=True)
    own = own_feeds(context.session, context.actor.person_id)
    return render_template("obligations/feeds.html", feeds=own, made=address)


@bp.post("/due/feeds/<uuid:feed_id>/revoke", permission=READ)
def end_feed(feed_id: UUID) -> Response:
    context = current()
    revoke_feed(context.session, actor=context.actor, feed_id=feed_id)
    flash(_("已收回，用这个地址再也读不到"), "success")
    return redirect(url_for("due.feeds"))


@bp.get("/due/feed/<secret>.ics", public="calendar programs cannot sign in; the address bears a secret of 256 bits")
def feed(secret: str) -> FlaskResponse:
    """What the owner's own units owe. Raises NotFound for a secret that is none, revoked, or of somebody who left."""
    limits.spend_address("due-feed", FETCHES)
    found = keys.unpack(secret)
    tenant = runtime().directory.by_id(found[0]) if found else None
    if found is None or tenant is None:
        raise NotFound()
    with tenant_scope(tenant, read_only=True) as context:
        owner = feed_owner(context.session, keys.digest(found[1]))
        if owner is None or not person_card(context.session, owner).active:
            raise NotFound()
        grants = resolve_grants(context.session, owner, context.today, shelf.current(context.session))
        body = _calendar(context, Actor(tenant.id, owner, "", "token", grants), host=tenant.slug)
    answer = FlaskResponse(body, mimetype="text/calendar")
    answer.headers["Cache-Control"] = "private, max-age=900"
    answer.headers["Content-Disposition"] = 'inline; filename="due.ics"'
    return answer


def _calendar(context: RequestContext, actor: Actor, *, host: str) -> bytes:
    homes = frozenset(grant.home_unit_id for grant in actor.grants if grant.gives(READ) and grant.home_unit_id)
    if not homes:
        raise NotFound()
    asked = Asked(Span(context.today - BACK, context.today + AHEAD), reader=actor)
    rows = [
        row
        for row in stream_rows(context.session, context.runtime.plugins, coverage=Coverage(homes), asked=asked)
        if row.duty.rule.period not in DAILY
    ]
    said = quotes(context, {clause for row in rows for clause in row.duty.rule.sources})

    def address(row: DueRow) -> str:
        return url_for("due.duty", duty_code=row.duty.code, _external=True)

    return calendar(
        rows, name=f"{context.tenant.name} 义务日历", domain=f"{host}.xiaoan", now=context.now(),
        quote=lambda clause: said.get(clause, ""), address=address,
    )  # fmt: skip
