"""隐患台账: the question, the table, kept questions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from core.hazards.pages.blueprint import bp
from core.hazards.pages.shown import Labels, ledger_row
from core.hazards.permissions import HazardPermission
from core.hazards.queries import kept_views, ledger_page
from core.hazards.requests import catalogue
from core.hazards.schemas import LedgerArgs, ViewSchema, asked_of
from core.hazards.services import drop_view, keep_view
from core.http import forms
from core.http.context import RequestContext, current
from core.http.paging import Paging
from core.orgs.queries import unit_options
from core.tenancy.shelf import pack_of

READ = HazardPermission.READ


@bp.get("/hazards", permission=READ)
def ledger() -> str:
    context = current()
    args = forms.query(LedgerArgs)
    paging = Paging.of(args)
    asked = asked_of(args)
    pack = pack_of(context.session)
    labels = Labels(pack, catalogue(context))
    page, sums = ledger_page(context.session, context.actor, pack, asked=asked, paging=paging)
    shown = {
        "page": page, "rows": [ledger_row(line, labels) for line in page.items], "sums": sums, "sort": paging.sort or "-found_at",
        "columns": columns(labels.closing), "asked": asked, "may": _may(context),
        "closing_word": labels.closing,
    }  # fmt: skip
    if request.headers.get("HX-Request"):
        return render_template("hazards/_ledger.html", **shown)
    return render_template(
        "hazards/ledger.html",
        **shown,
        args=args,
        tabs=_tabs(context, sums),
        views=_views(context),
        choices=_choices(context, labels),
    )


@bp.post("/hazards/views", permission=READ)
def save_view() -> Response:
    context = current()
    values = forms.form(ViewSchema)
    query = values.get("query", "").lstrip("?")
    keep_view(context.session, actor=context.actor, title=values["title"], query=query)
    flash(_("已存为视图。"), "success")
    return redirect(f"{url_for('hazards.ledger')}?{query}")


@bp.post("/hazards/views/<uuid:view_id>/drop", permission=READ)
def remove_view(view_id: UUID) -> Response:
    context = current()
    drop_view(context.session, actor=context.actor, view_id=view_id)
    return redirect(url_for("hazards.ledger"))


def columns(closing_word: str) -> list[dict[str, Any]]:
    """Wide: the first three stay."""
    return [
        {"label": _("序号"), "kind": "seq"},
        {"label": _("编号"), "sort": "no", "width": "md"},
        {"label": _("隐患"), "width": "xl"},
        {"label": _("单位"), "sort": "unit", "width": "lg"},
        {"label": _("领域 / 类别"), "sort": "domain", "width": "lg"},
        {"label": _("等级"), "sort": "grade", "kind": "mid"},
        {"label": _("来源"), "width": "md"},
        {"label": _("发现时间"), "sort": "found_at", "kind": "date"},
        {"label": _("阶段"), "sort": "stage"},
        {"label": _("时限"), "sort": "due_on", "kind": "mid"},
        {"label": _("责任人"), "width": "md"},
        {"label": _("整改情形"), "width": "md"},
        {"label": _("资金"), "kind": "num"},
        {"label": _("整改情况"), "width": "lg"},
        {"label": _("完成"), "kind": "date"},
        {"label": _("%(closed)s人", closed=closing_word), "width": "md"},
        {"label": _("%(closed)s时间", closed=closing_word), "sort": "closed_at", "kind": "date"},
    ]


def _may(context: RequestContext) -> dict[str, bool]:
    return {"report": context.actor.may(HazardPermission.REPORT), "export": context.actor.may(HazardPermission.EXPORT)}


def _tabs(context: RequestContext, sums: Any) -> list[dict[str, Any]]:
    """Beside the whole ledger, what is asked every day. Counts stand only where they come for nothing."""
    kinds: list[tuple[str, dict[str, str]]] = [
        (_("全部"), {}), (_("未办结"), {"state": "open"}), (_("逾期"), {"due": "overdue"}), (_("临期"), {"due": "soon"}),
        (_("待我登记"), {"todo": "register"}), (_("待我整改"), {"todo": "rectify"}), (_("待我核验"), {"todo": "verify"}), (_("待检查跟踪"), {"todo": "check"}),
        (_("带险管控"), {"canonical": "risk_controlled"}), (_("已办结"), {"state": "closed"}),
    ]  # fmt: skip
    if context.actor.may(HazardPermission.EXTEND):
        kinds.insert(-2, (_("待批延期"), {"todo": "extension"}))
    now = {name: value for name, value in request.args.items() if name not in ("page", "page_size", "sort")}
    return [
        {"title": title, "url": url_for("hazards.ledger", **dict[str, Any](args)), "active": now == args, "total": sums.total if now == args else None}
        for title, args in kinds
    ]  # fmt: skip


def _views(context: RequestContext) -> list[dict[str, Any]]:
    query = request.query_string.decode()
    return [
        {
            "id": view.id,
            "title": view.title,
            "url": f"{url_for('hazards.ledger')}?{view.query}",
            "active": view.query == query,
        }
        for view in kept_views(context.session, context.actor)
    ]


def _choices(context: RequestContext, labels: Labels) -> dict[str, Any]:
    life = labels.pack.lifecycle
    units = unit_options(context.session, context.actor.coverage(READ))
    return {
        "units": [(str(unit.id), unit.name) for unit in units],
        "domains": [(domain.code, domain.title) for domain in labels.catalogue.domains],
        "categories": [(own.code, own.title) for domain in labels.catalogue.domains for own in domain.categories],
        "grades": [(grade.code, grade.label) for grade in life.grades],
        "stages": [(stage.code, stage.label) for stage in life.stages],
        "sources": [(source.code, source.label) for source in life.sources],
        "dues": [("normal", _("正常")), ("soon", _("临期")), ("overdue", _("逾期"))],
        "checks": [("due", _("今天该办")), ("overdue", _("已过期"))],
        "flags": [("true", _("是")), ("false", _("否"))],
    }
