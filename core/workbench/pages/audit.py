"""审计日志: who did what, whether the chain holds, and the log to take along."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from core.audit.permissions import AuditPermission
from core.audit.queries import AuditCard, entries
from core.audit.services import record
from core.http.blueprints import PageBlueprint
from core.http.context import RequestContext, current
from core.http.forms import form, query
from core.http.guard import may_open
from core.jobs.services import enqueue
from core.kernel.clock import LOCAL
from core.kernel.errors import Forbidden, Invalid
from core.workbench.audit_csv import audit_csv
from core.workbench.job_words import called
from core.workbench.queries.chain import VERIFY, chain_state
from core.workbench.queries.told import Told, filter_of, told
from core.workbench.schemas import AuditArgs

EXPORTED = 20_000
"""Rows of one export; whoever needs more narrows it by dates."""
SHOWN = 50
FILTERS = ("actor", "actor_id", "action", "object_kind", "object_id", "since", "until")
bp = PageBlueprint("audit", __name__, template_folder="../templates")


@bp.get("/audit", permission=AuditPermission.READ)
def index() -> str:
    context = current()
    args = query(AuditArgs)
    words = context.runtime.audited
    where = filter_of(context.session, context.actor, args)
    page = entries(context.session, where, before=place(request.args.get("before")), limit=SHOWN)
    return render_template(
        "workbench/audit.html", rows=told(context.session, page.items, words), after=mark(page.next), asked=args,
        chain=chain_state(context.session), link=link, called=called, shown=SHOWN, filters=FILTERS,
        count=sum(1 for name in FILTERS if args[name]),
        partial=where.visible is not None, kinds=[(kind.kind, kind.title) for kind in words.kinds.values()],
        actions=list(words.actions_of(args["object_kind"]).items()),
    )  # fmt: skip


@bp.post("/audit/export", permission=AuditPermission.READ, exports=True)
def export() -> Response:
    """A CSV. A post, because taking the log along is itself written into the log."""
    context = current()
    where = filter_of(context.session, context.actor, form(AuditArgs))
    found: list[AuditCard] = []
    before: tuple[datetime, UUID] | None = None
    while len(found) < EXPORTED:
        page = entries(context.session, where, before=before, limit=200)
        found += page.items
        before = page.next
        if before is None:
            break
    record(
        context.session,
        actor=context.actor,
        action="audit.exported",
        object_kind="audit",
        object_id="log",
        data={"rows": len(found)},
    )
    response = make_response(audit_csv(found, context.runtime.audited, mark=_watermark(context, len(found))))
    response.mimetype = "text/csv"
    response.headers["Content-Disposition"] = f'attachment; filename="audit-{context.today.isoformat()}.csv"'
    return response


@bp.post("/audit/verify", permission=AuditPermission.READ)
def verify() -> AnyResponse:
    """Orders a walk along the whole chain; it runs as a job. The chain is everybody's: who reads the log of some units only
    does not order it. Raises Forbidden."""
    context = current()
    if not context.actor.coverage(AuditPermission.READ).everywhere:
        raise Forbidden()
    enqueue(
        context.session,
        kind=VERIFY,
        args={},
        actor=context.actor,
        dedupe_key=f"{VERIFY}:{context.now():%Y-%m-%dT%H:%M}",
    )
    flash(_("已开始校验，结果显示在本页。"), "success")
    return redirect(url_for("audit.index"))


def link(row: Told) -> str | None:
    """The page of the thing, if it is still there and this reader may open it."""
    endpoint, argument = row.kind.endpoint, row.kind.argument
    if not may_open(current(), endpoint):
        return None
    if not argument:
        return url_for(endpoint)
    values: dict[str, Any] = {argument: row.entry.object_id}
    return url_for(endpoint, **values) if row.name is not None or not row.kind.names else None


def mark(after: tuple[datetime, UUID] | None) -> str | None:
    """The place in the log where the next page begins, for an address."""
    return f"{after[0].isoformat()}|{after[1]}" if after else None


def place(marked: str | None) -> tuple[datetime, UUID] | None:
    """What ``mark`` made. Raises Invalid for anything else."""
    if not marked:
        return None
    at, _bar, entry_id = marked.partition("|")
    try:
        return datetime.fromisoformat(at), UUID(entry_id)
    except ValueError as fault:
        raise Invalid(fields={"before": "请从上一页的链接进入"}) from fault


def _watermark(context: RequestContext, rows: int) -> str:
    at = context.now().astimezone(LOCAL)
    words: str = _(
        "%(district)s 审计日志，共%(rows)s条，%(name)s于%(time)s导出",
        district=context.tenant.name, rows=rows, name=context.actor.name, time=f"{at:%Y-%m-%d %H:%M}",
    )  # fmt: skip
    return words
