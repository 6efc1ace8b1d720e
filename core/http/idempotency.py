"""Idempotency-Key: the same request sent twice acts once and gets the same answer (tenancy.md C3)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import cast

from flask import Response, request
from sqlalchemy import ColumnElement, Table, bindparam, delete, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import OperationalError

from core.db.sessions import TenantSession
from core.http.context import RequestContext
from core.http.models import IdempotencyKey
from core.kernel.errors import Conflict, Invalid
from core.kernel.phrases import Phrase

KEPT_HEADERS = ("Content-Type", "ETag", "Location", "HX-Redirect")
MAX_KEY = 200
KEPT_FOR = timedelta(hours=48)
LOCK_NOT_AVAILABLE = "55P03"
TABLE = cast("Table", IdempotencyKey.__table__)
# Put together once: at every write the building would cost more than the statement.
_CLAIM = insert(TABLE).on_conflict_do_nothing().returning(TABLE.c.key)
_ANSWER = (
    update(TABLE)
    .where(*(TABLE.c[name] == bindparam(f"my_{name}") for name in ("tenant_id", "actor", "operation", "key")))
    .values({name: bindparam(name) for name in ("status", "body", "headers")})
)


class StillRunning(Conflict):
    """The first request with this key has not answered yet."""

    default = "上一次提交还在处理，请稍候再看结果"
    retry_after_s = 1


def once(context: RequestContext, *, required: bool, act: Callable[[], Response]) -> Response:
    """Runs ``act`` once per (tenant, actor, operation, key), in the transaction of the request.

    A replay gets the stored answer with ``Idempotency-Replayed: true``; an answer that refuses is not stored: the guard
    rolls it back. Raises Invalid for a missing or reused key, StillRunning while the first request is under way.
    """
    key = (request.headers.get("Idempotency-Key") or request.form.get("idempotency_key") or "").strip()
    if not key:
        if required:
            raise Invalid(
                "请带上 Idempotency-Key，重复发送时不会重复登记", fields={"Idempotency-Key": "每次新建用一个新的 UUID"}
            )
        return act()
    if len(key) > MAX_KEY:
        raise Invalid(fields={"Idempotency-Key": Phrase("不超过%(a)s个字", a=MAX_KEY)})
    mark = {"actor": _actor(context), "operation": f"{request.method} {request.path}", "key": key}
    body_hash = _body_hash()
    same = [getattr(IdempotencyKey, name) == value for name, value in mark.items()]
    if not _claim(context, mark, body_hash):
        return _replay(context.session, same, body_hash)
    response = act()
    if response.status_code < 400:
        headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
        answered = {"status": response.status_code, "body": response.get_data(), "headers": headers}
        mine = {f"my_{name}": value for name, value in {"tenant_id": context.session.tenant_id, **mark}.items()}
        context.session.execute(_ANSWER, {**mine, **answered})
    return response


def prune(session: TenantSession) -> int:
    """Deletes keys whose time is over; returns how many."""
    old = delete(IdempotencyKey).where(IdempotencyKey.created_at < session.now() - KEPT_FOR)
    return len(session.execute(old.returning(IdempotencyKey.key)).all())


def _actor(context: RequestContext) -> str:
    """A person keeps their keys from one sign-in to the next; tokens of one person differ in what they may see."""
    actor, identity = context.actor, context.identity
    own = f":{identity.session_id}" if identity is not None and actor.kind == "token" else ""
    return f"{actor.kind}:{actor.person_id}{own}"


def _claim(context: RequestContext, mark: dict[str, str], body_hash: bytes) -> bool:
    """Whether this request is the first; waits a little for another that may be."""
    session = context.session
    session.execute(text("set local lock_timeout = '3s'"))
    try:
        made = {**mark, "request_hash": body_hash, "headers": {}, "created_at": context.now()}
        claimed = session.execute(_CLAIM, {"tenant_id": session.tenant_id, **made}).first()
    except OperationalError as fault:
        if getattr(fault.orig, "pgcode", None) != LOCK_NOT_AVAILABLE:
            raise
        raise StillRunning() from fault
    session.execute(text("set local lock_timeout to default"))
    return claimed is not None


def _replay(session: TenantSession, same: list[ColumnElement[bool]], body_hash: bytes) -> Response:
    stored = session.scalars(select(IdempotencyKey).where(*same)).first()
    if stored is None or stored.status is None:  # pruned this moment, or its request gave up
        raise StillRunning()
    if stored.request_hash != body_hash:
        raise Invalid(fields={"Idempotency-Key": "这个键已用于另一份内容，请换一个新键"})
    response = Response(stored.body, status=stored.status)
    for name, value in stored.headers.items():
        response.headers[name] = str(value)
    response.headers["Idempotency-Replayed"] = "true"
    return response


def _body_hash() -> bytes:
    digest = hashlib.sha256(request.query_string + b"\0")
    if request.mimetype == "multipart/form-data":
        # The boundary differs between two sendings of the same form: hash what it holds.
        for name, value in sorted(request.form.items(multi=True)):
            if name != "csrf_token":
                digest.update(f"{name}={value}\0".encode())
        for name, upload in sorted(request.files.items(multi=True), key=lambda item: item[0]):
            digest.update(f"{name}:{upload.filename}\0".encode())
            digest.update(hashlib.file_digest(upload.stream, "sha256").digest())  # type: ignore[arg-type]  # a SpooledTemporaryFile reads alike
            upload.stream.seek(0)
        return digest.digest()
    if request.mimetype == "application/x-www-form-urlencoded":
        for name, value in sorted(request.form.items(multi=True)):
            if name != "csrf_token":
                digest.update(f"{name}={value}\0".encode())
        return digest.digest()
    digest.update(request.get_data())
    return digest.digest()
