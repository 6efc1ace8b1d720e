"""接口令牌: made and shown once, revoked."""

from __future__ import annotations

from uuid import UUID

from flask import Response, flash, make_response, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from core.http.blueprints import PageBlueprint
from core.http.context import current
from core.http.formstate import Form, read, roll_back
from core.identity.pages.account import account_page
from core.identity.permissions import TokenPermission
from core.identity.schemas import TokenInSchema
from core.identity.services import create_token, revoke_token
from core.kernel.errors import XiaoanError

bp = PageBlueprint("tokens", __name__, template_folder="../templates")


@bp.post("/account/tokens", permission=TokenPermission.KEY_WRITE)
def create() -> AnyResponse:
    """No redirect: the secret is in this one answer and nowhere else."""
    context = current()
    values, form = read(TokenInSchema)
    if values is None:
        return _page(form)
    try:
        token = create_token(context.session, actor=context.actor, person_id=context.person_id, **values)
    except XiaoanError as fault:
        roll_back()
        return _page(form.refuse(fault))
    return make_response(account_page(Form(), new_token=token))


@bp.post("/account/tokens/<uuid:token_id>/revoke", signed_in=True)
def revoke(token_id: UUID) -> AnyResponse:
    context = current()
    revoke_token(context.session, actor=context.actor, person_id=context.person_id, token_id=token_id)
    flash(_("令牌已收回，使用它的程序立即失去访问权。"), "success")
    return redirect(url_for("account.index"))


def _page(form: Form) -> Response:
    response = make_response(account_page(form))
    response.status_code = form.status
    return response
