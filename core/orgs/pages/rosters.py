"""名册导入: upload → preview → commit → result, and the way back."""

from __future__ import annotations

from uuid import UUID

from flask import Response, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from core.http import forms
from core.http.blueprints import PageBlueprint
from core.http.context import current
from core.http.formstate import Form, roll_back
from core.http.paging import Paging
from core.jobs.queries import JobCard, job_card
from core.kernel.clock import LOCAL
from core.kernel.errors import NotFound, XiaoanError
from core.orgs.permissions import OrgPermission
from core.orgs.queries.rosters import BatchCard, batch_card, batches_page, rows_at_fault, rows_page
from core.orgs.requests import uploaded
from core.orgs.roster.headers import FIELDS
from core.orgs.roster.writing import blank_roster, faulty_rows
from core.orgs.schemas import RosterArgs, RosterRowArgs
from core.orgs.services.roster import order_commit, receive_roster, undo_batch

IMPORT = OrgPermission.ROSTER_IMPORT
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
bp = PageBlueprint("rosters", __name__, template_folder="../templates")


@bp.get("/rosters", permission=IMPORT)
def index() -> Response:
    return _index(Form())


@bp.post("/rosters", permission=IMPORT)
def receive() -> AnyResponse:
    context = current()
    form = Form(values={"kind": request.form.get("kind", "")})
    try:
        name, content = uploaded(context)
        received = receive_roster(
            context.session, actor=context.actor, kind=form.value("kind"), name=name, content=content
        )
    except XiaoanError as fault:
        roll_back()
        return _index(form.refuse(fault))
    if received.known:
        flash(_("这个文件您已经上传过，下面是原来的批次。"), "warning")
    return redirect(url_for("rosters.show", batch_id=received.batch_id))


@bp.get("/rosters/<uuid:batch_id>", permission=IMPORT)
def show(batch_id: UUID) -> str:
    return _show(batch_id, Form())


@bp.get("/rosters/<uuid:batch_id>/progress", permission=IMPORT)
def progress(batch_id: UUID) -> Response:
    """What the bar on the page asks for."""
    context = current()
    batch = batch_card(context.session, context.actor, batch_id)
    if batch.job_id is None:
        raise NotFound()
    return jsonify(_bar(batch, job_card(context.session, batch.job_id)))


@bp.post("/rosters/<uuid:batch_id>/commit", permission=IMPORT)
def commit(batch_id: UUID) -> AnyResponse:
    context = current()
    order_commit(context.session, actor=context.actor, batch_id=batch_id)
    flash(_("已开始导入，可以离开本页，稍后回来看结果。"), "success")
    return redirect(url_for("rosters.show", batch_id=batch_id))


@bp.post("/rosters/<uuid:batch_id>/undo", permission=IMPORT)
def undo(batch_id: UUID) -> AnyResponse:
    context = current()
    try:
        undo_batch(context.session, actor=context.actor, batch_id=batch_id)
    except XiaoanError as fault:
        roll_back()
        form = Form().refuse(fault)
        response = make_response(_show(batch_id, form))
        response.status_code = form.status
        return response
    flash(_("已撤销，数据恢复到导入之前。"), "success")
    return redirect(url_for("rosters.show", batch_id=batch_id))


@bp.get("/rosters/<uuid:batch_id>/faults.xlsx", permission=IMPORT, exports=True)
def faults(batch_id: UUID) -> Response:
    """The rows at fault, each with its reason: correct them there and send the file again."""
    context = current()
    batch = batch_card(context.session, context.actor, batch_id)
    at = context.now().astimezone(LOCAL)
    note = _(
        "%(district)s 名册错误行，%(name)s于%(time)s导出。改正后可直接重新上传。",
        district=context.tenant.name, name=context.actor.name, time=f"{at:%Y-%m-%d %H:%M}",
    )  # fmt: skip
    content = faulty_rows(batch.kind, batch.columns, rows_at_fault(context.session, batch), note=note)
    return _file(content, f"roster-faults-{context.today.isoformat()}.xlsx")


@bp.get("/rosters/blank/<kind>.xlsx", permission=IMPORT)
def blank(kind: str) -> Response:
    if kind not in FIELDS:
        raise NotFound()
    return _file(blank_roster(kind), f"roster-{kind}.xlsx")


def _index(form: Form) -> Response:
    context = current()
    page = batches_page(context.session, context.actor, paging=Paging.of(forms.query(RosterArgs)))
    response = make_response(
        render_template("orgs/rosters.html", page=page, form=form, most=context.runtime.settings.roster_max_mb)
    )
    response.status_code = form.status
    return response


def _show(batch_id: UUID, form: Form) -> str:
    context = current()
    batch = batch_card(context.session, context.actor, batch_id)
    args = forms.query(RosterRowArgs)
    paging = Paging.of(args)
    job = job_card(context.session, batch.job_id) if batch.job_id else None
    return render_template(
        "orgs/roster.html", batch=batch, form=form, asked=args, fields=[name for name in FIELDS[batch.kind] if name in batch.columns],
        page=rows_page(context.session, batch_id, state=args["state"], paging=paging), job=_bar(batch, job) if job else None,
    )  # fmt: skip


def _bar(batch: BatchCard, job: JobCard) -> dict[str, object]:
    state = {"queued": "queued", "running": "running", "done": "done"}.get(job.state, "failed")
    return {
        "title": _("导入%(name)s", name=batch.file_name), "state": state, "done": job.done if job.state != "done" else batch.good,
        "total": job.total or batch.good, "message": job.error or "", "url": url_for("rosters.progress", batch_id=batch.id),
        "result_url": url_for("rosters.show", batch_id=batch.id),
    }  # fmt: skip


def _file(content: bytes, name: str) -> Response:
    response = make_response(content)
    response.mimetype = XLSX
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
