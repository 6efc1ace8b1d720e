"""What leaves the ledger: numbers and days that a sheet can reckon with, one way of writing days, old ledgers on a phone."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, datetime
from typing import Any
from uuid import UUID

import openpyxl
from flask import Flask
from sqlalchemy import Engine

from core.hazards.lifecycle import PartValue
from core.hazards.tables.leaving import HazardLedger
from core.hazards.telling import part_cell
from core.hooks.tables import Question
from core.inspections.papers import order_notice
from core.tables.columns import Type
from core.tables.writing import Layout, write_xlsx
from core.tenancy.packs.model.lifecycle import PartKind
from tests.core.exchange import tables
from tests.core.hazards.ledger import Ledger, bare_plugins
from tests.core.hazards.web import Browser, statements
from tests.factories.world import World

MONEY = PartValue(value=120_050)
DAY = PartValue(value="2026-11-21")
FREE = PartValue(waived="清走即可")


def planned(world: World) -> UUID:
    """A hazard whose plan names money and a day."""
    with world.session() as session:
        ledger = Ledger(world, session, bare_plugins())
        written = ledger.walk(ledger.report(), to="start")
        return written.id


def sheet_of(world: World) -> tuple[list[Any], Any]:
    with world.session() as session:
        work = tables.work_of(session, world.actor("safety_a", session))
        kind = HazardLedger()
        columns = list(kind.columns(work))
        target = io.BytesIO()
        layout = Layout("隐患", [(str(column.title), 10) for column in columns])
        write_xlsx(target, layout, kind.rows(work, Question()))
    return columns, openpyxl.load_workbook(target).active


def test_parts_when_money_or_days_then_cells_can_be_reckoned_with() -> None:
    assert float(part_cell(PartKind.MONEY, MONEY)) == 1200.5  # type: ignore[arg-type]  # a number, that is what is tested
    assert part_cell(PartKind.DATE, DAY) == date(2026, 11, 21)
    assert str(part_cell(PartKind.MONEY, FREE)).startswith("不需要"), "a waived part says so"


def test_ledger_when_exported_then_funds_are_numbers_and_time_limits_days(world: World) -> None:
    planned(world)
    columns, sheet = sheet_of(world)
    row = list(next(sheet.iter_rows(min_row=2, max_row=2)))
    by_type = {kind: [cell for column, cell in zip(columns, row, strict=True) if column.type is kind and column.name.startswith("plan_")] for kind in Type}  # fmt: skip
    assert by_type[Type.MONEY] and by_type[Type.DATE], "wujin's plan has both"
    assert all(cell.value is None or isinstance(cell.value, int | float) for cell in by_type[Type.MONEY])
    assert any(isinstance(cell.value, int | float) for cell in by_type[Type.MONEY])
    assert all(isinstance(cell.value, datetime) and cell.is_date for cell in by_type[Type.DATE])
    heads = [cell.value for cell in next(sheet.iter_rows(min_row=1, max_row=1))]
    assert any(str(head).endswith("（元）") for head in heads)


def test_papers_when_printed_then_every_day_is_written_one_way(app: Flask, world: World) -> None:
    hazard_id = planned(world)
    answer = Browser.of(app, world, "safety_a").client.get(f"/hazards/{hazard_id}/paper.docx")
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.data)) as paper:
        text = paper.read("word/document.xml").decode()
    year = f"{world_year(world)}"
    assert f"{year}年" in text and not re.search(r"\d{4}-\d{2}-\d{2}", text)
    assert order_notice("第1号", date(2026, 3, 5)).endswith("请在2026年3月5日前整改")


def world_year(world: World) -> int:
    with world.session() as session:
        return int(session.now().year)


LEDGER = "单位,部位,隐患内容,发现时间,是否销号,整改情况,编号\n"


def past(world: World, count: int) -> None:
    lines = "".join(f"第一小学,食堂{n},灯坏{n},2019-03-0{n},已销号,换了灯,旧{n}\n" for n in range(1, count + 1))
    with world.session() as session:
        received = tables.send(tables.work_of(session, world.actor("keeper_a", session)), LEDGER + lines, "hazards")
    with world.session() as session:
        work = tables.work_of(session, world.actor("keeper_a", session))
        batch = tables.commit(work, received.batch_id)
        assert batch.created + batch.same == count


def test_old_ledger_page_when_more_rows_then_no_more_queries_and_cards_for_phones(app: Flask, world: World) -> None:
    with world.session() as session:
        engine: Engine = session.get_bind()  # type: ignore[assignment]  # an engine
    counts = []
    for rows in (1, 3):
        past(world, rows)
        browser = Browser.of(app, world, "keeper_a")
        browser.get("/hazards/history")
        with statements(engine) as seen:
            page = browser.get("/hazards/history").get_data(as_text=True)
        counts.append(len(seen))
        assert page.count('<li class="x-row-card">') == rows
    assert counts[0] == counts[1]
    assert "旧1 · 第一小学 · 食堂1" in page and 'href="/hazards/history"' in page, "it stands in the menu"
