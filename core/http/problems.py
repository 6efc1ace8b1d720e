"""The one place that maps errors to answers: problem+json for REST, a page or an htmx alert for people.

No stack trace, SQL, path or constraint name ever leaves here; the log has them under the request id.
"""

from __future__ import annotations

import errno
from typing import Any
from urllib.parse import quote

import structlog
from flask import Flask, Response, g, jsonify, make_response, redirect, render_template, request
from marshmallow import ValidationError
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, SecurityError

from core.http.words import in_words, said
from core.kernel import errors
from core.tenancy.quarantine import is_own_fault

log = structlog.get_logger(__name__)
DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS})
AWAY_S = 5
"""When to try again what could not be served now."""


class WrongMethod(errors.XiaoanError):
    default = "这个地址不支持这种操作"


class WrongMediaType(errors.XiaoanError):
    default = "不支持这种内容格式，请以 application/json 发送"


class WrongHost(errors.XiaoanError):
    default = "这个网址不是本平台的，请使用管理员给出的网址"


STATUS: dict[type[errors.XiaoanError], int] = {
    WrongHost: 400,
    errors.Invalid: 422,
    errors.NotFound: 404,
    errors.SignInNeeded: 401,
    errors.Forbidden: 403,
    errors.Conflict: 409,
    errors.Refused: 409,
    errors.Stale: 412,
    errors.PreconditionNeeded: 428,
    errors.TooMany: 429,
    errors.TooLarge: 413,
    errors.Unavailable: 503,
    errors.XiaoanError: 500,
}
WEB_STATUS: dict[int, type[errors.XiaoanError]] = {
    400: errors.Invalid, 401: errors.SignInNeeded, 403: errors.Forbidden, 404: errors.NotFound, 405: WrongMethod,
    409: errors.Conflict, 412: errors.Stale, 413: errors.TooLarge, 415: WrongMediaType, 422: errors.Invalid, 429: errors.TooMany, 503: errors.Unavailable,
}  # fmt: skip


FORESEEN = (HTTPException, ValidationError, StaleDataError, IntegrityError, DataError)
"""Faults that have a word of their own below; ours, the database's being away and a full disk beside."""


def is_unforeseen(fault: BaseException) -> bool:
    """Whether :func:`install` knows no better word for it than 500: somebody's program is wrong."""
    away = isinstance(fault, DBAPIError) and fault.connection_invalidated
    full = isinstance(fault, OSError) and fault.errno in DISK_FULL
    return is_own_fault(fault) and not isinstance(fault, FORESEEN) and not away and not full


def install(app: Flask) -> None:
    app.register_error_handler(errors.XiaoanError, answer)
    app.register_error_handler(
        ValidationError, lambda fault: answer(errors.Invalid(fields=_flat(fault.normalized_messages())))
    )
    app.register_error_handler(StaleDataError, lambda fault: answer(errors.Stale()))
    app.register_error_handler(IntegrityError, _integrity)
    app.register_error_handler(DataError, lambda fault: answer(errors.Invalid()))
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(PoolTimeout, _database_away)
    app.register_error_handler(DBAPIError, _other_database_fault)
    app.register_error_handler(OSError, _disk)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(SecurityError, _wrong_host)
    app.register_error_handler(Exception, _unforeseen)


def answer(error: errors.XiaoanError, *, status: int | None = None, headers: dict[str, str] | None = None) -> Response:
    """The error as this client reads it. ``headers`` are added (Allow, Retry-After)."""
    code = status or next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": said(error.phrase),
        "status": code,
        "code": error.code,
        "request_id": g.get("request_id", ""),
    }
    if error.fields:
        body["fields"] = {name: said(text) for name, text in error.fields.items()}
    if isinstance(error, errors.Stale) and error.changes:
        body["changes"] = error.changes
    response = _problem(body) if wants_json() else _page(body)
    if "Location" not in response.headers:  # to the sign-in page: a browser follows only a redirect's own status
        response.status_code = code
    retry_after_s = getattr(error, "retry_after_s", AWAY_S if code == 503 else None)
    if retry_after_s is not None:
        response.headers["Retry-After"] = str(retry_after_s)
    if code == 401 and wants_json():
        response.headers["WWW-Authenticate"] = "Bearer"
    response.headers.update(headers or {})
    return response


def wants_json() -> bool:
    return (
        request.path.startswith("/api/")
        or request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"
    )


def _problem(body: dict[str, Any]) -> Response:
    response = jsonify(body)
    response.mimetype = "application/problem+json"
    return response


def _page(body: dict[str, Any]) -> Response:
    if request.headers.get("HX-Request"):
        response = make_response(render_template("errors/_alert.html", problem=body))
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#alerts", "innerHTML"
        if body["status"] == 401:
            response.headers["HX-Redirect"] = "/sign-in"
        return response
    if body["status"] == 401 and request.method == "GET":
        wanted = request.full_path.rstrip("?")
        return make_response(redirect(f"/sign-in?next={quote(wanted, safe='/')}" if wanted != "/" else "/sign-in"))
    return make_response(render_template("errors/problem.html", problem=body))


def _integrity(fault: IntegrityError) -> Response:
    log.warning(
        "integrity",
        request_id=g.get("request_id"),
        constraint=getattr(getattr(fault.orig, "diag", None), "constraint_name", None),
    )
    return answer(errors.Conflict())


def _database_away(fault: Exception) -> Response:
    log.error("database away", request_id=g.get("request_id"), fault=type(fault).__name__)
    return answer(errors.Unavailable())


def _other_database_fault(fault: DBAPIError) -> Response:
    """A connection that broke comes under several names; anything else is a fault of ours."""
    return _database_away(fault) if fault.connection_invalidated else _unforeseen(fault)


def _disk(fault: OSError) -> Response:
    """A full or read-only disk passes, like a database that is away; any other is a fault of ours."""
    if fault.errno not in DISK_FULL:
        return _unforeseen(fault)
    log.error("disk full", request_id=g.get("request_id"), fault=repr(fault))
    return answer(errors.Unavailable())


def _http(fault: HTTPException) -> Response:
    code = fault.code or 500
    if code < 400:
        return make_response(fault.get_response())
    data = getattr(fault, "data", None) or {}
    kind = WEB_STATUS.get(code, errors.XiaoanError)
    allow = {name: value for name, value in fault.get_headers() if name in ("Allow", "Retry-After")}
    return answer(kind(fields=_flat(data.get("messages") or {})), status=code, headers=allow)


def _wrong_host(_fault: SecurityError) -> Response:
    """Asked under a name that is not ours: no address can be made there, so the page stands alone, without links and styles."""
    if wants_json():
        return answer(WrongHost())
    page = render_template("errors/wrong_host.html", title=said(WrongHost().phrase), request_id=g.get("request_id", ""))
    return make_response(page, 400)


def _unforeseen(fault: Exception) -> Response:
    log.error("unforeseen", request_id=g.get("request_id"), path=request.path, exc_info=fault)
    return answer(errors.XiaoanError(), status=500)


def _flat(messages: Any, prefix: str = "") -> dict[str, str]:
    """marshmallow's nested messages as {"body.field": "text"}."""
    if isinstance(messages, dict):
        flat: dict[str, str] = {}
        for name, inner in messages.items():
            inner_prefix = (
                prefix if name in ("json", "query", "form", "_schema", "files") else f"{prefix}.{name}".lstrip(".")
            )
            flat.update(_flat(inner, inner_prefix))
        return flat
    texts = messages if isinstance(messages, list) else [messages]
    return {prefix or "": "；".join(said(in_words(str(text))) for text in texts)}
