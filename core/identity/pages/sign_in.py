"""登录·选择单位, sign-out, language. The only pages for those who are not known yet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from flask import Response, make_response, redirect, render_template, request, url_for
from flask import session as flask_session
from werkzeug.wrappers import Response as AnyResponse

from core.http import limits
from core.http.blueprints import PageBlueprint
from core.http.context import RequestContext, current
from core.http.formstate import Form, read
from core.http.guard import tenant_scope
from core.http.runtime import runtime
from core.http.templating import PageFrame, use_frame
from core.identity import cookies
from core.identity.requests import CHANGE_PASSWORD, request_identity
from core.identity.schemas import SignInSchema
from core.identity.services import Denied, SignedIn, end_session, sign_in
from core.identity.services.people import set_locale
from core.kernel.errors import Invalid, NotFound, SignInNeeded
from core.tenancy.directory import TenantCard

LANGUAGES = ("zh", "en")
SIGN_IN = "60/minute;600/hour"
"""A school of two hundred signs in from one address in the morning."""
bp = PageBlueprint("identity", __name__, template_folder="../templates")


@bp.get("/sign-in", public="who is not signed in has to get in somehow")
def sign_in_page() -> Response:
    return _page(Form(values={"next": request.args.get("next", ""), "tenant": request.args.get("tenant", "")}))


@bp.post("/sign-in", public="who is not signed in has to get in somehow")
def enter() -> AnyResponse:
    limits.spend_address("sign-in", SIGN_IN)
    values, form = read(SignInSchema)
    if values is None:
        return _page(form)
    tenant = chosen_tenant(values["tenant"])
    if tenant is None:
        return _page(form.refuse(Invalid(fields={"tenant": "没有这个单位，请从列表中选择"})))
    with tenant_scope(tenant) as context:
        outcome = sign_in(
            context.session, login=values["login"], password=values["password"], ip=request.remote_addr or "",
            user_agent=request.headers.get("User-Agent", ""),
        )  # fmt: skip
    if isinstance(outcome, Denied):
        return _page(form.refuse(outcome.error()), wait_s=outcome.retry_after_s)
    return entered(tenant, outcome, local_path(values["next"]))


@bp.post("/sign-out", signed_in=True)
def sign_out() -> AnyResponse:
    context = current()
    identity = context.identity
    if identity is not None and context.actor.person_id is not None and context.actor.kind == "person":
        end_session(
            context.session,
            actor=context.actor,
            person_id=context.actor.person_id,
            id_hash=bytes.fromhex(identity.session_id),
        )
    flask_session.clear()
    response = redirect(url_for("identity.sign_in_page"))
    names().drop_session(response)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@bp.post("/language", public="the sign-in page is read in one's own language too")
def language() -> AnyResponse:
    """Keeps the choice in a cookie, and with the account where somebody is signed in."""
    wanted = request.form.get("locale", "")
    if wanted not in LANGUAGES:
        raise Invalid(fields={"locale": "只有中文和英文"})
    _remember_language(wanted)
    response = redirect(local_path(_came_from()) or "/")
    names().keep(response, cookies.LANGUAGE, wanted)
    return response


def _remember_language(locale: str) -> None:
    with _brought_session() as brought:
        if brought is not None:
            set_locale(brought.session, person_id=brought.person_id, locale=locale)


@contextmanager
def _brought_session() -> Iterator[RequestContext | None]:
    """A scope of whoever a session cookie brought along to a public page shows; None for nobody and for tokens."""
    app = runtime()
    credentials = app.identify.credentials(request)
    tenant = app.directory.by_id(credentials.tenant_id) if credentials else None
    if credentials is None or tenant is None or credentials.kind != "session":
        yield None
        return
    with tenant_scope(tenant) as context:
        try:
            context.identity = app.identify.identity(context.session, credentials)
        except SignInNeeded:
            yield None
        else:
            yield context


def entered(tenant: TenantCard, outcome: SignedIn, target: str | None) -> AnyResponse:
    """The answer that carries a new session; a session brought along is ended: ids change at sign-in."""
    _end_brought_session()
    flask_session.clear()  # a message meant for whoever sat here before
    response = redirect(CHANGE_PASSWORD if outcome.person.must_change else target or "/")
    names().keep_session(response, tenant.id, outcome.secret)
    names().keep(response, cookies.DISTRICT, tenant.slug)
    return response


def _end_brought_session() -> None:
    with _brought_session() as brought:
        if brought is not None and brought.identity is not None:
            id_hash = bytes.fromhex(brought.identity.session_id)
            with suppress(NotFound):  # ended this moment elsewhere
                end_session(brought.session, actor=brought.actor, person_id=brought.person_id, id_hash=id_hash)


def names() -> cookies.Names:
    return request_identity().cookies


def chosen_tenant(value: str) -> TenantCard | None:
    """By slug (select, link) or by full name (typed)."""
    wanted = value.strip()
    return next((card for card in choices() if wanted in (card.slug, card.name)), None)


def choices() -> Sequence[TenantCard]:
    return [card for card in runtime().directory.all() if card.status == "active"]


def local_path(target: str | None) -> str | None:
    """The target if it stays here. ``//host`` and ``/\\host`` lead elsewhere; control characters hide such things."""
    if (
        not target
        or not target.startswith("/")
        or target[1:2] in ("/", "\\")
        or any(ord(letter) < 33 for letter in target)
    ):
        return None
    return target


def _came_from() -> str:
    referrer = request.referrer or ""
    here = request.host_url.rstrip("/")
    return referrer.removeprefix(here) if referrer.startswith(here) else "/"


def _page(form: Form, *, wait_s: int | None = None) -> Response:
    use_public_frame()
    remembered = chosen_tenant(form.value("tenant") or request.cookies.get(cookies.DISTRICT, ""))
    page = render_template(
        "identity/sign_in.html", form=form, districts=choices(), chosen=remembered, changing="change" in request.args,
        options=[(card.slug, card.name) for card in choices()],
    )  # fmt: skip
    response = make_response(page)
    response.status_code = form.status
    if wait_s is not None:
        response.headers["Retry-After"] = str(wait_s)
    return response


def use_public_frame() -> None:
    """Nobody is known yet: only the language is."""
    asked = request.cookies.get(cookies.LANGUAGE) or request.accept_languages.best_match(LANGUAGES) or "zh"
    use_frame(PageFrame(locale="en" if asked.startswith("en") else "zh"))
