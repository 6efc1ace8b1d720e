"""导入中心: upload → match the columns → preview → commit → result, and the way back."""

from __future__ import annotations

from uuid import UUID

from flask import Response, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from core.exchange.acting import request_work
from core.exchange.kinds import import_kind, import_kinds
from core.exchange.models import COMMITTING, DONE, FAILED, MAPPING, PREVIEW, READING
from core.exchange.queries.imports import (
    BatchCard,
    batch_card,
    batches_page,
    head_of,
    rows_at_fault,
    rows_page,
    seen_batch,
)
from core.exchange.requests import blank_form, faulty_rows, uploaded
from core.exchange.schemas import BatchArgs, RowArgs
from core.exchange.services.committing import order_commit
from core.exchange.services.reading import begin_reading
from core.exchange.services.receiving import guessed, map_as_found, map_columns, receive
from core.exchange.services.undoing import undo_batch
from core.files.storage import storage_of
from core.hooks.tables import Undoing
from core.http import forms
from core.http.blueprints import PageBlueprint
from core.http.context import current
from core.http.formstate import Form, roll_back
from core.http.paging import Paging
from core.http.words import said
from core.jobs.queries import job_card
from core.kernel.errors import Forbidden, Invalid, NotFound, XiaoanError

bp = PageBlueprint("imports", __name__, template_folder="../templates")


@bp.get("/imports", signed_in=True)
def index() -> Response:
    return _index(Form(values={"kind": request.args.get("kind", "")}))


@bp.post("/imports", signed_in=True)
def receive_file() -> AnyResponse:
    context = current()
    work = request_work(context)
    form = Form(values={"kind": request.form.get("kind", "")})
    storage = storage_of(context.runtime.settings)
    try:
        with uploaded(context) as (name, file):
            received = receive(work, kind=form.value("kind"), name=name, file=file, storage=storage, said=said)
        if received.certain:
            map_as_found(work, batch_id=received.batch_id)
            begin_reading(work, batch_id=received.batch_id, storage=storage)
    except XiaoanError as fault:
        roll_back()
        return _index(form.refuse(fault))
    if received.known:
        flash(_("这个文件您已经上传过，下面是原来的批次。"), "warning")
    return redirect(url_for("imports.show", batch_id=received.batch_id))


@bp.get("/imports/<uuid:batch_id>", signed_in=True)
def show(batch_id: UUID) -> AnyResponse:
    batch = batch_card(request_work(current()), batch_id)
    if batch.state == MAPPING:
        return redirect(url_for("imports.mapping", batch_id=batch_id))
    return _show(batch, Form())


@bp.get("/imports/<uuid:batch_id>/mapping", signed_in=True)
def mapping(batch_id: UUID) -> AnyResponse:
    batch = batch_card(request_work(current()), batch_id)
    if not _open(batch):  # a link from before: what was imported is shown as it is
        return redirect(url_for("imports.show", batch_id=batch_id))
    return _mapping(batch_id, Form())


@bp.post("/imports/<uuid:batch_id>/mapping", signed_in=True)
def match(batch_id: UUID) -> AnyResponse:
    context = current()
    work = request_work(context)
    names = {
        int(name.removeprefix("column_")): value
        for name, value in request.form.items()
        if name.startswith("column_") and name.removeprefix("column_").isdecimal()
    }
    try:
        map_columns(work, batch_id=batch_id, sheet=_number("sheet"), header_row=_number("header_row"), names=names)
        begin_reading(work, batch_id=batch_id, storage=storage_of(context.runtime.settings))
    except NotFound:
        raise
    except XiaoanError as fault:
        roll_back()
        return _mapping(batch_id, Form(dict(request.form)).refuse(fault))
    return redirect(url_for("imports.show", batch_id=batch_id))


@bp.get("/imports/<uuid:batch_id>/progress", signed_in=True)
def progress(batch_id: UUID) -> Response:
    """What the bar on the page asks for."""
    batch = batch_card(request_work(current()), batch_id)
    bar = _bar(batch)
    if bar is None:
        raise NotFound()
    return jsonify(bar)


@bp.post("/imports/<uuid:batch_id>/commit", signed_in=True)
def commit(batch_id: UUID) -> AnyResponse:
    order_commit(request_work(current()), batch_id=batch_id)
    flash(_("已开始导入，可以离开本页，稍后回来看结果。"), "success")
    return redirect(url_for("imports.show", batch_id=batch_id))


@bp.post("/imports/<uuid:batch_id>/undo", signed_in=True)
def undo(batch_id: UUID) -> AnyResponse:
    work = request_work(current())
    try:
        done = undo_batch(work, batch_id=batch_id)
    except NotFound:
        raise
    except XiaoanError as fault:
        roll_back()
        return _show(batch_card(work, batch_id), Form().refuse(fault))
    flash(said(done), "success")
    return redirect(url_for("imports.show", batch_id=batch_id))


@bp.get("/imports/<uuid:batch_id>/faults.xlsx", signed_in=True, exports=True)
def faults(batch_id: UUID) -> Response:
    """The rows that were not imported, each with its reason: correct them there and send the file again."""
    context = current()
    work = request_work(context)
    batch = batch_card(work, batch_id)
    names = {name: batch.titles[place] for name, place in batch.places.items() if place < len(batch.titles)}
    stem = batch.file_name.rpartition(".")[0] or batch.file_name
    return faulty_rows(
        context, titles=batch.titles, names=names, rows=rows_at_fault(work, batch_id), name=f"{stem}-{_('错误行')}.xlsx"
    )


@bp.get("/imports/blank/<table_kind>.xlsx", signed_in=True, exports=True)
def blank(table_kind: str) -> Response:
    work = request_work(current())
    kind = import_kind(work, table_kind)
    return blank_form(kind.title, kind.columns(work))


def _index(form: Form) -> Response:
    context = current()
    work = request_work(context)
    kinds = import_kinds(work)
    if not kinds:
        raise Forbidden()
    args = forms.query(BatchArgs)
    page = batches_page(work, kind=args.pop("kind"), paging=Paging.of(args))
    response = make_response(
        render_template(
            "exchange/imports.html", page=page, form=form, kinds=[(kind.slug, kind.title) for kind in kinds.values()],
            most=context.runtime.settings.import_max_mb,
        )
    )  # fmt: skip
    response.status_code = form.status
    return response


def _mapping(batch_id: UUID, form: Form) -> Response:
    context = current()
    work = request_work(context)
    batch = batch_card(work, batch_id)
    if not _open(batch):
        raise NotFound()
    columns = import_kind(work, batch.kind).columns(work)
    sheets = head_of(work, batch_id)
    found = seen_batch(work, batch_id)
    sheet, row = _asked("sheet", batch.sheet), _asked("header_row", batch.header_row)
    sheet = sheet if 0 <= sheet < len(sheets) else batch.sheet
    if sheet != batch.sheet and "header_row" not in request.values and sheets:
        row = next((number for number, _texts in sheets[sheet]["rows"]), 0)
    try:
        header = guessed(work, found, columns, sheet, row, said=said)
    except Invalid:
        header = guessed(work, found, columns, batch.sheet, batch.header_row, said=said)
        sheet, row = batch.sheet, batch.header_row
    by_place = {place: name for name, place in header.places.items()}
    rows = [(number, texts) for number, texts in sheets[sheet]["rows"]] if sheets else []
    samples = [texts for number, texts in rows if number > row][:3]
    places = [
        {
            "place": place, "title": title, "name": form.values.get(f"column_{place}", by_place.get(place, "")),
            "samples": [texts[place] for texts in samples if place < len(texts) and texts[place].strip()],
        }
        for place, title in enumerate(header.titles)
        if title or any(place < len(texts) and texts[place].strip() for texts in samples)
    ]  # fmt: skip
    options = [
        ("", _("不导入")),
        *((column.name, said(column.title) + ("*" if column.required else "")) for column in columns),
    ]
    response = make_response(
        render_template(
            "exchange/mapping.html", batch=batch, form=form, places=places, options=options, sheet=sheet, row=row,
            sheets=[(str(number), one["name"] or _("表格")) for number, one in enumerate(sheets)],
            header_rows=[(str(number), _row_words(number, texts)) for number, texts in rows[:20]],
            required=[said(column.title) for column in columns if column.required],
        )
    )  # fmt: skip
    response.status_code = form.status
    return response


def _open(batch: BatchCard) -> bool:
    return batch.state in (MAPPING, PREVIEW, READING, FAILED) and batch.committed_at is None


def _show(batch: BatchCard, form: Form) -> Response:
    work = request_work(current())
    args = forms.query(RowArgs)
    paging = Paging.of(args)
    undoing: Undoing | None = None
    try:
        kind = import_kind(work, batch.kind)
        columns = {column.name: column.title for column in kind.columns(work)}
        undoing = kind.undoing(work, batch.id) if batch.state in (PREVIEW, COMMITTING, DONE) else None
    except XiaoanError:
        columns = {}
    shown = sorted((place, name) for name, place in batch.places.items())
    page = rows_page(work, batch, at_fault=args["state"] == "at_fault", paging=paging)
    response = make_response(
        render_template(
            "exchange/import.html", batch=batch, form=form, asked=args, page=page, job=_bar(batch), undoing=undoing,
            shown=[(place, batch.titles[place] if place < len(batch.titles) else "") for place, _name in shown],
            names={name: columns.get(name, name) for name in batch.places} | columns,
        )
    )  # fmt: skip
    response.status_code = form.status
    return response


def _bar(batch: BatchCard) -> dict[str, object] | None:
    """None where no job was ordered: small files are read at once."""
    if batch.job_id is None or batch.state not in (READING, COMMITTING, "done", PREVIEW, FAILED):
        return None
    job = job_card(current().session, batch.job_id)
    state = {"queued": "queued", "running": "running", "done": "done"}.get(job.state, "failed")
    title = (
        _("读取%(name)s", name=batch.file_name)
        if batch.state in (READING, PREVIEW, FAILED)
        else _("导入%(name)s", name=batch.file_name)
    )
    total = job.total or 0
    return {
        "title": title, "state": state, "done": total if job.state == "done" else job.done, "total": total,
        "message": said(job.error or "") or said(batch.fault), "url": url_for("imports.progress", batch_id=batch.id),
        "result_url": url_for("imports.show", batch_id=batch.id),
    }  # fmt: skip


def _row_words(number: int, texts: list[str]) -> str:
    words = "、".join(text for text in texts if text.strip())
    return str(_("第%(n)s行：%(words)s", n=number, words=words[:60] + ("…" if len(words) > 60 else "")))


def _number(name: str) -> int:
    text = request.form.get(name, "")
    return int(text) if text.isdecimal() else 0


def _asked(name: str, default: int) -> int:
    text = request.values.get(name, "")
    return int(text) if text.isdecimal() else default
