"""What services and pages of the filings take out of a request."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, BinaryIO, cast
from uuid import UUID

from flask import request

from core.files.services import attach, store_file
from core.files.storage import storage_of
from core.http.context import RequestContext
from core.kernel.errors import Forbidden, Invalid
from core.kernel.phrases import Phrase
from core.reports.content import MOST_FILES
from core.reports.queries.filings import FilingLine, filing_card
from core.reports.services.filings import SUBJECT
from core.reports.words import zero_sentence

CELL, REASON = "t.", "tr."
"""Names of a table's fields: ``t.<table>.<row>.<column>`` and ``tr.…`` for the reason."""


def attached(context: RequestContext, filing_id: UUID, files: Iterable[UUID]) -> None:
    """Hangs the actor's own loose uploads on the filing. Raises NotFound, Forbidden for who may not write there."""
    wanted = list(files)
    if not wanted:
        return
    if not filing_card(context.session, context.actor, filing_id).may_write:
        raise Forbidden()
    for file_id in wanted:
        attach(context.session, actor=context.actor, file_id=file_id, subject_kind=SUBJECT, subject_id=filing_id)


def uploaded(context: RequestContext, filing_id: UUID) -> list[UUID]:
    """Files of the form's part ``files``, stored and hung on the filing. Raises Invalid, Forbidden, NotFound."""
    parts = [part for part in request.files.getlist("files") if part.filename]
    if not parts:
        return []
    if len(parts) > MOST_FILES:
        raise Invalid(fields={"files": Phrase("最多%(n)s个附件", n=MOST_FILES)})
    if not filing_card(context.session, context.actor, filing_id).may_write:
        raise Forbidden()
    settings = context.runtime.settings
    return [
        store_file(
            context.session, actor=context.actor, storage=storage_of(settings), stream=cast("BinaryIO", part.stream), name=part.filename or "",
            purpose="document", subject_kind=SUBJECT, subject_id=filing_id, max_bytes=settings.upload_max_mb * 1024 * 1024,
        ).id
        for part in parts
    ]  # fmt: skip


def typed_form(figures: Iterable[str]) -> dict[str, Any]:
    """The form's figures and cells as DraftIn takes them."""
    form = request.form
    cells: dict[tuple[str, str, str], dict[str, Any]] = {}
    for name, text in form.items():
        for prefix, part in ((CELL, "text"), (REASON, "reason")):
            pieces = name.split(".")
            if name.startswith(prefix) and len(pieces) >= 4:
                table, row, column = pieces[1], pieces[2], ".".join(pieces[3:])
                cells.setdefault((table, row, column), {"table": table, "row": row, "column": column})[part] = (
                    text.strip()
                )
    return {
        "summary": form.get("summary", ""),
        "receipt_no": form.get("receipt_no"),
        "figures": [
            {
                "code": code,
                "typed": form.get(f"figure.{code}", "").strip() or None,
                "reason": form.get(f"reason.{code}", ""),
            }
            for code in figures
        ],
        "cells": list(cells.values()),
        "ready": form.get("act") == "ready",
    }


def zero_sentence_of(line: FilingLine) -> str:
    """What a 零报告 of this filing signs; empty where the report knows none."""
    if not line.zero_allowed:
        return ""
    return zero_sentence(
        unit=line.unit_name, title=line.title, period=line.period_title, starts=line.span_from, ends=line.span_to
    )
