"""A district's own columns of a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from core.http.context import RequestContext, current
from core.http.etag import expected_version
from core.kernel.errors import Invalid
from core.statistics.facts import facts
from core.statistics.local import ADDED, Arranged
from core.statistics.pages.blueprint import bp
from core.statistics.permissions import StatisticsPermission
from core.statistics.queries.declared import arranged
from core.statistics.services import arrange_columns
from core.tenancy.packs.model import ColumnType, TableColumn

ARRANGE = StatisticsPermission.ARRANGE
ROWS = {"row.number": "行的序号", "row.label": "行的名称"}
BLANK = 3
"""Empty lines for new columns."""
KINDS = {ColumnType.INT: "整数", ColumnType.MONEY: "金额", ColumnType.TEXT: "文字（打印后手写）"}


@bp.get("/statistics/<table_code>/columns", permission=ARRANGE)
def columns(table_code: str) -> str:
    return _page(current(), table_code, {}, None)


@bp.post("/statistics/<table_code>/columns", permission=ARRANGE)
def save_columns(table_code: str) -> Response | tuple[str, int]:
    context = current()
    table, own, _version = arranged(context.session, table_code)
    asked = _posted(table.columns, own)
    try:
        arrange_columns(context.session, actor=context.actor, code=table_code, asked=asked, version=expected_version())
    except Invalid as fault:
        return _page(context, table_code, fault.fields, asked), 422
    flash(_("已保存，统计表即时按新的列显示。"), "success")
    return redirect(url_for("statistics.sheet", table_code=table_code))


def _page(context: RequestContext, code: str, errors: Any, asked: Arranged | None) -> str:
    table, own, version = arranged(context.session, code)
    shown = asked or own
    return render_template(
        "statistics/columns.html", table=table, lines=list(_lines(table.columns)), own=shown, errors=errors, version=version,
        blank=BLANK, kinds=[(str(kind), KINDS[kind]) for kind in ADDED],
    )  # fmt: skip


def _lines(columns: tuple[TableColumn, ...], depth: int = 0) -> Iterator[dict[str, Any]]:
    known = facts()
    for column in columns:
        origin = (
            known[column.fact].title
            if column.fact in known
            else ROWS.get(column.fact, "公式" if column.formula else "")
        )
        yield {
            "code": column.code, "label": column.label, "depth": depth, "origin": origin, "formula": column.formula,
            "group": bool(column.columns), "hideable": not column.columns and column.fact != "row.label",
        }  # fmt: skip
        yield from _lines(column.columns, depth + 1)


def _posted(columns: tuple[TableColumn, ...], own: Arranged) -> Arranged:
    form = request.form
    labels = {line["code"]: form.get(f"label.{line['code']}", "").strip() for line in _lines(columns)}
    known = {column.code: column for column in own.added}
    added = []
    for place in range(len(own.added) + BLANK):
        label = form.get(f"added.{place}.label", "").strip()
        if not label:
            continue
        code, kind = form.get(f"added.{place}.code", ""), form.get(f"added.{place}.type", "int")
        held = known.get(code)
        added.append(
            TableColumn(
                code=code if held else "", label=label, unit=form.get(f"added.{place}.unit", "").strip()[:8],
                type=held.type if held else ColumnType(kind) if kind in KINDS else ColumnType.INT,
            )
        )  # fmt: skip
    return Arranged(
        labels={code: label for code, label in labels.items() if label},
        hidden=frozenset(form.getlist("hidden")),
        added=tuple(added),
    )
