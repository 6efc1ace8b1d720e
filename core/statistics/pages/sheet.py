"""统计表: choose table, period and unit; on screen, as workbook, as official paper."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any
from urllib.parse import quote

from flask import Response, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from core.http.context import RequestContext, current
from core.http.forms import query
from core.http.paging import Page
from core.kernel.clock import LOCAL
from core.kernel.errors import NotFound
from core.orgs.models.units import SCHOOL_KINDS
from core.orgs.queries import unit_options
from core.statistics.links import Links
from core.statistics.pages.blueprint import bp
from core.statistics.pages.charts import bars
from core.statistics.papers import paper, workbook
from core.statistics.periods import periods
from core.statistics.permissions import StatisticsPermission
from core.statistics.queries import table, tables
from core.statistics.requests import Question, answer, question
from core.statistics.schemas import PageSheetArgs
from core.statistics.sheet import Sheet
from core.statistics.view import view
from core.tables.writing import XLSX
from core.tenancy.shelf import pack_of

READ = StatisticsPermission.READ
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ROWS = 50
"""Rows on a page; the total always stands below them."""


@bp.get("/statistics", permission=READ)
def index() -> AnyResponse | str:
    """The first table; in words where the district's pack has none."""
    found = tables(current().session)
    if not found:
        return render_template("statistics/none.html")
    return redirect(url_for("statistics.sheet", table_code=found[0].code))


@bp.get("/statistics/<table_code>", permission=READ)
def sheet(table_code: str) -> str:
    context = current()
    args = query(PageSheetArgs)
    asked = _asked(context, table_code, args)
    made = answer(context, asked)
    single = [row for row in made.rows if not row.total]
    page = Page(tuple(single[(args["page"] - 1) * ROWS : args["page"] * ROWS]), len(single), args["page"], ROWS)
    links = Links(asked.table, str(asked.unit_id or ""), context.today, url_for)
    span = f"{asked.span.starts}..{asked.span.ends}"
    choices = [
        (f"{one.span.starts}..{one.span.ends}", one)
        for one in periods(pack_of(context.session), asked.table, today=context.today)
    ]
    return render_template(
        "statistics/sheet.html", sheet=made, table=asked.table, page=page, span=span, periods=choices, args=args,
        view=view(made, [*page.items, *(row for row in made.rows if row.total)], partial(links.of, made)),
        tabs=[{"title": one.label, "url": url_for("statistics.sheet", table_code=one.code), "active": one.code == table_code} for one in tables(context.session)],
        units=_units(context), free=span not in dict(choices), where=_where(asked), chart=bars(made, asked.table), may=_may(context, made), differences=made.differences(),
    )  # fmt: skip


@bp.get("/statistics/<table_code>/xlsx", permission=READ, exports=True)
def xlsx(table_code: str) -> Response:
    context = current()
    made = answer(context, _asked(context, table_code, query(PageSheetArgs)))
    mark = _(
        "%(name)s　%(time)s 导出",
        name=context.actor.name or "—",
        time=f"{context.now().astimezone(LOCAL):%Y-%m-%d %H:%M}",
    )
    return _file(made, workbook(made, watermark=mark), XLSX, "xlsx")


@bp.get("/statistics/<table_code>/docx", permission=READ, exports=True)
def docx(table_code: str) -> Response:
    context = current()
    made = answer(context, _asked(context, table_code, query(PageSheetArgs)))
    return _file(made, paper(made), DOCX, "docx")


def _asked(context: RequestContext, code: str, args: dict[str, Any]) -> Question:
    starts, ends = args["starts"], args["ends"]
    if starts is None and args["period"]:
        first, _, last = args["period"].partition("..")
        starts, ends = _day(first), _day(last)
        if ends < starts:
            raise NotFound()
    return question(context, table(context.session, code), starts=starts, ends=ends, unit_id=args["unit_id"])


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotFound() from None


def _where(asked: Question) -> dict[str, Any]:
    """What other addresses of the same question take."""
    return {
        "starts": asked.span.starts,
        "ends": asked.span.ends,
        **({"unit_id": asked.unit_id} if asked.unit_id else {}),
    }


def _units(context: RequestContext) -> list[tuple[str, str]]:
    coverage = context.actor.coverage(READ)
    return [(str(unit.id), unit.name) for unit in unit_options(context.session, coverage, ("cluster", *SCHOOL_KINDS))]


def _may(context: RequestContext, made: Sheet) -> dict[str, bool]:
    typed = any(head.origin == "typed" and head.type in ("int", "money", "enum") for head in made.columns)
    return {
        "type": typed and context.actor.may(StatisticsPermission.TYPE),
        "arrange": context.actor.may(StatisticsPermission.ARRANGE),
    }


def _file(made: Sheet, data: bytes, media_type: str, ending: str) -> Response:
    response = make_response(data)
    response.mimetype = media_type
    name = quote(f"{made.title}{made.starts:%Y%m%d}-{made.ends:%Y%m%d}.{ending}")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response
