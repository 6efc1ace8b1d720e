"""Tells the request guard who is asking (core.http.runtime.Identify). Two queries and the pack's version at each request."""

from __future__ import annotations

from typing import cast

import structlog
from flask import Request, g, request
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.routing import RequestRedirect

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.http.context import RequestContext, current
from core.http.guard import tenant_scope
from core.http.runtime import Credentials, Identity, runtime
from core.identity import cookies, keys
from core.identity.ports import NullPostBook, PostBook
from core.identity.queries.proofs import Proof, session_proof, token_proof
from core.identity.services.sessions import REFRESH, touch_session
from core.identity.services.tokens import MARK, touch_token
from core.kernel.clock import local_date
from core.kernel.errors import Refused, SignInNeeded
from core.settings import Settings

log = structlog.get_logger(__name__)
CHANGE_PASSWORD = "/account/password"  # noqa: S105  an address, not a password


class ChangeFirst(RequestRedirect):
    """To the page where the one-time password is changed."""

    code = 303


def request_identity() -> RequestIdentity:
    """The one of this application: for cookies, and for the posts of whoever is signed in."""
    return cast("RequestIdentity", runtime().identify)


class RequestIdentity:
    """``posts`` is what tells the grants; without one nobody may do anything."""

    def __init__(self, settings: Settings, *, posts: PostBook | None = None) -> None:
        self.cookies = cookies.Names(secure=settings.secure_cookies)
        self.posts: PostBook = posts or NullPostBook()

    @property
    def session_cookie(self) -> str:
        return self.cookies.session

    def credentials(self, request: Request) -> Credentials | None:
        """From the Authorization header, else from the cookie. A header that is no token of ours counts as nobody."""
        header = request.headers.get("Authorization")
        if header is not None:
            scheme, _, value = header.partition(" ")
            found = keys.unpack(value.strip(), mark=MARK) if scheme.lower() == "bearer" else None
            return Credentials(found[0], found[1], "token") if found else None
        found = keys.unpack(request.cookies.get(self.cookies.session, ""))
        return Credentials(found[0], found[1], "session") if found else None

    def identity(self, session: TenantSession, credentials: Credentials) -> Identity:
        """Raises SignInNeeded; a person with a one-time password gets no further than changing it."""
        id_hash = keys.digest(credentials.secret)
        by_token = credentials.kind == "token"
        proof = token_proof(session, id_hash) if by_token else session_proof(session, id_hash)
        if proof is None:
            raise SignInNeeded("接口令牌无效、已到期或已作废，请换一个") if by_token else SignInNeeded()
        self._refresh(session, id_hash, proof, by_token=by_token)
        if proof.must_change:
            return self._before_change(session, credentials, proof, id_hash)
        held = self.posts.held(session, proof.person_id, local_date(session.now()))
        actor = Actor(session.tenant_id, proof.person_id, proof.name, "person", held.grants)
        if proof.permissions is not None:
            actor = actor.narrowed(proof.permissions)
        return Identity(
            actor=actor, session_id=id_hash.hex(), csrf_key=None if by_token else keys.csrf_key(credentials.secret),
            locale=request.cookies.get(cookies.LANGUAGE) or proof.locale, primary_unit=held.unit_name, stages=held.stages,
            linked=proof.linked,
        )  # fmt: skip

    def _before_change(
        self, session: TenantSession, credentials: Credentials, proof: Proof, id_hash: bytes
    ) -> Identity:
        guard = g.guard
        if credentials.kind == "token" or guard.permission is not None or guard.api or guard.plugin is not None:
            if not guard.api and request.method == "GET":
                raise ChangeFirst(CHANGE_PASSWORD)
            raise Refused("您用的是一次性密码，请先修改密码")
        return Identity(
            actor=Actor(session.tenant_id, proof.person_id, proof.name, "person"), session_id=id_hash.hex(),
            csrf_key=keys.csrf_key(credentials.secret), locale=request.cookies.get(cookies.LANGUAGE) or proof.locale,
            linked=proof.linked,
        )  # fmt: skip

    def _refresh(self, session: TenantSession, id_hash: bytes, proof: Proof, *, by_token: bool) -> None:
        """Its own small transaction: reading requests are read-only, and a failed write must not lose the mark."""
        now = session.now()
        if proof.used_at is not None and now - proof.used_at < REFRESH:
            return
        try:
            with tenant_scope(current().tenant) as small:
                if by_token:
                    touch_token(small.session, secret_hash=id_hash)
                else:
                    touch_session(small.session, id_hash=id_hash)
        except (OperationalError, PoolTimeout):  # a busy pool must not turn a read into a failure
            log.warning("last use not noted", tenant=session.tenant_id)


def refuse_tokens(context: RequestContext) -> None:
    """Who is signed in elsewhere is for the person to decide, not for a program that holds a key. Raises Refused."""
    if context.actor.kind == "token":
        raise Refused("令牌不能退出登录或收回令牌，请登录后操作")
