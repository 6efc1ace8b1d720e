"""延期申请: the unit asks, whoever may grant it decides, the limit moves only then; the paper says all of it."""

from __future__ import annotations

import io
from datetime import date
from uuid import UUID

import pytest
from docx import Document
from flask import Flask
from flask.testing import FlaskClient

from core.hazards.extensions.queries import extension_requests
from core.hazards.models import Hazard
from core.hazards.services import ask_extension, decide_extension, extend
from core.http.runtime import KEY
from core.kernel.errors import Forbidden, Invalid, Refused
from core.notify.models import Notice
from tests.core.hazards.ledger import Ledger, bare_plugins
from tests.core.hazards.web import Api, Browser, statements
from tests.factories.world import World

ASKED = {"until": "2021-01-20", "reason": "配件需要定制，寒假施工"}


@pytest.fixture(autouse=True)
def seen_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.tenancy.directory.KEEP_S", 0.0)


@pytest.fixture
def registered(world: World) -> UUID:
    """A hazard of school A, due on 2020-12-26."""
    with world.session() as session:
        ledger = Ledger(world, session, bare_plugins())
        return ledger.walk(ledger.report(), to="register").id


def test_ask_when_granted_for_another_day_then_the_limit_moves_and_who_asked_is_told(
    client: FlaskClient, world: World, registered: UUID
) -> None:
    unit, head, path = Api(client, world, "safety_a"), Api(client, world, "head"), f"/hazards/{registered}"
    assert Api(client, world, "safety_b").post(f"{path}/extension-requests", ASKED).status_code == 404
    early = unit.post(f"{path}/extension-requests", {**ASKED, "until": "2020-12-20"})
    assert early.status_code == 422 and "until" in early.get_json()["fields"]
    assert unit.post(f"{path}/extension-requests", ASKED).status_code == 201
    again = unit.post(f"{path}/extension-requests", ASKED)
    assert again.status_code == 409 and "正在等待审批" in again.get_json()["title"]
    card = unit.get(path).get_json()
    assert (card["due_on"], card["extensions"]) == ("2020-12-26", 0)
    assert head.get("/hazards", todo="extension").get_json()["total"] == 1
    assert unit.get("/hazards", todo="extension").get_json()["total"] == 0
    yes = {"granted": True, "until": "2021-01-15"}
    assert unit.post(f"{path}/extension-requests/decision", yes, version=card["version"]).status_code == 403
    assert head.post(f"{path}/extension-requests/decision", yes).status_code == 428
    assert head.post(f"{path}/extension-requests/decision", yes, version=card["version"] - 1).status_code == 412
    assert head.post(f"{path}/extension-requests/decision", yes, version=card["version"]).status_code == 200
    card = unit.get(path).get_json()
    assert (card["due_on"], card["original_due_on"], card["extensions"]) == ("2021-01-15", "2020-12-26", 1)
    listed = unit.get(f"{path}/extension-requests").get_json()
    only = listed["items"][0]
    assert (listed["total"], only["state"], only["until"], only["granted_until"]) == (
        1,
        "granted",
        "2021-01-20",
        "2021-01-15",
    )
    assert head.get("/hazards", todo="extension").get_json()["total"] == 0
    more = unit.post(f"{path}/extension-requests", {**ASKED, "until": "2021-03-01"})
    assert more.status_code == 409 and "不能再延" in more.get_json()["title"]
    with world.session(read_only=True) as session:
        told = session.query(Notice).filter(Notice.kind == "hazard.extension_decided").one()
        assert told.person_id == world.people["safety_a"] and told.title.startswith("同意延期至2021-01-15")
    words = _words(client.get(f"/api/v1{path}/extension-request.docx", headers=world.headers("safety_a")).data)
    assert "配件需要定制，寒假施工" in words and "整改时限为2020年12月26日" in words
    assert "同意延期至2021年1月15日" in words and "测试head" in words


def test_ask_when_refused_then_nothing_moves_and_it_may_be_asked_anew(ledger: Ledger) -> None:
    written = ledger.walk(ledger.report(), to="register")
    unit, head = ledger.args("safety_a"), ledger.args("head")
    one = {"hazard_id": written.id, "version": None}
    with pytest.raises(Refused, match="没有等待审批"):
        decide_extension(ledger.session, **head, **one, granted=True)
    with pytest.raises(Invalid):
        ask_extension(ledger.session, **unit, **one, until=date(2021, 1, 20), reason=" ")
    with pytest.raises(Forbidden):
        ask_extension(ledger.session, **ledger.args("staff_a"), **one, until=date(2021, 1, 20), reason="慢")
    ask_extension(ledger.session, **unit, **one, until=date(2021, 1, 20), reason="慢")
    with pytest.raises(Forbidden):
        decide_extension(ledger.session, **unit, **one, granted=False, note="不行")
    with pytest.raises(Invalid):
        decide_extension(ledger.session, **head, **one, granted=False)
    decide_extension(ledger.session, **head, **one, granted=False, note="先采购配件")
    assert (ledger.row(written).due_on, ledger.row(written).extensions) == (date(2020, 12, 26), 0)
    ask_extension(ledger.session, **unit, **one, until=date(2021, 1, 10), reason="配件已采购")
    extend(ledger.session, **head, **one, until=date(2021, 1, 8), reason="同意")
    with pytest.raises(Refused, match="没有等待审批"):
        decide_extension(ledger.session, **head, **one, granted=True)
    assert ledger.row(written).due_on == date(2021, 1, 8)


def test_pages_when_asked_then_the_decider_finds_it_on_the_desk_and_decides_there(
    app: Flask, world: World, registered: UUID
) -> None:
    unit, head, path = Browser.of(app, world, "safety_a"), Browser.of(app, world, "head"), f"/hazards/{registered}"
    page = unit.get(path).get_data(as_text=True)
    assert "申请延期" in page and f"{path}/extension-requests" in page and "decide_more_time" not in page
    assert f'action="{path}/extension-requests"' not in head.get(path).get_data(as_text=True)
    refused = unit.post(f"{path}/extension-requests", {"version": 2, **ASKED, "until": "2020-12-01"})
    assert refused.status_code == 422 and "应晚于现在的时限" in refused.get_data(as_text=True)
    assert unit.post(f"{path}/extension-requests", {"version": 2, **ASKED}).status_code == 302
    waiting = unit.get(path).get_data(as_text=True)
    assert "待审批" in waiting and "批准前，整改时限不变" in waiting
    assert f'action="{path}/extension-requests"' not in waiting
    assert "待批延期" in head.get("/").get_data(as_text=True)
    assert f'href="{path}"' in head.get("/hazards?todo=extension").get_data(as_text=True)
    form = head.get(path).get_data(as_text=True)
    assert f'action="{path}/extension-requests/decision"' in form and 'value="2021-01-20"' in form
    no = head.post(f"{path}/extension-requests/decision", {"version": 3, "granted": "false", "note": ""})
    assert no.status_code == 422 and "请写明为什么不同意" in no.get_data(as_text=True)
    sent = {"version": 3, "granted": "true", "until": "2021-01-20", "note": "停课施工"}
    assert head.post(f"{path}/extension-requests/decision", sent).status_code == 302
    done = unit.get(path).get_data(as_text=True)
    assert "已同意" in done and "停课施工" in done
    paper = unit.client.get(f"{path}/extension-request.docx?no=1")
    assert "同意延期至2021年1月20日" in _words(paper.data)
    assert unit.client.get(f"{path}/extension-request.docx?no=2").status_code == 404


def test_requests_when_more_are_listed_then_the_same_number_of_queries(
    app: Flask, client: FlaskClient, world: World, registered: UUID
) -> None:
    engine = app.extensions[KEY].db.engine("app")
    unit, counts = Api(client, world, "safety_a"), []
    for times in (1, 2):
        with world.session() as session:
            ledger = Ledger(world, session, bare_plugins())
            one = {"hazard_id": registered, "version": None}
            for _ in range(times):
                ask_extension(session, **ledger.args("safety_a"), **one, until=date(2021, 1, 20), reason="慢")
                decide_extension(session, **ledger.args("head"), **one, granted=False, note="不行")
        unit.get(f"/hazards/{registered}/extension-requests")  # what is asked once for all is not counted
        with statements(engine) as sent:
            assert unit.get(f"/hazards/{registered}/extension-requests").get_json()["total"] == (1 if times == 1 else 3)
        counts.append(len(sent))
    assert counts[0] == counts[1]


def _words(docx: bytes) -> str:
    document = Document(io.BytesIO(docx))
    return "\n".join(paragraph.text for paragraph in document.paragraphs)


def test_ask_when_sent_then_whoever_may_grant_it_is_told_and_nobody_else(world: World, registered: UUID) -> None:
    with world.session() as session:
        ledger = Ledger(world, session, bare_plugins())
        ask_extension(
            session, **ledger.args("safety_a"), hazard_id=registered, version=None, until=date(2021, 1, 20), reason="慢"
        )
        rows = session.query(Notice).filter(Notice.kind == "hazard.extension_asked").all()
        told = {name for name, person in world.people.items() if person in {row.person_id for row in rows}}
        actors = {name: world.actor(name, session) for name in world.people}
        may = {name for name, actor in actors.items() if actor.may("hazard:case:extend", world.units["school_a"])}
        assert told and told <= may and "head" in told and not told & {"safety_a", "safety_b", "principal_a"}
        title = session.get_one(Hazard, (world.tenant.id, registered)).title
        assert {(row.title, row.link) for row in rows} == {(f"延期申请待审批：{title}", f"/hazards/{registered}")}


def test_request_when_withdrawn_then_nobody_decides_it_and_it_may_be_asked_anew(
    app: Flask, client: FlaskClient, world: World, registered: UUID
) -> None:
    unit, head, path = Api(client, world, "safety_a"), Api(client, world, "head"), f"/hazards/{registered}"
    assert unit.post(f"{path}/extension-requests", ASKED).status_code == 201
    version = unit.get(path).get_json()["version"]
    assert head.post(f"{path}/extension-requests/withdrawal", {}, version=version).status_code == 403
    assert unit.post(f"{path}/extension-requests/withdrawal", {}).status_code == 428
    assert unit.post(f"{path}/extension-requests/withdrawal", {}, version=version).status_code == 200
    assert unit.get(f"{path}/extension-requests").get_json()["items"][0]["state"] == "withdrawn"
    assert head.get("/hazards", todo="extension").get_json()["total"] == 0
    late = head.post(f"{path}/extension-requests/decision", {"granted": True}, version=version + 1)
    assert late.status_code == 409 and "没有等待审批" in late.get_json()["title"]
    again = unit.post(f"{path}/extension-requests/withdrawal", {}, version=version + 1)
    assert again.status_code == 409
    browser = Browser.of(app, world, "safety_a")
    browser.get(path)
    assert browser.post(f"{path}/extension-requests", {"version": version + 1, **ASKED}).status_code == 302
    assert f'action="{path}/extension-requests/withdrawal"' in browser.get(path).get_data(as_text=True)
    assert browser.post(f"{path}/extension-requests/withdrawal", {"version": version + 2}).status_code == 302
    page = browser.get(path).get_data(as_text=True)
    assert page.count("已撤回") == 2 and "extension-requests/withdrawal" not in page
    assert "申请单位撤回" in _words(
        client.get(f"/api/v1{path}/extension-request.docx", headers=world.headers("safety_a")).data
    )


def test_request_when_the_hazard_is_closed_meanwhile_then_void_and_never_waiting(
    app: Flask, world: World, registered: UUID
) -> None:
    with world.session() as session:
        ledger = Ledger(world, session, bare_plugins())
        one = {"hazard_id": registered, "version": None}
        ask_extension(session, **ledger.args("safety_a"), **one, until=date(2021, 1, 20), reason="慢")
        ledger.move(registered, "safety_a", "start")
        ledger.follow(ledger.move(registered, "line_a", "report"))
        assert extension_requests(session, registered)[0].state == "asked"  # may come back from the check
        ledger.move(registered, "principal_a", "close")
        with pytest.raises(Refused, match="没有等待审批"):
            decide_extension(session, **ledger.args("head"), **one, granted=False, note="不行")
        (only,) = extension_requests(session, registered)
        assert (only.state, only.decided_by_name, only.decided_at) == ("void", "", session.now())
    page = Browser.of(app, world, "head").get(f"/hazards/{registered}").get_data(as_text=True)
    assert "已失效" in page and "待审批" not in page
