"""Idempotency-Key: the same request sent twice acts once and gets the same answer (tenancy.md C3)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from flask import Response, request
from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import OperationalError

from core.http.context import RequestContext
from core.http.models import IdempotencyKey
from core.kernel.errors import Conflict, Invalid

KEPT_HEADERS = ("Content-Type", "ETag", "Location", "HX-Redirect")
MAX_KEY = 200


def once(context: RequestContext, *, required: bool, act: Callable[[], Response]) -> Response:
    """Runs ``act`` once per (tenant, actor, operation, key), in the transaction of the request.

    A replay gets the stored answer with ``Idempotency-Replayed: true``. Raises Invalid for a missing or reused key,
    Conflict while the first request is still running.
    """
    key = (request.headers.get("Idempotency-Key") or request.form.get("idempotency_key") or "").strip()
    if not key:
        if required:
            raise Invalid("请带上 Idempotency-Key，重复发送时不会重复登记", fields={"Idempotency-Key": "每次新建用一个新的 UUID"})
        return act()
    if len(key) > MAX_KEY:
        raise Invalid(fields={"Idempotency-Key": f"不超过 {MAX_KEY} 个字符"})
    session = context.session
    row = {
        "tenant_id": context.tenant.id,
        "actor": f"{context.actor.kind}:{context.actor.person_id}",
        "operation": f"{request.method} {request.path}",
        "key": key,
    }
    body_hash = _body_hash()
    session.execute(text("set local lock_timeout = '3s'"))
    try:
        claimed = session.execute(
            insert(IdempotencyKey)
            .values(**row, request_hash=body_hash, headers={}, created_at=context.now())
            .on_conflict_do_nothing()
            .returning(IdempotencyKey.key)
        ).first()
    except OperationalError as busy:
        raise Conflict("上一次提交还在处理，请稍候再看结果") from busy
    session.execute(text("set local lock_timeout = 0"))
    identity = (IdempotencyKey.actor == row["actor"], IdempotencyKey.operation == row["operation"], IdempotencyKey.key == key)
    stored = session.scalars(select(IdempotencyKey).where(*identity)).one()
    if claimed is None:
        return _replay(stored, body_hash)
    response = act()
    if response.status_code < 400:
        stored.status, stored.body = response.status_code, response.get_data()
        stored.headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    else:
        session.delete(stored)
    return response


def _replay(stored: IdempotencyKey, body_hash: bytes) -> Response:
    if stored.request_hash != body_hash:
        raise Invalid(fields={"Idempotency-Key": "这个键已用于另一份内容，请换一个新键"})
    response = Response(stored.body, status=stored.status)
    for name, value in stored.headers.items():
        response.headers[name] = str(value)
    response.headers["Idempotency-Replayed"] = "true"
    return response


def _body_hash() -> bytes:
    digest = hashlib.sha256()
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
