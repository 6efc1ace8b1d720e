"""What services and queries of papers take out of a request."""

from __future__ import annotations

from datetime import date
from typing import Any, BinaryIO, cast
from uuid import UUID

from flask import request

from core.files.storage import storage_of
from core.hooks.papers import PaperKind
from core.http.context import RequestContext
from core.kernel.errors import Invalid
from core.papers.kinds import Kinds, kind_of, kinds_of
from core.papers.services.papers import issue_paper
from core.tenancy.shelf import pack_of


def kinds(context: RequestContext) -> Kinds:
    return kinds_of(context.runtime.plugins, context.plugins_on)


def issue(context: RequestContext, data: dict[str, Any]) -> UUID:
    """Issues what PaperIn loaded."""
    kind = kind_of(kinds(context), data["kind"])
    return issue_paper(
        context.session, actor=context.actor, pack=pack_of(context.session), storage=storage_of(context.runtime.settings), kind=kind,
        values=typed(kind, data["values"]), to=data["to"], issued_on=data["issued_on"],
    )  # fmt: skip


def typed(kind: PaperKind, values: dict[str, str]) -> dict[str, Any]:
    """Texts as they came, dates as dates. Raises Invalid for a day that is none."""
    loaded: dict[str, Any] = {}
    for name in kind.typed:
        text = values.get(name.name, "").strip()
        if name.typed == "date" and text:
            try:
                loaded[name.name] = date.fromisoformat(text)
            except ValueError as fault:
                raise Invalid(fields={name.name: "请填写日期"}) from fault
        else:
            loaded[name.name] = text
    return loaded


def uploaded() -> tuple[BinaryIO, str, str]:
    """The part ``file`` and the field ``note``: (stream, name, note). Raises Invalid without a file."""
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        raise Invalid(fields={"file": "请选择一个文件"})
    return cast("BinaryIO", upload.stream), upload.filename, request.form.get("note", "").strip()[:200]
