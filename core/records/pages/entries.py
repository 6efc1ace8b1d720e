"""工作记录: the list, the quick form, one record with all that it ever said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from marshmallow import Schema, fields, validate
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from core.http import forms
from core.http.context import RequestContext, current
from core.http.etag import expected_version
from core.http.paging import Paging
from core.http.words import choices
from core.kernel.errors import NotFound, XiaoanError
from core.kernel.ids import new_id
from core.orgs.queries import unit_cards, unit_options
from core.records.counting import served_by
from core.records.kinds import DRILL, RecordKind, kinds_of, owed_first, topic_label, topics_of
from core.records.pages.blueprint import bp, gallery, my_units, refused
from core.records.permissions import RecordPermission
from core.records.queries.drills import STAGES, drill_card
from core.records.queries.entries import STATES, RecordCard, RecordFilter, record_card, records_page
from core.records.requests import kept_uploads
from core.records.schemas import FactsIn, ReasonIn, RecordArgs, tuples
from core.records.scope import recordable
from core.records.services import entries
from core.records.services.writing import RecordFacts
from core.tenancy.packs.model import Pack
from core.tenancy.shelf import pack_of

READ, WRITE = RecordPermission.READ, RecordPermission.WRITE
TONES = {"planned": "warn", "held": "good", "struck": "bad"}
NAMES = {
    "unit_id": "单位", "held_on": "日期", "title": "名称", "topics": "主题", "place": "地点", "people": "人数", "minutes": "时长", "summary": "内容",
    "times": "次数", "photos": "照片", "papers": "文件", "reason": "更正理由",
}  # fmt: skip


class CorrectionForm(FactsIn):
    reason = fields.String(required=True, validate=validate.Length(min=1, max=500))


@bp.get("/records", permission=READ)
def index() -> str:
    context = current()
    args = forms.query(RecordArgs)
    paging = Paging.of(args)
    asked = RecordFilter(**args)
    pack = pack_of(context.session)
    kinds = kinds_of(pack)
    page = records_page(context.session, context.actor, asked=asked, paging=paging)
    return render_template(
        "records/index.html", page=page, asked=asked, active=sum(1 for value in args.values() if value),
        labels={code: kind.label for code, kind in kinds.items()},
        topics={own: topic_label(pack, own) for row in page.items for own in row.topics},
        kinds=choices({code: kind.label for code, kind in kinds.items()}), about=_about(pack, kinds, asked.kind), states=choices(STATES), words=STATES, tones=TONES,
        units=[(str(own.id), own.name) for own in unit_options(context.session, context.actor.coverage(READ))],
        may_write=context.actor.may(WRITE),
    )  # fmt: skip


def _about(pack: Pack | None, kinds: Mapping[str, RecordKind], kind: str) -> list[tuple[str, str]]:
    """Topics to narrow the list by: those of the kind that is chosen, else of all."""
    chosen = [kinds[kind]] if kind in kinds else kinds.values()
    return list({own.code: own.label for each in chosen for own in topics_of(pack, each)}.items())


@bp.get("/records/new", permission=WRITE)
def choose() -> str:
    """What was done: what this unit owes stands first."""
    context = current()
    pack = pack_of(context.session)
    kinds = kinds_of(pack)
    units = unit_cards(context.session, recordable(context.session, context.actor).unit_ids or ())
    first = owed_first(pack, {card.org_type for card in units.values() if card.org_type})
    owed = [kinds[code] for code in first if code in kinds]
    return render_template(
        "records/choose.html", owed=owed, others=[kind for code, kind in kinds.items() if code not in first]
    )


@bp.get("/records/new/<record_kind>", permission=WRITE)
def new(record_kind: str) -> str | Response:
    if record_kind == DRILL:
        return redirect(url_for("records.new_drill", topics=request.args.getlist("topics")))
    return _form(current(), _kind(current(), record_kind), {"topics": request.args.getlist("topics")}, {}, "")


@bp.post("/records/new/<record_kind>", permission=WRITE, creates=True)
def create(record_kind: str) -> Response:
    context = current()
    kind = _kind(context, record_kind)
    try:
        with context.session.begin_nested():  # a refused form leaves nothing behind
            made = entries.add_record(
                context.session,
                actor=context.actor,
                pack=pack_of(context.session),
                facts=_facts(kind, FactsIn),
                file_ids=kept_uploads(context),
            )
    except XiaoanError as fault:
        return refused(fault, lambda values, errors, message: _form(context, kind, values, errors, message))
    flash(_("已记录。"), "success")
    return redirect(url_for("records.record", record_id=made))


@bp.get("/records/<uuid:record_id>", permission=READ)
def record(record_id: UUID) -> str:
    context = current()
    return _detail(context, record_card(context.session, context.actor, record_id))


@bp.get("/records/<uuid:record_id>/correct", permission=WRITE)
def correct(record_id: UUID) -> str | Response:
    """The form; whoever sees the record but may not correct it is led back to it."""
    context = current()
    card = record_card(context.session, context.actor, record_id)
    if not card.may_write or card.line.state == "struck":
        return redirect(url_for("records.record", record_id=record_id))
    return _form(context, _kind(context, card.line.kind), _values(card), {}, "", card)


@bp.post("/records/<uuid:record_id>/correct", permission=WRITE)
def save_correction(record_id: UUID) -> Response:
    context = current()
    card = record_card(context.session, context.actor, record_id)
    kind = _kind(context, card.line.kind)
    try:
        with context.session.begin_nested():
            entries.correct_record(
                context.session, actor=context.actor, pack=pack_of(context.session), record_id=record_id, version=expected_version(),
                facts=_facts(kind, CorrectionForm), reason=request.form.get("reason", ""), file_ids=kept_uploads(context),
            )  # fmt: skip
    except XiaoanError as fault:
        return refused(fault, lambda values, errors, message: _form(context, kind, values, errors, message, card))
    flash(_("已更正，原来的内容保留在下面。"), "success")
    return redirect(url_for("records.record", record_id=record_id))


@bp.post("/records/<uuid:record_id>/strike", permission=WRITE)
def strike(record_id: UUID) -> Response:
    context = current()
    given = forms.form(ReasonIn)
    entries.strike_record(
        context.session, actor=context.actor, record_id=record_id, version=expected_version(), reason=given["reason"]
    )
    flash(_("已作废，记录保留，不再计数。"), "success")
    return redirect(url_for("records.record", record_id=record_id))


def _kind(context: RequestContext, code: str) -> RecordKind:
    """Raises NotFound."""
    found = kinds_of(pack_of(context.session)).get(code)
    if found is None:
        raise NotFound()
    return found


def _facts(kind: RecordKind, schema: type[Schema]) -> RecordFacts:
    """The posted form; the kind's own fields come as ``details.<code>``. Raises Invalid."""
    sent = MultiDict((name, text) for name, texts in request.form.lists() for text in texts if name != "details")
    sent["kind"] = kind.code
    values = forms.loaded(schema(exclude=("details",), unknown="exclude"), sent)
    values.pop("reason", None)
    details = {own.code: request.form.get(f"details.{own.code}") for own in kind.fields}
    return RecordFacts(**tuples(values, "topics"), details=details)


def _form(
    context: RequestContext,
    kind: RecordKind,
    values: dict[str, Any],
    errors: dict[str, str],
    message: str,
    card: RecordCard | None = None,
) -> str:
    return render_template(
        "records/form.html", kind=kind, values=values, errors=errors, message=message, card=card, key=new_id(), today=context.today,
        topics=[(own.code, own.label) for own in topics_of(pack_of(context.session), kind)], units=my_units(context),
        names=NAMES | {f"details.{own.code}": own.label for own in kind.fields}, drill=kind.code == DRILL,
    )  # fmt: skip


def _values(card: RecordCard) -> dict[str, Any]:
    line = card.line
    shown: dict[str, Any] = {
        "unit_id": str(line.unit_id), "held_on": line.held_on.isoformat(), "title": line.title, "topics": list(line.topics),
        "place": line.place, "people": line.people, "minutes": line.minutes, "times": line.times, "summary": card.summary,
    }  # fmt: skip
    return shown | {f"details.{code}": value for code, value in card.details.items()}


def _detail(context: RequestContext, card: RecordCard) -> str:
    pack = pack_of(context.session)
    kind = kinds_of(pack).get(card.line.kind)
    own = {field.code: field for field in (kind.fields if kind else ())}
    unit = unit_cards(context.session, [card.line.unit_id])[card.line.unit_id]
    return render_template(
        "records/record.html",
        served=served_by(pack, kind=card.line.kind, topics=card.line.topics, unit_kind=unit.kind, org_type=unit.org_type), card=card, line=card.line, label=kind.label if kind else card.line.kind, words=STATES, tones=TONES,
        topics=[topic_label(pack, code) for code in card.line.topics], topic_words={code: topic_label(pack, code) for wording in card.wordings for code in wording.content["topics"]},
        details=[(own[code].label, (own[code].choices or {}).get(value, value)) for code, value in card.details.items() if code in own],
        drill=drill_card(context.session, context.actor, card.line.id) if card.line.kind == DRILL else None, stages=STAGES, files=gallery(card.files),
        names={"title": _("名称"), "held_on": _("日期"), "place": _("地点"), "people": _("人数"), "minutes": _("时长（分钟）"), "times": _("次数"), "summary": _("内容")},
    )  # fmt: skip
