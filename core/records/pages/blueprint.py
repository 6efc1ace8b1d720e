"""The one blueprint that these pages hang on, and what their forms share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import make_response, request, url_for
from marshmallow import ValidationError, fields
from werkzeug.wrappers import Response

from core.files.queries import FileCard
from core.http.blueprints import PageBlueprint
from core.http.context import RequestContext
from core.http.problems import STATUS
from core.http.words import said
from core.kernel.clock import LOCAL, parse_instant
from core.kernel.errors import Invalid, XiaoanError
from core.orgs.queries import unit_options
from core.records.permissions import RecordPermission
from core.records.scope import recordable

bp = PageBlueprint("records", "core.records")


class LocalInstant(fields.Field[Any]):
    """What a ``datetime-local`` control sends: Asia/Shanghai without an offset."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> Any:
        try:
            return parse_instant(str(value))
        except ValueError as fault:
            raise ValidationError("应为时间，例如 2020-11-26T14:05") from fault


def my_units(context: RequestContext, permission: str = RecordPermission.WRITE) -> list[tuple[str, str]]:
    """(id, name) of the units for which the reader may record."""
    coverage = recordable(context.session, context.actor, permission)
    return [(str(own.id), own.name) for own in unit_options(context.session, coverage)]


def local(at: Any) -> str:
    """An instant as a ``datetime-local`` control takes it."""
    return at.astimezone(LOCAL).strftime("%Y-%m-%dT%H:%M") if at is not None else ""


def posted() -> dict[str, Any]:
    """What was typed, to be shown again; several values of one name as a list."""
    return {
        name: sent if len(sent) > 1 or name == "topics" else sent[0]
        for name, sent in request.form.lists()
        if name != "csrf_token"
    }


def refused(fault: XiaoanError, show: Callable[[dict[str, Any], dict[str, str], str], str]) -> Response:
    """The form again with what was typed and what would be right, under the status of the fault."""
    errors = {name: said(right) for name, right in fault.fields.items()}
    message = said(fault.phrase)
    status = next(STATUS[kind] for kind in type(fault).__mro__ if kind in STATUS)
    return make_response(show(posted(), errors, message), status)


def gallery(files: Iterable[FileCard]) -> list[dict[str, Any]]:
    """Files as the gallery macro takes them."""
    return [
        {
            "name": card.name, "size": card.size, "kind": card.kind, "url": url_for("files.content", file_id=card.id),
            "thumb_url": url_for("files.thumbnail", file_id=card.id) if card.thumbnail_key else None,
            "occurred_at": card.occurred_at, "uploaded_at": card.uploaded_at,
        }
        for card in files
    ]  # fmt: skip


def fen(text: str) -> int | None:
    """Yuan as typed → fen. Raises Invalid."""
    plain = text.replace(",", "").strip()
    if not plain:
        return None
    whole, _dot, part = plain.partition(".")
    if not whole.isdigit() or len(whole) > 12 or not (part == "" or (part.isdigit() and len(part) <= 2)):
        raise Invalid(fields={"loss": "应为金额，单位元"})
    return int(whole) * 100 + int((part + "00")[:2])
