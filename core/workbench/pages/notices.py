"""消息: one's own inbox."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from core.http.blueprints import PageBlueprint
from core.http.context import current
from core.http.paging import Page
from core.notify.queries import inbox
from core.notify.services import mark_all_read, mark_read
from core.workbench.pages.todo import tabs

bp = PageBlueprint("notices", __name__, template_folder="../templates")
PAGE_SIZE = 20


@bp.get("/notices", signed_in=True)
def index() -> str:
    context = current()
    number = max(1, request.args.get("page", 1, type=int) or 1)
    unread_only = request.args.get("unread") == "1"
    items, total = inbox(
        context.session, person_id=current().person_id, unread_only=unread_only, page=number, page_size=PAGE_SIZE
    )
    return render_template(
        "workbench/notices.html",
        page=Page(items, total, number, PAGE_SIZE),
        unread_only=unread_only,
        tabs=tabs("notices.index"),
    )


@bp.post("/notices/<uuid:notice_id>/open", signed_in=True)
def open_notice(notice_id: UUID) -> Response:
    """Marks it read and goes where it leads."""
    context = current()
    mark_read(context.session, person_id=current().person_id, notice_id=notice_id)
    link = request.form.get("link", "")
    return redirect(
        link if link.startswith("/") and not link.startswith("//") and "\\" not in link else url_for("notices.index")
    )


@bp.post("/notices/read", signed_in=True)
def read_all() -> Response:
    mark_all_read(current().session, person_id=current().person_id)
    return redirect(url_for("notices.index"))
