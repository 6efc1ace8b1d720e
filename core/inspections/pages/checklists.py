"""检查表: the library, one checklist with its versions, and the district's own under construction."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from core.http import forms
from core.http.context import RequestContext, current
from core.http.etag import expected_version
from core.http.paging import Paging
from core.http.words import choices, said
from core.inspections.checklist import Content, Item, json_of
from core.inspections.pages.blueprint import bp, faults_of
from core.inspections.permissions import InspectionPermission
from core.inspections.queries.checklists import checklist_card, checklists_page
from core.inspections.requests import catalogue, offers
from core.inspections.schemas import ChecklistArgs
from core.inspections.services import checklists as services
from core.inspections.words import KINDS, ORIGINS
from core.kernel.errors import Invalid, NotFound, XiaoanError
from core.kernel.ids import new_id
from core.tenancy.shelf import pack_of

READ, WRITE = InspectionPermission.READ, InspectionPermission.CHECKLIST
EMPTY_ROWS = 3
TEXTS = ("code", "content", "standard", "section", "law", "place", "grade")


@bp.get("/inspections/checklists", permission=READ)
def checklists() -> str:
    context = current()
    args = forms.query(ChecklistArgs)
    paging = Paging.of(args)
    return render_template(
        "inspections/checklists.html",
        page=checklists_page(context.session, paging=paging, **args),
        asked=args,
        active=sum(1 for value in args.values() if value),
        words={"kinds": KINDS, "origins": ORIGINS},
        kinds=choices(KINDS),
        origins=choices(ORIGINS),
        may_write=context.actor.may(WRITE),
        key=new_id(),
    )


@bp.post("/inspections/checklists/take", permission=WRITE)
def take_checklists() -> Response:
    context = current()
    number = services.take_offers(context.session, actor=context.actor, offers=offers(context))
    flash(_("已更新%(n)s张检查表。", n=number) if number else _("检查表都是最新的。"), "success")
    return redirect(url_for("inspections.checklists"))


@bp.get("/inspections/checklists/<uuid:checklist_id>", permission=READ)
def checklist(checklist_id: UUID) -> str:
    context = current()
    card = checklist_card(context.session, checklist_id)
    labels = catalogue(context)
    return render_template(
        "inspections/checklist.html",
        card=card,
        words={"kinds": KINDS, "origins": ORIGINS},
        categories={item.code: labels.category_title(item.domain, item.category) for item in card.content.items},
        may_write=context.actor.may(WRITE),
    )


@bp.post("/inspections/checklists/<uuid:checklist_id>/copy", permission=WRITE)
def copy_checklist(checklist_id: UUID) -> Response:
    context = current()
    made = services.copy_checklist(context.session, actor=context.actor, checklist_id=checklist_id)
    return redirect(url_for("inspections.edit_checklist", checklist_id=made))


@bp.get("/inspections/checklists/<uuid:checklist_id>/edit", permission=WRITE)
def edit_checklist(checklist_id: UUID) -> str:
    context = current()
    card = checklist_card(context.session, checklist_id)
    content = card.draft or card.content
    return _edit(context, checklist_id, content, list(card.line.kinds), {}, "")


@bp.post("/inspections/checklists/<uuid:checklist_id>/edit", permission=WRITE)
def save_checklist(checklist_id: UUID) -> Response | tuple[str, int]:
    context = current()
    content, kinds = _posted(), request.form.getlist("kinds")
    try:
        services.change_draft(
            context.session, actor=context.actor, pack=pack_of(context.session), catalogue=catalogue(context), checklist_id=checklist_id,
            version=expected_version(), content=content, kinds=kinds,
        )  # fmt: skip
        if request.form.get("publish"):
            version = checklist_card(context.session, checklist_id).line.version
            number = services.publish_checklist(
                context.session, actor=context.actor, checklist_id=checklist_id, version=version
            )
            flash(_("第%(no)s版已发布，此前的检查不受影响。", no=number), "success")
            return redirect(url_for("inspections.checklist", checklist_id=checklist_id))
    except XiaoanError as fault:
        if isinstance(fault, NotFound):
            raise
        errors, message = faults_of(fault)
        context.session.rollback()
        return _edit(context, checklist_id, content, kinds, errors, message), 422
    flash(_("草稿已保存。"), "success")
    return redirect(url_for("inspections.edit_checklist", checklist_id=checklist_id))


@bp.post("/inspections/checklists/<uuid:checklist_id>/retire", permission=WRITE)
def retire_checklist(checklist_id: UUID) -> Response:
    context = current()
    services.retire_checklist(
        context.session, actor=context.actor, checklist_id=checklist_id, version=expected_version()
    )
    flash(_("已停用，正在用它的检查不受影响。"), "success")
    return redirect(url_for("inspections.checklists"))


def _edit(
    context: RequestContext,
    checklist_id: UUID,
    content: Content,
    kinds: list[str],
    errors: dict[str, str],
    message: str,
) -> str:
    card = checklist_card(context.session, checklist_id)
    blank = [dict.fromkeys(TEXTS, "") | {"points": 0, "weight": 1, "clauses": [], "photo_on_fail": False, "kind": ""}]
    rows = [
        {**own, "kind": f"{own['domain']}/{own['category']}" if own["category"] else ""}
        for own in json_of(content)["items"]
    ]
    domains = catalogue(context).active
    return render_template(
        "inspections/checklist_edit.html",
        card=card,
        content=content,
        rows=[*rows, *(blank * EMPTY_ROWS)],
        chosen=kinds,
        kinds=choices(KINDS),
        categories=[
            (f"{domain.code}/{own.code}", f"{said(domain.title)}·{said(own.title)}")
            for domain in domains
            for own in domain.categories
        ],
        errors=errors,
        message=message,
    )


def _posted() -> Content:
    """The rows of the form; one without content is no row. Raises Invalid for what is no number."""
    form = request.form
    columns = {name: form.getlist(f"item.{name}") for name in (*TEXTS, "points", "weight", "clauses", "kind", "photo")}
    items = []
    for place, text in enumerate(columns["content"]):
        if not text.strip():
            continue
        row: dict[str, Any] = {name: _at(columns[name], place) for name in TEXTS}
        domain, _slash, category = _at(columns["kind"], place).partition("/")
        row["code"] = row["code"] or f"item-{place + 1}"
        items.append(
            Item(
                **row, points=_number(columns["points"], place, 0), weight=_number(columns["weight"], place, 1),
                clauses=tuple(_at(columns["clauses"], place).replace("，", " ").replace(",", " ").split()),
                photo_on_fail=_at(columns["photo"], place) == "yes", domain=domain, category=category,
            )
        )  # fmt: skip
    return Content(
        form.get("title", "").strip(),
        tuple(items),
        _number([form.get("pass_percent", "")], 0, 0),
        form.get("basis", "").strip(),
    )


def _at(column: list[str], place: int) -> str:
    return column[place].strip() if place < len(column) else ""


def _number(column: list[str], place: int, default: int) -> int:
    text = _at(column, place)
    if not text:
        return default
    if not text.isdecimal() or len(text) > 3:
        raise Invalid(fields={"items": "分值和权重填0到100的整数"})
    return int(text)
