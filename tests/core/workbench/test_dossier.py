"""迎检: what is missing comes first, every number leads to its rows, the cover says the same; each by the right of its list."""

from __future__ import annotations

import html
import io
import re
from datetime import date

from docx import Document
from flask import Flask
from flask.testing import FlaskClient

from core.hooks.manager import build_plugins
from core.http.runtime import KEY
from tests.core.hazards.ledger import Ledger
from tests.core.hazards.web import Api, Browser, statements
from tests.factories.world import World

SPAN = "since=2020-11-01&until=2020-11-26"


def listed(page: str) -> dict[str, tuple[str, str]]:
    """Title → (address, number)."""
    lines = re.findall(r'(?s)x-todo-words"><a href="([^"]+)">([^<]+)</a>.*?x-todo-due">.*?(\d+)', page)
    return {title: (html.unescape(address), number) for address, title, number in lines}


def follow(browser: Browser, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, address
    return str(answer.get_data(as_text=True))


def filled(world: World, client: FlaskClient) -> None:
    """School A: a hazard long overdue, one in time, a meeting; school B: a hazard of its own."""
    with world.session() as session:
        ledger = Ledger(world, session, build_plugins((), points=()))
        late = ledger.walk(ledger.report("safety_a", title="早已到期"), to="register")
        ledger.row(late).clock_on = date(2020, 11, 20)
        ledger.report("safety_a", title="刚刚发现")
        ledger.report("safety_b", unit="school_b", title="别校的")
    body = {"unit_id": str(world.units["school_a"]), "kind": "meeting", "title": "部署会", "held_on": "2020-11-12"}
    assert Api(client, world, "safety_a").post("/records", body).status_code == 201


def test_dossier_when_opened_then_gaps_come_first_and_each_number_leads_to_its_rows(
    app: Flask, client: FlaskClient, world: World, neighbour: World
) -> None:
    filled(world, client)
    safety = Browser.of(app, world, "safety_a")
    page = follow(safety, f"/dossier?{SPAN}")
    assert page.index('id="gaps"') < page.index('id="index"')
    gaps, index = listed(page.partition('id="index"')[0]), listed(page.partition('id="index"')[2])
    address, number = gaps["逾期未整改的隐患"]
    assert number == "1" and "早已到期" in (rows := follow(safety, address)) and "刚刚发现" not in rows
    assert gaps["没有交来的实施方案"][1] == "1"
    assert index["隐患台账"][1] == "2" and "别校的" not in follow(safety, index["隐患台账"][0])
    meetings = next(line for title, line in index.items() if "kind=meeting" in line[0])
    assert meetings[1] == "1" and "部署会" in follow(safety, meetings[0])
    for address, _number in (*gaps.values(), *index.values()):
        follow(safety, address)
    assert listed(follow(safety, "/dossier?since=2020-10-01&until=2020-10-31"))["隐患台账"][1] == "0"


def test_dossier_when_narrowed_to_a_unit_then_only_within_reach(app: Flask, client: FlaskClient, world: World) -> None:
    filled(world, client)
    head, school = Browser.of(app, world, "head"), world.units["school_b"]
    assert listed(follow(head, f"/dossier?{SPAN}"))["隐患台账"][1] == "3"
    assert listed(follow(head, f"/dossier?{SPAN}&unit_id={school}"))["隐患台账"][1] == "1"
    assert Browser.of(app, world, "safety_a").get(f"/dossier?{SPAN}&unit_id={school}").status_code == 404
    assert head.get("/dossier?since=2020-11-26&until=2020-11-01").status_code == 422
    assert Browser.of(app, world, "nobody").get("/dossier").status_code == 403


def test_cover_when_taken_then_says_what_the_page_says(app: Flask, client: FlaskClient, world: World) -> None:
    filled(world, client)
    safety = Browser.of(app, world, "safety_a")
    taken = safety.client.get(f"/dossier/cover.docx?{SPAN}&unit_id={world.units['school_a']}")
    assert taken.status_code == 200
    document = Document(io.BytesIO(taken.data))
    words = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "起止：2020年11月1日至2020年11月26日" in words and "测试safety.a" in words
    gaps, index = ([tuple(cell.text for cell in row.cells) for row in table.rows[1:]] for table in document.tables)
    assert f"一、缺项（{len(gaps)}项）" in words
    shown = listed(follow(safety, f"/dossier?{SPAN}&unit_id={world.units['school_a']}"))
    assert {title: number for _no, title, number, _note in (*gaps, *index)} == {
        title: number for title, (_address, number) in shown.items()
    }


def test_dossier_when_there_is_more_then_costs_the_same(app: Flask, client: FlaskClient, world: World) -> None:
    head, engine, counts = Browser.of(app, world, "head"), app.extensions[KEY].db.engine("app"), []
    for _ in range(2):
        filled(world, client)
        head.get(f"/dossier?{SPAN}")
        with statements(engine) as sent:
            follow(head, f"/dossier?{SPAN}")
        counts.append(len(sent))
    assert counts[0] == counts[1]
