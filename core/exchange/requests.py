"""Files that handlers send and take: the upload, the blank form, the rows that go back. Knows requests, no database."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import BinaryIO, cast

from flask import Response, request, send_file
from flask_babel import gettext as _

from core.http.context import RequestContext
from core.http.formats import datetime as written_time
from core.http.words import said
from core.kernel.errors import Invalid, TooLarge
from core.tables.cells import right
from core.tables.columns import Column
from core.tables.headers import REASON
from core.tables.writing import XLSX, Layout, write_xlsx

CHUNK = 1024 * 1024
IN_MEMORY = 4 * 1024 * 1024


@contextmanager
def uploaded(context: RequestContext) -> Iterator[tuple[str, BinaryIO]]:
    """(name, file on this machine) of the part ``file``; no more is taken than may be. Raises Invalid and TooLarge."""
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        raise Invalid(fields={"file": "请选择一个 xlsx 或 csv 文件"})
    most = context.runtime.settings.import_max_mb
    left = most * 1024 * 1024
    with tempfile.TemporaryFile() as spool:
        while chunk := upload.stream.read(CHUNK):
            left -= len(chunk)
            if left < 0:
                raise TooLarge("表格不能超过%(most)s MB", most=most)
            spool.write(chunk)
        spool.seek(0)
        yield upload.filename, cast("BinaryIO", spool)


def blank_form(title: str, columns: Sequence[Column]) -> Response:
    """All columns, the needed ones marked, what is right in each, and one example row."""
    heads = [(said(column.title) + ("*" if column.required else ""), column.width) for column in columns]
    hints = [
        said(right(column)) if column.hint or column.choices or column.type != "text" else "" for column in columns
    ]
    note = _("带*的列必填。本行、下一行的填写说明和示例行请在上传前删去；列的顺序和叫法可以改。")
    above = [
        note,
        "；".join(f"{head.rstrip('*')}：{hint}" for (head, _width), hint in zip(heads, hints, strict=True) if hint),
    ]
    rows = [[column.example for column in columns]] if any(column.example for column in columns) else []
    return _workbook(Layout(said(title), heads, above[:1]), rows, f"{said(title)}.xlsx", below=above[1:])


def faulty_rows(
    context: RequestContext, *, titles: Sequence[str], names: Mapping[str, str], rows: Iterable[tuple[list[str], Mapping[str, str]]],
    name: str,
) -> Response:  # fmt: skip
    """The rows that were not imported, as they were sent, with the reason behind: correct them there and send the file again.

    ``names``: column name → header."""
    watermark = _(
        "%(district)s　%(name)s　%(time)s 导出", district=context.tenant.name, name=context.actor.name, time=written_time(context.now())
    )  # fmt: skip
    heads = [*((title, 18) for title in titles), (REASON, 48)]
    width = len(titles)
    lines = (
        [
            *(cells + [""] * (width - len(cells)))[:width],
            "；".join(_reason(names, column, why) for column, why in faults.items()),
        ]
        for cells, faults in rows
    )
    return _workbook(Layout(_("错误行"), heads, watermark=watermark), lines, name)


def _reason(names: Mapping[str, str], column: str, why: str) -> str:
    return f"{names[column]}：{said(why)}" if column in names else said(why)


def _workbook(layout: Layout, rows: Iterable[Sequence[object]], name: str, *, below: Iterable[str] = ()) -> Response:
    target = tempfile.TemporaryFile()  # noqa: SIM115  closed below, or when the answer is sent
    write_xlsx(cast("BinaryIO", target), layout, rows, below=below)
    small = target.tell() <= IN_MEMORY
    target.seek(0)
    content = io.BytesIO(target.read()) if small else target
    if small:
        target.close()
    response = send_file(cast("BinaryIO", content), mimetype=XLSX, as_attachment=True, download_name=name)
    response.call_on_close(content.close)
    return response
