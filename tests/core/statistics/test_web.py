"""Statistical tables over the web: figures lead to exactly their rows, files open, hand-typed figures count, reach holds."""

from __future__ import annotations

import io
import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest
from docx import Document
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from core.hazards.queries import ledger_page
from core.hazards.schemas import LedgerArgs, asked_of
from core.http.forms import loaded
from core.http.paging import Paging
from core.http.runtime import KEY
from core.tenancy.models import PackVersion
from tests.core.hazards.ledger import Ledger, bare_plugins
from tests.core.hazards.web import Api, Browser, statements
from tests.factories.world import World, compiled

SPAN = {"starts": "2020-11-01", "ends": "2020-11-30"}
QUERY = "?starts=2020-11-01&ends=2020-11-30"


@pytest.fixture
def told(world: World) -> World:
    """School A with three hazards, one of them closed; school B with one."""
    with world.session() as session:
        ledger = Ledger(world, session, bare_plugins())
        ledger.walk(ledger.report(), to="close")
        ledger.report()
        ledger.report(domain="food", category="food.samples")
        ledger.report("safety_b", "school_b")
    return world


def text_of(answer: Any) -> str:
    return unescape(answer.get_data(as_text=True))


def cells(sheet: dict[str, Any], row: str) -> dict[str, Any]:
    """Column → value of one row of a sheet over REST."""
    codes = [leaf["code"] for head in sheet["heads"] for leaf in leaves(head)]
    found = next(one for one in sheet["rows"] if one["code"] == row)
    return {code: cell[0] for code, cell in zip(codes, found["cells"], strict=True)}


def leaves(head: dict[str, Any]) -> list[dict[str, Any]]:
    return [leaf for under in head["columns"] for leaf in leaves(under)] if "columns" in head else [head]


def test_page_when_opened_then_heads_are_grouped_for_ears_too(app: Flask, client: FlaskClient, told: World) -> None:
    page = text_of(Browser.of(app, told, "head").get(f"/statistics/monthly{QUERY}"))
    assert re.search(r'<th scope="colgroup" colspan="8">隐患</th>', page)
    assert re.search(r'<th scope="col" rowspan="2">学校类别</th>', page)
    assert '<th scope="row">合计</th>' in page and "待确认" in page


def test_figures_when_their_links_are_followed_then_the_ledger_shows_as_many(
    app: Flask, client: FlaskClient, told: World
) -> None:
    page = text_of(Browser.of(app, told, "head").get(f"/statistics/by-domain{QUERY}"))
    links = re.findall(r'<a href="(/hazards\?[^"]+)">(\d+)</a>', page)
    assert len(links) >= 8
    with told.session(read_only=True) as session:
        actor, pack = told.actor("head", session), Ledger(told, session, bare_plugins()).pack
        for url, number in set(links):
            args = loaded(LedgerArgs(), MultiDict(parse_qs(urlsplit(url).query)))
            paging = Paging.of(args)
            found, _ = ledger_page(session, actor, pack, asked=asked_of(args), paging=paging)
            assert found.total == int(number), url


def test_workbook_when_read_back_then_it_holds_the_sheet(app: Flask, client: FlaskClient, told: World) -> None:
    api = Api(client, told, "head")
    sheet = api.get("/statistics/tables/by-domain", **SPAN).get_json()
    answer = Browser.of(app, told, "head").client.get(f"/statistics/by-domain/xlsx{QUERY}")
    assert answer.status_code == 200 and "filename*=UTF-8''" in answer.headers["Content-Disposition"]
    book: Any = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    read = list(book.iter_rows(values_only=True))
    by_label = {row[1]: row for row in read}
    for row in sheet["rows"]:
        for cell, written in zip(row["cells"], by_label[row["label"]], strict=False):
            value, part, whole = cell[:3]
            if whole is not None:
                assert written == ("—" if whole == 0 else f"{part}/{whole}" if whole < 5 else value / 10_000)
            else:
                assert written == value


def test_paper_when_opened_then_it_lies_across_with_a_repeated_head(
    app: Flask, client: FlaskClient, told: World
) -> None:
    answer = Browser.of(app, told, "head").client.get(f"/statistics/monthly/docx{QUERY}")
    paper: Any = Document(io.BytesIO(answer.data))
    assert paper.sections[0].page_width > paper.sections[0].page_height
    table = paper.tables[0]
    assert len(table.rows) == 2 + 7 + 1
    assert "教育系统安全管理统计表" in [paragraph.text for paragraph in paper.paragraphs]
    assert table.cell(0, 6).text == "隐患" and table.cell(0, 13).text == "隐患"


def test_school_when_it_asks_then_only_its_own_figures(app: Flask, client: FlaskClient, told: World) -> None:
    api = Api(client, told, "safety_b")
    sheet = api.get("/statistics/tables/monthly", **SPAN).get_json()
    assert cells(sheet, "total")["found"] == 1 and cells(sheet, "total")["units"] == 1
    assert sheet["above"][0] == ["填报单位", "第二初级中学"]
    other = api.get("/statistics/tables/monthly", unit_id=told.units["school_a"], **SPAN)
    assert other.status_code == 404


def test_typed_when_two_schools_fill_their_figures_then_the_district_adds_them_up(
    app: Flask, client: FlaskClient, told: World
) -> None:
    for who, school, number in (("safety_a", "school_a", 2), ("safety_b", "school_b", 3)):
        body = {"table": "monthly", "unit_id": str(told.units[school]), "figures": {"injured": number}, **SPAN}
        made = Api(client, told, who).post("/statistics/entries", body)
        assert made.status_code == 201, made.get_json()
    head = Api(client, told, "head")
    sheet = head.get("/statistics/tables/monthly", **SPAN).get_json()
    assert cells(sheet, "total")["injured"] == 5 and cells(sheet, "primary")["injured"] == 2
    listed = head.get("/statistics/entries", table="monthly").get_json()
    assert listed["total"] == 2
    again = head.post(
        "/statistics/entries", {"table": "monthly", "unit_id": str(told.units["school_a"]), "figures": {}, **SPAN}
    )
    assert again.status_code == 409
    meeting = {
        "table": "monthly",
        "unit_id": str(told.units["school_a"]),
        "figures": {"injured": 1},
        "starts": "2020-11-30",
        "ends": "2020-12-31",
    }
    assert head.post("/statistics/entries", meeting).status_code == 409
    entry = listed["items"][0]["id"]
    stale = client.put(
        f"/api/v1/statistics/entries/{entry}", json={"figures": {}}, headers={**told.headers("head"), "If-Match": '"7"'}
    )
    assert stale.status_code == 412


@pytest.mark.parametrize("figures", [{"found": 4}, {"injured": -1}, {"no_such": 1}, {"injured": 10**15}])
def test_typed_when_the_figure_is_not_one_to_type_then_refused(
    app: Flask, client: FlaskClient, told: World, figures: dict[str, int]
) -> None:
    body = {"table": "monthly", "unit_id": str(told.units["school_a"]), "figures": figures, **SPAN}
    assert Api(client, told, "safety_a").post("/statistics/entries", body).status_code == 422


def test_typed_when_another_school_or_a_mere_reader_types_then_refused(
    app: Flask, client: FlaskClient, told: World
) -> None:
    body = {"table": "monthly", "unit_id": str(told.units["school_a"]), "figures": {"injured": 1}, **SPAN}
    assert Api(client, told, "safety_b").post("/statistics/entries", body).status_code == 404
    assert Api(client, told, "leader").post("/statistics/entries", body).status_code == 403


def test_entry_form_when_filled_then_the_table_shows_it_and_a_fault_keeps_the_words(
    app: Flask, client: FlaskClient, told: World
) -> None:
    browser = Browser.of(app, told, "safety_a")
    path = f"/statistics/monthly/entry{QUERY}&unit_id={told.units['school_a']}"
    assert browser.get(path).status_code == 200
    wrong = browser.post(path, {"version": "0", "injured": "两人"})
    assert wrong.status_code == 422 and "两人" in text_of(wrong)
    assert browser.post(path, {"version": "0", "injured": "1"}).status_code == 302
    assert 'value="1"' in text_of(browser.get(path))
    assert browser.post(path, {"version": "0", "injured": "2"}).status_code == 412


def test_columns_when_renamed_hidden_and_added_then_table_and_form_follow_and_formulas_still_count(
    app: Flask, client: FlaskClient, told: World
) -> None:
    browser = Browser.of(app, told, "head")
    browser.get("/statistics/monthly/columns")
    saved = browser.post(
        "/statistics/monthly/columns",
        {"version": "0", "label.found": "本期排查", "hidden": "rectified", "added.0.label": "家长会次数", "added.0.type": "int", "added.0.unit": "次"},
    )  # fmt: skip
    assert saved.status_code == 302
    page = text_of(browser.get(f"/statistics/monthly{QUERY}"))
    assert "本期排查（条）" in page and "家长会次数" in page
    assert "完成整改（条）" not in page
    body = {"table": "monthly", "unit_id": str(told.units["school_a"]), "figures": {"own_1": 4}, **SPAN}
    assert Api(client, told, "safety_a").post("/statistics/entries", body).status_code == 201
    sheet = Api(client, told, "head").get("/statistics/tables/monthly", **SPAN).get_json()
    assert cells(sheet, "total")["own_1"] == 4 and cells(sheet, "total")["rectified"] == 1
    # removed and added again: a new code, so that the old figures do not count for the new column
    browser.get("/statistics/monthly/columns")
    browser.post("/statistics/monthly/columns", {"version": "1"})
    browser.get("/statistics/monthly/columns")
    browser.post("/statistics/monthly/columns", {"version": "2", "added.0.label": "别的", "added.0.type": "int"})
    own = Api(client, told, "head").get("/statistics/tables/monthly/columns").get_json()
    assert [one["code"] for one in own["added"]] == ["own_2"]


def test_neighbour_when_it_asks_then_nothing_of_ours(
    app: Flask, client: FlaskClient, told: World, neighbour: World
) -> None:
    body = {"table": "monthly", "unit_id": str(told.units["school_a"]), "figures": {"injured": 1}, **SPAN}
    made = Api(client, told, "safety_a").post("/statistics/entries", body).get_json()
    theirs = Api(client, neighbour, "head")
    assert theirs.get(f"/statistics/entries/{made['id']}").status_code == 404
    sheet = theirs.get("/statistics/tables/monthly", **SPAN).get_json()
    assert cells(sheet, "total")["found"] == 0 and cells(sheet, "total")["injured"] is None


def test_entries_when_there_are_more_then_the_queries_stay_the_same(
    app: Flask, client: FlaskClient, told: World
) -> None:
    api = Api(client, told, "head")
    counts = []
    for months in (["2020-09"], ["2020-10", "2020-11"]):
        for month in months:
            body = {
                "table": "monthly",
                "unit_id": str(told.units["school_a"]),
                "figures": {"injured": 1},
                "starts": f"{month}-01",
                "ends": f"{month}-30",
            }
            assert api.post("/statistics/entries", body).status_code == 201
        for path in ("/statistics/entries", "/statistics/tables/monthly"):
            api.get(path, **({} if path.endswith("entries") else SPAN))
            with statements(app.extensions[KEY].db.engine("app")) as sent:
                assert api.get(path, **({} if path.endswith("entries") else SPAN)).status_code == 200
            counts.append(len(sent))
    assert counts[:2] == counts[2:]


def test_page_when_the_table_has_few_rows_then_a_phone_gets_a_line_for_each_column(
    app: Flask, client: FlaskClient, told: World
) -> None:
    with told.session() as session:
        pack = session.scalars(select(PackVersion)).one()
        content = {**pack.content, "tables": compiled("tongyu").content["tables"]}
        session.add(PackVersion(version=2, digest="2", content=content, applied_at=session.now(), applied_by="测试"))
    page = text_of(Browser.of(app, told, "head").get(f"/statistics/t1{QUERY}"))
    side = page.partition("x-only-phone")[2]
    assert re.search(r'<th scope="rowgroup" colspan="4">一般隐患 · 排查数</th>', side)
    assert re.search(r'<th scope="row">累计（项）</th>(<td class="x-col-num">.*?</td>){3}', side)
    assert 'data-frozen="2"' in page and "其中限期未销号数" in page
    shown = text_of(Browser.of(app, told, "safety_a").get(f"/statistics/t2/entry{QUERY}"))
    assert "扣押物品" in shown and 'name="c13"' in shown and "不写人名" in shown
