"""迎检: what is missing comes first, every number leads to its rows, the cover says the same; each by the right of its list."""

from __future__ import annotations

import hashlib
import html
import io
import re
from datetime import date
from uuid import UUID
from zipfile import ZipFile

from docx import Document
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from PIL import Image

from core.exchange.models import Export
from core.files.services import store_file
from core.files.storage import storage_of
from core.hooks.manager import build_plugins
from core.http.runtime import KEY
from tests.core.assessment.ground import works_of
from tests.core.hazards.ledger import Ledger
from tests.core.hazards.web import Api, Browser, statements
from tests.core.inspections.ground import png
from tests.core.registers.ground import add, plan
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


def test_index_when_asked_over_rest_then_says_what_the_page_says(
    app: Flask, client: FlaskClient, world: World, neighbour: World
) -> None:
    filled(world, client)
    with world.session() as session:
        add(session, world, "emergency_plans", plan("过期预案", valid_until=date(2020, 11, 1)))
        add(session, world, "emergency_plans", plan("别校预案"), unit="school_b")
    unit, args = Api(client, world, "safety_a"), {"since": "2020-11-01", "until": "2020-11-26"}
    told = unit.get("/dossier", **args).get_json()
    page = follow(Browser.of(app, world, "safety_a"), f"/dossier?{SPAN}")
    gaps, index = listed(page.partition('id="index"')[0]), listed(page.partition('id="index"')[2])
    assert {own["title"]: (own["page"], str(own["count"])) for own in told["gaps"]} == gaps
    assert {own["title"]: (own["page"], str(own["count"])) for own in told["parts"]} == index
    counts = {own["title"]: own["count"] for own in (*told["parts"], *told["gaps"])}
    register = next(title for title in counts if title.endswith("已过期"))
    assert counts[register] == 1 and counts[register.removesuffix("已过期")] == 1
    whole = Api(client, world, "head").get("/dossier", **args).get_json()
    assert {own["title"]: own["count"] for own in whole["parts"]}[register.removesuffix("已过期")] == 2
    assert unit.get("/dossier", **args, unit_id=str(world.units["school_b"])).status_code == 404
    assert unit.get("/dossier", since="2020-11-26", until="2020-11-01").status_code == 422


def test_folder_when_ordered_then_index_first_all_lists_and_the_evidence_of_this_school_only(
    app: Flask, client: FlaskClient, world: World
) -> None:
    filled(world, client)
    unit, head = Api(client, world, "safety_a"), Api(client, world, "head")
    record = unit.get("/records").get_json()["items"][0]["id"]
    body = {
        "kind": "papers.circular",
        "to": [str(world.units["school_a"])],
        "values": {"title": "关于检查的通报", "body": "请整改。"},
    }
    assert head.post("/papers", body).status_code == 201
    with world.session() as session:
        storage = storage_of(app.extensions[KEY].settings)
        for name, there in (("签到表.png", True), ("../丢失.png", False)):
            card = store_file(
                session, actor=world.actor("safety_a", session), storage=storage, stream=png(), name=name, purpose="document",
                subject_kind="record", subject_id=UUID(record),
            )  # fmt: skip
            if not there:
                storage.delete(card.key)
        add(session, world, "emergency_plans", plan("过期预案", valid_until=date(2020, 11, 1)))
        add(session, world, "emergency_plans", plan("别校预案"), unit="school_b")
    school = str(world.units["school_a"])
    filters = {"since": ["2020-11-01"], "until": ["2020-11-26"], "unit_id": [school]}
    assert unit.post("/exports", {"kind": "dossier", "format": "xlsx", "filters": filters}).status_code == 422
    for wrong in (
        {"since": ["0001-01-01"]},
        {"since": ["2020-13-01"]},
        {"until": ["2020-10-01"]},
        {"since": ["2010-01-01"]},
    ):
        refused = unit.post("/exports", {"kind": "dossier", "format": "zip", "filters": {**filters, **wrong}})
        assert refused.status_code == 422, wrong
    far = {**filters, "unit_id": [str(world.units["school_b"])]}
    assert unit.post("/exports", {"kind": "dossier", "format": "zip", "filters": far}).status_code == 404
    made = unit.post("/exports", {"kind": "dossier", "format": "zip", "filters": filters}).get_json()["id"]
    with world.session(read_only=True) as session:
        job = session.query(Export).one().job_id
    assert works_of(world, client).runner.run(world.tenant.id, job) == "done"
    card = unit.get(f"/exports/{made}").get_json()
    assert unit.post(f"/exports/{made}/take", {}).status_code == 200
    with ZipFile(io.BytesIO(unit.get(f"/exports/{made}/file").get_data())) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        told = archive.read("文件清单.csv").decode("utf-8-sig")
        cover = Document(io.BytesIO(archive.read(names[0])))
        ledger = archive.read("01 清单/隐患台账.xlsx")
        plans = next(name for name in names if name.startswith("02 台账/"))
        sheets = _texts(ledger), _texts(archive.read(plans)), _texts(archive.read("01 清单/公文.xlsx"))
        photo = next(name for name in names if name.endswith("签到表.png"))
        assert Image.open(io.BytesIO(archive.read(photo))).size == (60, 40)
        assert f",{hashlib.sha256(archive.read(photo)).hexdigest()}" in told
    assert names[0] == "00 封面与目录.docx" and names[-1] == "文件清单.csv"
    assert "一、缺项" in "\n".join(line.text for line in cover.paragraphs)
    assert "共2行" in sheets[0] and "第二初级中学" not in sheets[0] and "测试safety.a" in sheets[0]
    assert "过期预案" in sheets[1] and "别校预案" not in sheets[1]
    assert "关于检查的通报" in sheets[2] and any(name.startswith("06 公文/") for name in names)
    assert photo.startswith("04 工作记录佐证/") and not any(".." in name or name.startswith("/") for name in names)
    lost = next(line for line in told.splitlines() if "丢失" in line)
    assert lost.endswith(",0,原件已丢失") and not any("丢失" in name for name in names)
    assert card["rows"] == len(names) - 1 and f"共{card['rows']}个文件" in told.splitlines()[-1]
    assert "测试safety.a" in told.splitlines()[0]
    page = follow(Browser.of(app, world, "safety_a"), "/exports")
    assert f"共{card['rows']}个文件" in page and 'value="dossier"' not in page
    assert "导出整个文件夹" in follow(Browser.of(app, world, "safety_a"), f"/dossier?{SPAN}")


def _texts(xlsx: bytes) -> str:
    book = load_workbook(io.BytesIO(xlsx), read_only=True)
    return "\n".join(str(cell) for row in book.worksheets[0].iter_rows(values_only=True) for cell in row if cell)
