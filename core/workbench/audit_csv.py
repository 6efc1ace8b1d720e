"""The audit log as a CSV that a spreadsheet may open without running anything. Pure."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable

from core.audit.queries import AuditCard
from core.audit.words import AuditWords
from core.http.words import said
from core.kernel.clock import LOCAL

HEAD = ("时间", "操作人", "身份", "来源地址", "动作", "动作代码", "对象", "对象编号", "内容", "请求编号", "封存序号")
STARTS = ("=", "+", "-", "@", "\t", "\r")


def audit_csv(entries: Iterable[AuditCard], words: AuditWords, *, mark: str) -> bytes:
    """UTF-8 with the mark that spreadsheets look for; ``mark``: who exported, when, how many."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([neutral(mark)])
    writer.writerow(HEAD)
    for entry in entries:
        at = entry.at.astimezone(LOCAL).strftime("%Y-%m-%d %H:%M:%S")
        data = json.dumps(dict(entry.data), ensure_ascii=False, sort_keys=True)
        cells = (
            at, entry.actor_name, entry.actor_kind, entry.origin or "", said(words.action(entry.action)), entry.action,
            said(words.kind(entry.object_kind).title), entry.object_id, data,
            entry.request_id or "", "" if entry.sealed is None else str(entry.sealed),
        )  # fmt: skip
        writer.writerow([neutral(cell) for cell in cells])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def neutral(cell: str) -> str:
    """A cell that would be a formula is made a text."""
    return f"'{cell}" if cell.startswith(STARTS) else cell
