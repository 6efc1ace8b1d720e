"""切换单位: from one tenant into another where the same person has an account; the links behind it, made by proving both."""

from __future__ import annotations

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from core.access.actor import Actor
from core.audit.services import record
from core.http import limits
from core.http.blueprints import PageBlueprint
from core.http.context import current
from core.http.formstate import Form, read
from core.http.guard import tenant_scope
from core.identity.pages.sign_in import choices, chosen_tenant, entered
from core.identity.queries import linked_tenants, mutual_link
from core.identity.schemas import LinkSchema
from core.identity.services import Denied, SignedIn, agree_link, break_link, open_session, prove_password
from core.kernel.errors import Invalid, NotFound, Refused

LINK = "10/minute;60/hour"
bp = PageBlueprint("switch", __name__, template_folder="../templates")


@bp.get("/switch", signed_in=True)
def index() -> Response:
    return _page(Form())


@bp.post("/switch", signed_in=True)
def go() -> AnyResponse:
    """A new session there; the one here ends. Both sides must have agreed, and the account there must be active."""
    context = current()
    _person()
    wanted = request.form.get("tenant", "")
    link = next(
        (link for link in linked_tenants(context.session, context.person_id) if str(link.tenant_id) == wanted), None
    )
    tenant = context.runtime.directory.by_id(link.tenant_id) if link else None
    if link is None or tenant is None:
        raise NotFound()
    with tenant_scope(tenant) as other:
        proven = mutual_link(
            other.session,
            person_id=link.person_id,
            other_tenant_id=context.tenant.id,
            other_person_id=context.person_id,
        )
        if proven is None:
            raise Refused("对方单位的账号已停用或已解除关联")
        secret = open_session(
            other.session,
            person_id=proven.person_id,
            ip=request.remote_addr or "",
            user_agent=request.headers.get("User-Agent", ""),
        )
        there = Actor(tenant.id, proven.person_id, proven.name, "person")
        record(
            other.session, actor=there, action="auth.switched_in", object_kind="person", object_id=proven.person_id,
            data={"from_tenant_id": context.tenant.id},
        )  # fmt: skip
    return entered(tenant, SignedIn(proven, secret), None)


@bp.post("/switch/link", signed_in=True)
def link() -> AnyResponse:
    """The ceremony: the other account is proven by its own password, under its own lock-out; then each side writes its half."""
    limits.spend_address("link", LINK)
    context, actor = current(), _person()
    values, form = read(LinkSchema)
    if values is None:
        return _page(form)
    tenant = chosen_tenant(values["tenant"])
    if tenant is None or tenant.id == context.tenant.id:
        return _page(form.refuse(Invalid(fields={"tenant": "请从列表中选择另一个单位"})))
    with tenant_scope(tenant) as other:
        proven = prove_password(
            other.session, login=values["login"], password=values["password"], ip=request.remote_addr or ""
        )
        if not isinstance(proven, Denied):
            there = Actor(tenant.id, proven.person_id, proven.name, "person")
            agree_link(
                other.session, actor=there, person_id=proven.person_id,
                other_tenant_id=context.tenant.id, other_person_id=context.person_id,
            )  # fmt: skip
    if isinstance(proven, Denied):
        return _page(form.refuse(proven.error()))
    agree_link(
        context.session,
        actor=actor,
        person_id=context.person_id,
        other_tenant_id=tenant.id,
        other_person_id=proven.person_id,
    )
    flash(_("已关联%(name)s的账号，可以从顶栏切换。", name=tenant.name), "success")
    return redirect(url_for("switch.index"))


@bp.post("/switch/unlink", signed_in=True)
def unlink() -> AnyResponse:
    """This side's half is enough to close both ways."""
    context, actor = current(), _person()
    wanted = request.form.get("tenant", "")
    if not wanted.isdigit() or len(wanted) > 9:
        raise NotFound()
    if not break_link(context.session, actor=actor, person_id=context.person_id, other_tenant_id=int(wanted)):
        raise NotFound()
    flash(_("已解除关联。"), "success")
    return redirect(url_for("switch.index"))


def _person() -> Actor:
    actor = current().actor
    if actor.kind != "person":
        raise Refused("令牌不能切换单位，请登录后操作")
    return actor


def _page(form: Form) -> Response:
    context = current()
    _person()
    links = linked_tenants(context.session, context.person_id)
    cards = [context.runtime.directory.by_id(link.tenant_id) for link in links]
    linked = [card for card in cards if card is not None]
    open_ = [card for card in choices() if card.id != context.tenant.id and card not in linked]
    response = make_response(
        render_template("identity/switch.html", form=form, linked=linked, districts=open_, here=context.tenant)
    )
    response.status_code = form.status
    return response
