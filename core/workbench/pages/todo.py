"""待办中心: what waits for a person, what they did, what they were told, what they began."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _

from core.hazards.queries import LedgerFilter
from core.http.blueprints import PageBlueprint
from core.http.context import current
from core.papers.queries.papers import papers_to_sign
from core.workbench.desk import urgent
from core.workbench.pages.audit import link, mark, place
from core.workbench.pages.desk import lines, stages, titles
from core.workbench.queries.own import OwnPage, begun_by, done_by
from core.workbench.requests import cards

bp = PageBlueprint("todo", __name__, template_folder="../templates")
SHOWN = 30


@bp.get("/todo", signed_in=True)
def index() -> str:
    """待办: every card, not only the desk's seven, and what one has to rectify oneself."""
    context = current()
    waiting = [] if context.tenant.is_bureau else urgent(cards(context))  # what waits is a district's
    return render_template(
        "workbench/todo.html", tabs=tabs("todo.index"), cards=waiting, titles=titles(context), stages=stages(context),
        papers=papers_to_sign(context.session, context.actor), mine=lines(context, LedgerFilter(todo="rectify"), most=SHOWN),
    )  # fmt: skip


@bp.get("/todo/done", signed_in=True)
def done() -> str:
    return _own("todo.done", done_by)


@bp.get("/todo/begun", signed_in=True)
def begun() -> str:
    return _own("todo.begun", begun_by)


def tabs(active: str) -> list[dict[str, Any]]:
    """Of the four pages; 抄送 are the notices."""
    found = (
        (_("待办"), "todo.index"), (_("已办"), "todo.done"), (_("抄送"), "notices.index"), (_("我发起"), "todo.begun"),
    )  # fmt: skip
    return [{"title": title, "url": url_for(endpoint), "active": endpoint == active} for title, endpoint in found]


def _own(endpoint: str, read: Callable[..., OwnPage]) -> str:
    context = current()
    before = place(request.args.get("before"))
    page = OwnPage((), None)
    if context.actor.person_id is not None:
        page = read(
            context.session, context.runtime.audited, person_id=context.actor.person_id, before=before, limit=SHOWN
        )
    return render_template(
        "workbench/own.html", tabs=tabs(endpoint), rows=page.items, after=mark(page.next), began=endpoint == "todo.begun",
        link=link, first=before is None,
    )  # fmt: skip
