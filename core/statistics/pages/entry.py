"""Figures typed by hand for one school, table and period."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from core.http.context import RequestContext, current
from core.http.etag import expected_version
from core.http.forms import query
from core.kernel.errors import Conflict, Invalid, NotFound, Refused, Stale
from core.kernel.schoolyear import Span
from core.orgs.models.units import SCHOOL_KINDS
from core.orgs.queries import unit_options
from core.statistics.heads import origin_of
from core.statistics.pages.blueprint import bp
from core.statistics.periods import default_period
from core.statistics.permissions import StatisticsPermission
from core.statistics.printing import FEN, plain
from core.statistics.queries import table as declared
from core.statistics.queries.typed import EntryCard, entry
from core.statistics.schemas import PageSheetArgs
from core.statistics.services import Typed, correct_entry, type_entry
from core.statistics.sheet import Origin
from core.tenancy.packs.model import ColumnType, Table, TableColumn
from core.tenancy.shelf import pack_of

TYPE = StatisticsPermission.TYPE


@bp.get("/statistics/<table_code>/entry", permission=TYPE)
def entry_form(table_code: str) -> str:
    context = current()
    return _form(context, declared(context.session, table_code), {}, {}, "")


@bp.post("/statistics/<table_code>/entry", permission=TYPE)
def save_entry(table_code: str) -> Response | tuple[str, int]:
    """A version of 0: nothing was there when the form was opened."""
    context = current()
    table = declared(context.session, table_code)
    span, unit_id = _chosen(context, table)
    try:
        typed = _typed(table)
        version = expected_version()
        held = entry(context.session, table=table_code, unit_id=unit_id, span=span) if unit_id else None
        if unit_id is None:
            raise Invalid(fields={"unit_id": "请选择学校、幼儿园或培训机构"})
        if held is None:
            if version:
                raise Stale()
            type_entry(context.session, actor=context.actor, table=table_code, unit_id=unit_id, span=span, typed=typed)
        else:
            correct_entry(context.session, actor=context.actor, entry_id=held.id, version=version, typed=typed)
    except Invalid as fault:
        return _form(context, table, dict(request.form), fault.fields, ""), 422
    except (Conflict, Refused) as fault:
        return _form(context, table, dict(request.form), {}, fault.phrase), 409
    flash(_("已保存。"), "success")
    return redirect(
        url_for("statistics.sheet", table_code=table_code, starts=span.starts, ends=span.ends, unit_id=unit_id)
    )


def _form(context: RequestContext, table: Table, values: dict[str, str], errors: Any, message: str) -> str:
    span, unit_id = _chosen(context, table)
    units = unit_options(context.session, context.actor.coverage(TYPE), SCHOOL_KINDS)
    if unit_id is None and len(units) == 1:
        unit_id = units[0].id
    held = entry(context.session, table=table.code, unit_id=unit_id, span=span) if unit_id else None
    return render_template(
        "statistics/entry.html", table=table, span=span, unit_id=unit_id, units=[(str(unit.id), unit.name) for unit in units],
        groups=_groups(table.columns), values=values or _shown(table, held), errors=errors, message=message,
        version=values.get("version", held.version if held else 0), held=held,
    )  # fmt: skip


def _chosen(context: RequestContext, table: Table) -> tuple[Span, UUID | None]:
    """Raises NotFound for a unit out of reach."""
    args = query(PageSheetArgs)
    unit_id: UUID | None = args["unit_id"]
    if unit_id is not None and not context.actor.may(TYPE, unit_id):
        raise NotFound()
    if args["starts"]:
        return Span(args["starts"], args["ends"]), unit_id
    return default_period(pack_of(context.session), table, today=context.today), unit_id


def _groups(columns: tuple[TableColumn, ...], above: str = "") -> list[tuple[str, list[TableColumn]]]:
    """Columns to be typed, under the head they stand under."""
    found: list[tuple[str, list[TableColumn]]] = []
    for column in columns:
        if column.columns:
            found += _groups(column.columns, f"{above} · {column.label}".removeprefix(" · "))
        elif (
            origin_of(column) is Origin.TYPED
            and column.type in (ColumnType.INT, ColumnType.MONEY, ColumnType.ENUM)
            and not column.hidden
        ):
            if found and found[-1][0] == above:
                found[-1][1].append(column)
            else:
                found.append((above, [column]))
    return found


def _shown(table: Table, held: EntryCard | None) -> dict[str, str]:
    if held is None:
        return {}
    found = {code: str(word) for code, word in held.words.items()}
    for column in table.leaves():
        if (number := held.figures.get(column.code)) is not None:
            found[column.code] = _plain(column, number)
        if reason := held.reasons.get(column.code):
            found[f"reason.{column.code}"] = reason
    return found


def _plain(column: TableColumn, number: int) -> str:
    return plain(Decimal(number) / FEN.get(column.unit, 100)) if column.type is ColumnType.MONEY else str(number)


def _typed(table: Table) -> Typed:
    """Raises Invalid under the name of the field."""
    figures: dict[str, int] = {}
    words: dict[str, str] = {}
    reasons: dict[str, str] = {}
    faults: dict[str, str] = {}
    for column in table.leaves():
        text = request.form.get(column.code, "").strip()
        if origin_of(column) is not Origin.TYPED:
            continue
        if reason := request.form.get(f"reason.{column.code}", "").strip():
            reasons[column.code] = reason
        if not text:
            continue
        if column.type is ColumnType.ENUM:
            words[column.code] = text
        elif column.type in (ColumnType.INT, ColumnType.MONEY):
            number = _number(column, text)
            if number is None:
                faults[column.code] = (
                    "请填写不小于 0 的数字" if column.type is ColumnType.MONEY else "请填写不小于 0 的整数"
                )
            else:
                figures[column.code] = number
    if faults:
        raise Invalid(fields=faults)
    return Typed(figures, words, reasons)


def _number(column: TableColumn, text: str) -> int | None:
    """Whole, money in fen; None for what is no such number."""
    try:
        number = Decimal(text.replace(",", "").replace("，", ""))
    except InvalidOperation:
        return None
    if column.type is ColumnType.MONEY:
        number *= FEN.get(column.unit, 100)
    if not number.is_finite() or number < 0 or number != number.to_integral_value() or number >= 10**13:
        return None
    return int(number)
