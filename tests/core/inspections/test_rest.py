"""REST and pages of the inspections: envelope, fixed query counts, keys, versions, wrong roles."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from core.db.engines import Database
from core.inspections.models import ChecklistVersion, Inspector, Round, Visit
from core.inspections.services.checklists import COLUMNS, copy_checklist
from core.kernel.clock import local_date
from core.tenancy.changes import SETTINGS
from core.tenancy.models import PackOverride
from tests.core.hazards.web import Api, Browser, statements
from tests.core.inspections.ground import Ground, png


@pytest.fixture
def head(ground: Ground, client: FlaskClient) -> Api:
    return Api(client, ground.world, "head")


def counted(app: Flask, api: Api, path: str, **query: int) -> tuple[int, int]:
    """(statements, items)."""
    engine = app.extensions["xiaoan"].db.engine("app")
    with statements(engine) as sent:
        answer = api.get(path, **query)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return len(sent), len(answer.get_json()["items"])


@pytest.mark.parametrize("path", ["/inspections/visits", "/inspections/rounds"])
def test_lists_when_longer_then_no_more_queries(ground: Ground, app: Flask, head: Api, path: str) -> None:
    ground.special("school_a")
    head.get(path)  # what a process remembers
    one = counted(app, head, path)
    ground.special("school_b", people=("inspector", "officer"))
    ground.special("kindergarten")
    three = counted(app, head, path)
    assert (one[1], three[1]) == (1, 3)
    assert one[0] == three[0]


def test_checklists_when_listed_then_the_packs_are_there_with_a_fixed_number_of_queries(
    ground: Ground, app: Flask, head: Api
) -> None:
    head.get("/inspections/checklists")
    one, three = (
        counted(app, head, "/inspections/checklists", page_size=1),
        counted(app, head, "/inspections/checklists", page_size=3),
    )
    assert (one[1], three[1]) == (1, 3) and one[0] == three[0]
    answer = head.get("/inspections/checklists", kind="daily").get_json()
    assert [own["code"] for own in answer["items"]] == ["pack:daily"]
    assert (answer["total"], answer["page"], answer["page_size"]) == (1, 1, 20)


def test_version_when_published_then_the_database_itself_refuses_a_change(ground: Ground, db: Database) -> None:
    with pytest.raises(Exception, match="permission denied"), ground.session() as session:
        session.execute(text("update app.inspection_checklist_versions set title = 'x'"))


def test_checklist_when_drafted_published_and_changed_then_versions_stay(head: Api, ground: Ground) -> None:
    item = {
        "code": "exit",
        "content": "安全出口畅通",
        "domain": "fire",
        "category": "fire.passage",
        "points": 10,
        "weight": 2,
    }
    made = head.post(
        "/inspections/checklists", {"title": "本区自编", "items": [item], "kinds": ["self_check"]}
    ).get_json()["id"]
    assert head.post(f"/inspections/checklists/{made}/publish", {}, version=1).get_json() == {"no": 1}
    stale = head.client.put(
        f"/api/v1/inspections/checklists/{made}/draft", json={"title": "改", "items": [item]},
        headers={**ground.world.headers("head"), "If-Match": '"1"'},
    )  # fmt: skip
    assert stale.status_code == 412
    version = head.get(f"/inspections/checklists/{made}").get_json()["line"]["version"]
    changed = {"title": "本区自编", "items": [item, {**item, "code": "lamp", "content": "应急照明完好"}]}
    answer = head.client.put(
        f"/api/v1/inspections/checklists/{made}/draft", json=changed,
        headers={**ground.world.headers("head"), "If-Match": f'"{version}"'},
    )  # fmt: skip
    assert answer.status_code == 204
    assert head.post(f"/inspections/checklists/{made}/publish", {}, version=version + 1).get_json() == {"no": 2}
    with ground.session() as session:
        rows = session.execute(
            select(ChecklistVersion.no, ChecklistVersion.content)
            .where(ChecklistVersion.checklist_id == UUID(made))
            .order_by(ChecklistVersion.no)
        ).all()
    assert [(row.no, len(row.content["items"])) for row in rows] == [(1, 1), (2, 2)]


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ({"code": "A"}, "小写"),
        ({"category": "fire.nothing"}, "没有这个类别"),
        ({"clauses": ["WJ-9-99"]}, "没有这些条款"),
        ({"weight": 0}, ""),
    ],
)
def test_checklist_when_an_item_is_wrong_then_refused_naming_it(head: Api, item: dict[str, object], words: str) -> None:
    whole = {"code": "exit", "content": "安全出口畅通", "domain": "fire", **item}
    answer = head.post("/inspections/checklists", {"title": "甲", "items": [whole]})
    assert answer.status_code == 422 and words in str(answer.get_json())


def test_checklist_when_the_district_asks_for_all_columns_then_no_row_lacks_one(ground: Ground, head: Api) -> None:
    with ground.world.session() as session:
        session.add(PackOverride(path=SETTINGS + COLUMNS, value=True, set_by=None, set_at=session.now()))
    rows = {"code": "exit", "content": "安全出口畅通"}
    for short in ({"section": "消防"}, {"standard": "无上锁、无堆物"}):
        answer = head.post("/inspections/checklists", {"title": "甲", "items": [{**rows, **short}]})
        assert answer.status_code == 422 and "检查标准" in str(answer.get_json())
    whole = {**rows, "section": "消防", "standard": "无上锁、无堆物"}
    assert head.post("/inspections/checklists", {"title": "甲", "items": [whole]}).status_code == 201


def test_checklist_when_a_school_wants_to_write_one_then_refused(ground: Ground, client: FlaskClient) -> None:
    api = Api(client, ground.world, "safety_a")
    assert api.post("/inspections/checklists", {"title": "甲", "items": []}).status_code == 403


def test_visit_when_carried_out_over_rest_then_receipts_and_a_result(
    ground: Ground, client: FlaskClient, head: Api
) -> None:
    visit = ground.special()
    api = Api(client, ground.world, "inspector")
    path = f"/inspections/visits/{visit}"
    assert api.post(f"{path}/start", {}).status_code == 428
    assert api.post(f"{path}/start", {}, version=1).status_code == 204
    answers = [
        {
            "id": str(uuid4()),
            "item": item,
            "verdict": "pass",
            "device": "甲",
            "answered_at": "2020-11-26T02:00:00+00:00",
        }
        for item in ground.items(visit)
    ]
    key = str(uuid4())
    first = api.post(f"{path}/answers", {"answers": answers}, key=key)
    again = api.post(f"{path}/answers", {"answers": answers}, key=key)
    assert first.get_json() == again.get_json() and again.headers["Idempotency-Replayed"] == "true"
    assert {own["state"] for own in first.get_json()["receipts"]} == {"kept"}
    assert api.post(f"{path}/answers", {"answers": answers}).get_json()["rev"] == len(answers)
    digest = api.get(f"{path}/work").get_json()["digest"]
    for role in ("inspector", "unit"):
        sent = client.post(
            f"/api/v1{path}/signatures", content_type="multipart/form-data",
            data={"id": str(uuid4()), "role": role, "name": "某某", "digest": digest, "signed_at": "2020-11-26T02:00:00+00:00",
                  "file": (png(), "s.png")},
            headers={**ground.world.headers("inspector"), "Idempotency-Key": str(uuid4())},
        )  # fmt: skip
        assert sent.get_json()["state"] == "kept", sent.get_data(as_text=True)
    version = api.get(path).get_json()["line"]["version"]
    done = api.post(f"{path}/finish", {"summary": "好"}, version=version)
    assert done.get_json() == {
        "score": 10_000,
        "passed": len(answers),
        "failed": 0,
        "not_applicable": 0,
        "in_order": True,
    }
    assert head.get("/inspections/visits", state="finished").get_json()["total"] == 1


def test_round_when_planned_by_a_school_then_refused(ground: Ground, client: FlaskClient) -> None:
    api = Api(client, ground.world, "safety_a")
    assert api.post("/inspections/rounds", {}).status_code == 403


def test_pages_when_walked_through_by_the_district_then_a_round_stands(ground: Ground, app: Flask) -> None:
    browser = Browser.of(app, ground.world, "head")
    for kind in ("special", "joint", "peer", "blind"):
        assert browser.get(f"/inspections/rounds/new?kind={kind}").status_code == 200
    with ground.session() as session:
        today = local_date(session.now()).isoformat()
    form = {
        "idempotency_key": str(uuid4()), "kind": "blind", "title": "暗访", "checklist_id": str(ground.checklist()), "starts": today,
        "ends": today, "wanted": "1", "team": "1", "most": "2",
        "unit_ids": [str(ground.world.units[own]) for own in ("school_a", "school_b")],
        "person_ids": [str(ground.world.people[own]) for own in ("inspector", "officer")],
    }  # fmt: skip
    faulty = browser.post("/inspections/rounds/new", {**form, "idempotency_key": str(uuid4()), "wanted": "2"})
    assert faulty.status_code == 422 and "等于没有抽" in faulty.get_data(as_text=True)
    made = browser.post("/inspections/rounds/new", form)
    assert made.status_code == 302, made.get_data(as_text=True)
    page = browser.get(made.headers["Location"])
    assert "承诺值" in page.get_data(as_text=True)
    opened = browser.post(made.headers["Location"] + "/open", {"version": "2", "witness": "今日天晴"})
    assert opened.status_code == 302, opened.get_data(as_text=True)
    early = browser.post(made.headers["Location"] + "/reveal", {"version": "4"})
    assert early.status_code == 422
    gone = browser.post(made.headers["Location"] + "/cancel", {"version": "3", "reason": "演练"})
    assert gone.status_code in (302, 422)


def test_edit_page_when_published_then_a_copy_of_the_packs_becomes_the_districts_own(
    ground: Ground, app: Flask
) -> None:
    browser = Browser.of(app, ground.world, "head")
    source = ground.checklist("pack:daily")
    browser.get(f"/inspections/checklists/{source}")
    copied = browser.post(f"/inspections/checklists/{source}/copy", {})
    page = browser.get(copied.headers["Location"]).get_data(as_text=True)
    assert "门卫值守在岗" in page
    form = {
        "version": "1", "title": "本区日检查", "kinds": ["daily"], "publish": "1", "item.code": ["gate", ""], "item.content": ["门卫在岗", "食堂留样"],
        "item.standard": ["", "克重足"], "item.section": ["", ""], "item.clauses": ["WJ-2.5-12", ""], "item.law": ["", ""],
        "item.place": ["校门口", ""], "item.points": ["0", "10"], "item.weight": ["1", "2"],
        "item.kind": ["security/security.gate", "food/food.samples"], "item.grade": ["", ""], "item.photo": ["yes", "no"],
    }  # fmt: skip
    done = browser.post(copied.headers["Location"], form)
    assert done.status_code == 302, done.get_data(as_text=True)
    shown = browser.get(done.headers["Location"]).get_data(as_text=True)
    assert "本区日检查" in shown and "食堂留样" in shown


def test_desk_when_a_visit_waits_then_its_card_leads_there(ground: Ground, app: Flask) -> None:
    ground.special()
    assert "今天的检查" in Browser.of(app, ground.world, "inspector").get("/").get_data(as_text=True)
    assert "今天的检查" not in Browser.of(app, ground.world, "safety_a").get("/").get_data(as_text=True)


def test_hazard_page_when_found_on_a_visit_then_shows_it(ground: Ground, app: Flask) -> None:
    visit = ground.special()
    ground.start(visit)
    ground.fill(visit, "passage")
    hazard = ground.report(visit, "passage").hazard_id
    page = Browser.of(app, ground.world, "head").get(f"/hazards/{hazard}").get_data(as_text=True)
    assert f"/inspections/visits/{visit}" in page


def test_phone_page_when_kept_then_names_nobody_but_its_reader_and_asks_nothing_of_others(
    ground: Ground, app: Flask, client: FlaskClient
) -> None:
    visit = ground.special(people=("inspector", "officer"))
    ground.start(visit)
    ground.answer(visit, ground.sent("passage", "fail", note="堆放课桌"), who="officer")
    page = Browser.of(app, ground.world, "inspector").get(f"/inspections/visits/{visit}/go")
    work = Api(client, ground.world, "inspector").get(f"/inspections/visits/{visit}/work").get_json()
    for body in (page.get_data(as_text=True), str(work)):
        assert "堆放课桌" in body or "\\u5806" in body
        assert "officer" not in body and str(ground.world.people["officer"]) not in body
    assert work["heads"]["passage"][0]["mine"] is False
    assert "http://" not in page.get_data(as_text=True).replace("http://www.w3.org", "")
    worker = client.get("/sw.js")
    assert worker.headers["Service-Worker-Allowed"] == "/" and worker.headers["Cache-Control"] == "no-cache"
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]


def test_phone_page_when_not_on_the_team_then_refused(ground: Ground, app: Flask) -> None:
    visit = ground.special()
    ground.start(visit)
    assert Browser.of(app, ground.world, "officer").get(f"/inspections/visits/{visit}/go").status_code == 403
    assert Browser.of(app, ground.world, "safety_b").get(f"/inspections/visits/{visit}/go").status_code == 404


def round_form(ground: Ground, kind: str, **more: Any) -> dict[str, Any]:
    with ground.session() as session:
        today = local_date(session.now()).isoformat()
    return {
        "idempotency_key": str(uuid4()), "kind": kind, "title": "消防专项", "checklist_id": str(ground.checklist()), "starts": today,
        "ends": today, "wanted": "1", "team": "1", "most": "2",
        "unit_ids": [str(ground.world.units[own]) for own in ("school_a", "school_b")],
        "person_ids": [str(ground.world.people[own]) for own in ("inspector", "officer")], **more,
    }  # fmt: skip


def test_recusals_when_declared_in_the_page_then_in_the_sealed_pool(ground: Ground, app: Flask) -> None:
    browser = Browser.of(app, ground.world, "head")
    page = browser.get("/inspections/rounds/new?kind=blind").get_data(as_text=True)
    assert page.count("data-row>") == 1 and "申报回避" in page
    person, unit = str(ground.world.people["inspector"]), str(ground.world.units["school_a"])
    rows = {"avoid.person": [person, ""], "avoid.unit": [unit, ""]}
    made = browser.post("/inspections/rounds/new", round_form(ground, "blind", **rows))
    assert made.status_code == 302, made.get_data(as_text=True)
    with ground.session() as session:
        assert [unit, person] in session.scalars(select(Round)).one().pool["conflicts"]  # type: ignore[index]  # sealed
    assert "inspector" in browser.get(made.headers["Location"]).get_data(as_text=True)


def test_recusals_when_half_filled_or_of_strangers_then_said_and_kept_in_the_form(ground: Ground, app: Flask) -> None:
    browser = Browser.of(app, ground.world, "head")
    browser.get("/inspections/rounds/new?kind=blind")
    person, other = str(ground.world.people["inspector"]), str(ground.world.units["root"])
    half = browser.post(
        "/inspections/rounds/new", round_form(ground, "blind", **{"avoid.person": person, "avoid.unit": ""})
    )
    assert half.status_code == 422 and "每一行要选定检查人员和单位" in half.get_data(as_text=True)
    assert half.get_data(as_text=True).count("data-row>") == 2, "as it was, and a free row"
    strange = {"avoid.person": person, "avoid.unit": other}
    answer = browser.post("/inspections/rounds/new", round_form(ground, "blind", **strange))
    assert answer.status_code == 422 and "只能填写上面选中的检查人员和单位" in answer.get_data(as_text=True)


def test_recusals_when_declared_over_rest_then_nobody_visits_what_they_avoid(
    ground: Ground, client: FlaskClient
) -> None:
    api = Api(client, ground.world, "head")
    form = round_form(ground, "special")
    body = {name: form[name] for name in ("kind", "title", "checklist_id", "starts", "ends", "unit_ids", "person_ids")}
    avoid = [{"person_id": str(ground.world.people["inspector"]), "unit_id": str(ground.world.units["school_a"])}]
    made = api.post("/inspections/rounds", {**body, "avoid": avoid})
    assert made.status_code == 201, made.get_json()
    with ground.session() as session:
        rows = session.execute(
            select(Visit.unit_id, Inspector.person_id).join(Inspector, Inspector.visit_id == Visit.id)
        ).all()
    people = {unit: {person for own, person in rows if own == unit} for unit, _ in rows}
    assert people[ground.world.units["school_a"]] == {ground.world.people["officer"]}
    assert len(people[ground.world.units["school_b"]]) == 2


@pytest.mark.parametrize("path", ["/inspections", "/inspections/rounds", "/inspections/checklists"])
def test_list_pages_when_longer_then_no_more_queries(ground: Ground, app: Flask, path: str) -> None:
    browser, counts = Browser.of(app, ground.world, "head"), []
    engine = app.extensions["xiaoan"].db.engine("app")
    for units in (("school_a",), ("school_b", "kindergarten")):
        for unit in units:
            ground.special(unit)
            with ground.session() as session:
                copy_checklist(
                    session, actor=ground.world.actor("head", session), checklist_id=ground.checklist("pack:daily")
                )
        browser.get(path)
        with statements(engine) as sent:
            assert browser.get(path).status_code == 200
        counts.append(sum("tenants" not in statement for statement in sent))  # the directory is asked anew now and then
    assert counts[0] == counts[1]
