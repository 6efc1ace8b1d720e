"""搜索: one box, everything one may see, kind by kind."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _

from core.http.blueprints import PageBlueprint
from core.http.context import current
from core.http.paging import Page, Paging
from core.http.words import said
from core.kernel.errors import Invalid
from core.search.asking import open_to, shown
from core.search.queries import MOST_FOUND, Found, find, lines, terms_of
from core.search.schemas import MOST_ASKED

bp = PageBlueprint("search", __name__, template_folder="templates")


@bp.get("/search", signed_in=True)
def index() -> str:
    context = current()
    question = request.args.get("q", "")[:MOST_ASKED]
    kind = request.args.get("kind", "")
    number = min(max(1, request.args.get("page", 1, type=int) or 1), 100)
    kinds = open_to(context)
    values: dict[str, Any] = {
        "question": question, "rows": (), "page": Page((), 0), "tabs": [], "fault": "", "more": False, "most": MOST_FOUND,
        "kinds": [said(one.title) for one in kinds],
    }  # fmt: skip
    if question.strip():
        try:
            terms = terms_of(question)
        except Invalid as fault:
            return render_template("search/index.html", **{**values, "fault": said(fault.fields["q"])})
        found = find(context.session, context.actor, searchables=kinds, terms=terms)
        chosen = [one for one in found if kind in ("", one.searchable.kind)]
        page = lines(context.session, context.actor, found=chosen, paging=Paging(number))
        values |= {
            "page": page, "rows": [shown(line, terms) for line in page.items], "tabs": _tabs(found, question, kind),
            "more": any(one.more for one in chosen),
        }  # fmt: skip
    return render_template("search/index.html", **values)


def _tabs(found: tuple[Found, ...], question: str, kind: str) -> list[dict[str, Any]]:
    every = [("", _("全部"), sum(len(one.ids) for one in found), any(one.more for one in found))]
    every += [(one.searchable.kind, said(one.searchable.title), len(one.ids), one.more) for one in found]
    return [
        {"title": title, "url": url_for("search.index", q=question, kind=code or None), "active": code == kind, "total": total, "more": more}
        for code, title, total, more in every
    ]  # fmt: skip
