"""Papers: numbered without gaps, printed as served, signed for by their units, withdrawn and never reused."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from core.audit.models import AuditEntry
from core.notify.models import Notice
from tests.core.hazards.web import Api, Browser, statements
from tests.core.papers.conftest import Office
from tests.factories.world import World


def test_paper_when_issued_then_numbered_printed_and_its_units_told(office: Office, world: World) -> None:
    first, second = (office.card(office.issue("school_a", "school_b")) for _ in range(2))
    assert [first["no"], second["no"]] == ["武进教安通〔2020〕1号", "武进教安通〔2020〕2号"]
    said = office.text(first["file_id"])
    assert "武进教安通〔2020〕1号" in said and "关于冬季用电安全的通报" in said
    assert said.index("第一段说明情况。") + 1 == said.index("第二段提出要求。")
    assert "第一小学、第二初级中学：" in said
    with world.session() as session:
        told = set(session.scalars(select(Notice.person_id).where(Notice.kind == "paper")))
        entry = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "paper.issued").order_by(AuditEntry.id)
        ).first()
    assert told >= {world.people["safety_a"], world.people["safety_b"]}
    assert world.people["head"] not in told
    assert entry is not None and entry.data == {"no": first["no"], "kind": "papers.circular", "units": 2}


def test_words_when_the_same_then_one_row_of_numbers(office: Office) -> None:
    day = {"held_on": "2020-12-20", "place": "教育局"}
    talk = office.body("school_a", kind="papers.talk", values={"title": "约谈", "body": "事项", **day})
    minutes = office.body(
        "school_a", kind="papers.minutes", values={"title": "纪要", "body": "内容", "promise": "整改", **day}
    )
    made = [office.post("/papers", body).get_json()["id"] for body in (talk, minutes)]
    assert [office.card(own)["no"] for own in made] == ["武进教安约〔2020〕1号", "武进教安约〔2020〕2号"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"to": []}, "to"), ({"values": {"title": "", "body": "正文"}}, "title"), ({"values": {"title": "标题"}}, "body"),
        ({"issued_on": "2031-01-01"}, "issued_on"),
    ],
)  # fmt: skip
def test_paper_when_something_is_missing_then_said_and_no_number_is_lost(
    office: Office, change: dict[str, object], field: str
) -> None:
    answer = office.post("/papers", office.body("school_a") | change)
    assert answer.status_code == 422 and field in str(answer.get_json())
    assert office.card(office.issue("school_a"))["no"].endswith("〕1号")


def test_kind_when_printed_by_another_feature_then_not_written_by_hand(office: Office) -> None:
    assert office.post("/papers", office.body("school_a", kind="inspections.order")).status_code == 409
    assert office.post("/papers", office.body("school_a", kind="none.such")).status_code == 404


def test_receipt_when_signed_then_for_the_own_unit_alone_and_once(
    office: Office, client: FlaskClient, world: World
) -> None:
    paper = office.issue("school_a", "school_b")
    school = Api(client, world, "safety_a")
    assert school.get("/papers").get_json()["items"][0]["sent"] == 1  # who else got it is not the school's affair
    assert [own["unit_name"] for own in school.get(f"/papers/{paper}").get_json()["receipts"]] == ["第一小学"]
    assert school.post(f"/papers/{paper}/receipt", {}).get_json() == {"units": 1}
    assert school.post(f"/papers/{paper}/receipt", {}).get_json() == {"units": 0}
    line = office.get("/papers", waiting=1).get_json()["items"][0]
    assert (line["sent"], line["received"]) == (2, 1)
    assert office.post(f"/papers/{paper}/receipt", {}).status_code in (403, 409)  # the section signs for no school


def test_paper_when_sent_to_another_school_then_not_there(office: Office, client: FlaskClient, world: World) -> None:
    paper = office.issue("school_b")
    file_id = office.card(paper)["file_id"]
    school = Api(client, world, "safety_a")
    assert school.get(f"/papers/{paper}").status_code == 404
    assert school.get(f"/files/{file_id}").status_code == 404
    assert school.get("/papers").get_json()["total"] == 0
    assert Api(client, world, "safety_b").get(f"/files/{file_id}").status_code == 200


def test_paper_when_of_the_neighbour_then_not_there(
    office: Office, client: FlaskClient, world: World, neighbour: World
) -> None:
    theirs = Office(client, neighbour, "head")
    paper = theirs.issue("school_a")
    assert office.get(f"/papers/{paper}").status_code == 404
    unit = str(neighbour.units["school_a"])
    assert office.post("/papers", office.body() | {"to": [unit]}).status_code in (404, 422)
    assert office.card(office.issue("school_a"))["no"].endswith("〕1号")  # numbers are each district's own


def test_paper_when_withdrawn_then_kept_told_and_its_number_used_up(
    office: Office, client: FlaskClient, world: World
) -> None:
    paper = office.issue("school_a")
    card = office.card(paper)
    assert office.post(f"/papers/{paper}/withdrawal", {"reason": "发错了"}, version=99).status_code == 412
    assert office.post(f"/papers/{paper}/withdrawal", {"reason": "发错了"}, version=card["version"]).status_code == 204
    assert office.card(paper)["withdraw_reason"] == "发错了"
    assert office.text(card["file_id"], by="safety_a")  # still readable
    assert Api(client, world, "safety_a").post(f"/papers/{paper}/receipt", {}).status_code == 409
    assert office.card(office.issue("school_a"))["no"].endswith("〕2号")
    with world.session() as session:
        titles = list(session.scalars(select(Notice.title).where(Notice.person_id == world.people["safety_a"])))
    assert any("已作废：发错了" in title for title in titles)


def test_numbers_when_many_issue_at_once_then_without_gaps_or_twins(app: Flask, world: World) -> None:
    def one(_turn: int) -> str:
        office = Office(app.test_client(), world, "head")
        return str(office.card(office.issue("school_a"))["no"])

    with ThreadPoolExecutor(4) as pool:
        numbers = sorted(int(no.split("〕")[1].removesuffix("号")) for no in pool.map(one, range(8)))
    assert numbers == list(range(1, 9))


def test_lists_when_longer_then_no_more_queries(office: Office, app: Flask, world: World) -> None:
    browser, counts = Browser.of(app, world, "head"), []
    engine = app.extensions["xiaoan"].db.engine("app")
    for units in (("school_a",), ("school_b", "kindergarten")):
        for unit in units:
            office.issue(unit, "campus_a")
        browser.get("/papers")
        office.get("/papers")
        with statements(engine) as sent:
            assert browser.get("/papers").status_code == 200 and office.get("/papers").status_code == 200
        counts.append(sum("tenants" not in statement for statement in sent))
    assert counts[0] == counts[1]


def test_pages_when_written_received_and_withdrawn_then_as_a_person_does_it(
    office: Office, app: Flask, world: World
) -> None:
    browser = Browser.of(app, world, "head")
    page = browser.get("/papers/new?kind=papers.reminder").get_data(as_text=True)
    assert "所有学校" in page and "回复期限" in page
    form = {
        "kind": "papers.reminder", "idempotency_key": "018f3c2e-0000-7000-8000-000000000001", "value.title": "提示函",
        "value.body": "请自查。", "value.answer_by": "", "to": "all", "issued_on": "2020-11-20",
    }  # fmt: skip
    wrong = browser.post("/papers/new", form)
    assert wrong.status_code == 422 and "请自查。" in wrong.get_data(as_text=True)
    made = browser.post("/papers/new", form | {"value.answer_by": "2020-12-20"})
    assert made.status_code == 302
    shown = browser.get(made.location).get_data(as_text=True)
    assert "第一小学" in shown and "第一幼儿园" in shown and "未签收" in shown
    school = Browser.of(app, world, "safety_a")
    assert "待签收公文" in school.get("/").get_data(as_text=True)
    assert "签收" in school.get(made.location).get_data(as_text=True)
    school.post(f"{made.location}/receipt", {})
    assert "待签收公文" not in school.get("/").get_data(as_text=True)
    browser.get(made.location)
    assert browser.post(f"{made.location}/withdrawal", {"version": "1", "reason": " "}).status_code == 422
    assert browser.post(f"{made.location}/withdrawal", {"version": "1", "reason": "重发"}).status_code == 302
    assert "作废：重发" in browser.get(made.location).get_data(as_text=True)
