"""我的账号: posts and permissions, password, sessions."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from core.http.blueprints import PageBlueprint
from core.http.context import RequestContext, current
from core.http.formstate import Form, read, roll_back
from core.http.guard import tenant_scope
from core.identity.devices import device_words
from core.identity.permissions import TokenPermission
from core.identity.ports import Held
from core.identity.queries import own_sessions, own_tokens, person_card
from core.identity.requests import request_identity
from core.identity.schemas import PasswordSchema
from core.identity.services import Denied, change_password, end_session, prove_own_password
from core.kernel.errors import Invalid, NotFound, TooMany, XiaoanError

bp = PageBlueprint("account", __name__, template_folder="../templates")


@bp.get("/account", signed_in=True)
def index() -> str:
    return account_page(Form())


@bp.get("/account/password", signed_in=True)
def password_page() -> Response:
    return _password(Form())


@bp.post("/account/password", signed_in=True)
def password() -> AnyResponse:
    """Other devices are signed out, this one stays; tokens end, unless they are meant to be kept."""
    context = current()
    values, form = read(PasswordSchema)
    if values is not None and values["again"] is not None and values["again"] != values["new"]:
        values, form = None, form.refuse(Invalid(fields={"again": "两次输入的新密码不一样"}))
    if values is None:
        return _password(form)
    ip = request.remote_addr or ""
    with tenant_scope(
        context.tenant
    ) as counted:  # its own transaction: a refusal here rolls the request back, not the count
        proof = prove_own_password(counted.session, person_id=context.person_id, password=values["current"], ip=ip)
    if isinstance(proof, Denied):
        fault = proof.error()
        return _password(
            form.refuse(fault if isinstance(fault, TooMany) else Invalid(fields={"current": "当前密码不对"}))
        )
    try:
        revoked = change_password(
            context.session, actor=context.actor, current=values["current"], new=values["new"],
            ip=ip, keep=session_hash(context), keep_tokens=values["keep_tokens"],
        )  # fmt: skip
    except XiaoanError as fault:
        roll_back()
        return _password(form.refuse(fault))
    flash(_("密码已修改，其他设备已退出登录。"), "success")
    if revoked:
        flash(_("%(n)s个接口令牌已收回。", n=revoked), "success")
    return redirect(url_for("account.index"))


@bp.post("/account/sessions/<session_id>/end", signed_in=True)
def end(session_id: str) -> AnyResponse:
    context = current()
    try:
        id_hash = bytes.fromhex(session_id)
    except ValueError as fault:
        raise NotFound() from fault
    end_session(context.session, actor=context.actor, person_id=context.person_id, id_hash=id_hash)
    flash(_("已让那台设备退出登录。"), "success")
    return redirect(url_for("account.index"))


def account_page(form: Form, **more: Any) -> str:
    """The page; ``more``: a token just made, shown this once."""
    context = current()
    person_id = context.person_id
    held = _posts(context)
    titles = {declared.code: declared for declared in context.runtime.catalogue}
    own = sorted({code for grant in held.grants for code in grant.permissions if code in titles})
    return render_template(
        "identity/account.html", form=form, person=person_card(context.session, person_id), held=held, titles=titles,
        may_make_tokens=context.actor.may(TokenPermission.KEY_WRITE), own_permissions=[(code, _(titles[code].title)) for code in own],
        sessions=own_sessions(context.session, person_id, current=context.identity.session_id if context.identity else ""),
        tokens=own_tokens(context.session, person_id), device_words=device_words, **({"new_token": None} | more),
    )  # fmt: skip


def _posts(context: RequestContext) -> Held:
    return request_identity().posts.held(context.session, context.person_id, context.today)


def session_hash(context: RequestContext) -> bytes | None:
    return bytes.fromhex(context.identity.session_id) if context.identity and context.actor.kind == "person" else None


def _password(form: Form) -> Response:
    context = current()
    person = person_card(context.session, context.person_id)
    response = make_response(render_template("identity/password.html", form=form, person=person))
    response.status_code = form.status
    return response
