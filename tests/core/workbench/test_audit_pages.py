"""The audit log as people read it: for those who may, page by page, and as a file that runs nothing."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime
from uuid import UUID

from flask import Flask

from core.access.actor import Actor
from core.audit.queries import AuditCard
from core.audit.services import record
from core.audit.words import AuditWords
from core.workbench.audit_csv import audit_csv, neutral
from tests.core.hazards.web import Api, Browser, statements
from tests.factories.world import World


def some_entries(world: World, many: int) -> None:
    with world.session() as session:
        for number in range(many):
            record(session, actor=world.system, action="thing.done", object_kind="thing", object_id=number)


def test_csv_when_a_cell_would_be_a_formula_then_is_text(app: Flask) -> None:
    card = AuditCard(
        UUID(int=1),
        datetime(2020, 11, 26, 2, tzinfo=UTC),
        "person",
        None,
        "=cmd|'/c calc'!A1",
        "a.b",
        "thing",
        "+1",
        {"x": "@y"},
        None,
        "10.0.0.9",
        3,
    )
    with app.test_request_context():
        rows = list(csv.reader(io.StringIO(audit_csv([card], AuditWords(), mark="-甲").decode("utf-8-sig"))))
    assert rows[0] == ["'-甲"]
    assert rows[2][0] == "2020-11-26 10:00:00"
    assert rows[2][1].startswith("'=") and rows[2][7] == "'+1"
    assert neutral("正常") == "正常"


def test_log_when_longer_than_a_page_then_leads_to_older_ones(app: Flask, world: World) -> None:
    some_entries(world, 60)
    browser = Browser.of(app, world, "head")
    page = browser.get("/audit?action=thing.done").get_data(as_text=True)
    assert page.count("<tr>") - 1 == 50
    assert "before=" in page


def test_log_when_exported_then_that_is_written_into_the_log(app: Flask, world: World) -> None:
    some_entries(world, 3)
    browser = Browser.of(app, world, "head")
    browser.get("/audit")
    answer = browser.post("/audit/export", {"action": "thing.done"})
    assert answer.status_code == 200 and answer.mimetype == "text/csv"
    assert len(answer.get_data(as_text=True).strip().splitlines()) == 5
    assert "audit.exported" in browser.get("/audit").get_data(as_text=True)


def test_log_when_somebody_may_not_read_it_then_is_refused(app: Flask, world: World) -> None:
    assert Browser.of(app, world, "line_a").get("/audit").status_code == 403
    assert Api(app.test_client(), world, "line_a").get("/audit-entries").status_code == 403


def test_entries_when_asked_over_rest_then_come_in_the_envelope_and_only_ones_own(
    app: Flask, world: World, neighbour: World
) -> None:
    some_entries(world, 2)
    some_entries(neighbour, 5)
    answer = Api(app.test_client(), world, "head").get("/audit-entries", action="thing.*", page_size=1)
    assert (answer.status_code, answer.json["total"], len(answer.json["items"])) == (200, 2, 1)


def test_verify_when_ordered_then_a_job_waits(app: Flask, world: World) -> None:
    browser = Browser.of(app, world, "head")
    browser.get("/audit")
    assert browser.post("/audit/verify", {}).status_code == 302
    listed = Api(app.test_client(), world, "head").get("/jobs", kind="audit.verify")
    assert [item["state"] for item in listed.json["items"]] == ["queued"]


def test_verify_when_asked_by_somebody_who_reads_one_school_then_is_refused(app: Flask, world: World) -> None:
    browser = Browser.of(app, world, "principal_a")
    assert "/audit/verify" not in browser.get("/audit").get_data(as_text=True)
    assert browser.post("/audit/verify", {}).status_code == 403
    assert Api(app.test_client(), world, "head").get("/jobs", kind="audit.verify").json["items"] == []


def test_log_when_a_job_was_ordered_by_a_person_then_names_both(app: Flask, world: World) -> None:
    with world.session() as session:
        session.info["ordered_by"] = world.people["safety_a"]
        record(session, actor=Actor.system(world.tenant.id, "hazards.drafts"), action="thing.done", object_kind="thing", object_id=1)  # fmt: skip
    page = Browser.of(app, world, "head").get("/audit?action=thing.done").get_data(as_text=True)
    row = page[page.index("<tbody>") : page.index("</tbody>")]
    assert "台账规则检查" in row and "由测试safety.a发起" in row
    own = Api(app.test_client(), world, "principal_a").get("/audit-entries", action="thing.done").json["items"]
    assert [item["actor_id"] for item in own] == [str(world.people["safety_a"])]


def test_log_when_read_by_a_principal_then_holds_what_the_school_s_own_people_did(app: Flask, world: World) -> None:
    for by, unit in (("safety_a", "school_a"), ("safety_b", "school_b")):
        hazard_report(app, world, by=by, unit=unit)
    some_entries(world, 1)
    own, all_ = (Api(app.test_client(), world, name) for name in ("principal_a", "head"))
    entries = {
        item["actor_name"]: item["id"] for item in all_.get("/audit-entries", object_kind="hazard").json["items"]
    }
    assert set(entries) == {"测试safety.a", "测试safety.b"}
    assert {item["actor_name"] for item in own.get("/audit-entries", page_size=200).json["items"]} == {"测试safety.a"}
    assert own.get(f"/audit-entries/{entries['测试safety.a']}").status_code == 200
    assert own.get(f"/audit-entries/{entries['测试safety.b']}").status_code == 404
    browser = Browser.of(app, world, "principal_a")
    page = browser.get("/audit?object_kind=hazard").get_data(as_text=True)
    assert "测试safety.a" in page and "测试safety.b" not in page and "本单位人员" in page
    taken = browser.post("/audit/export", {"object_kind": "hazard"}).get_data(as_text=True)
    assert "测试safety.a" in taken and "测试safety.b" not in taken


def hazard_report(app: Flask, world: World, *, by: str = "safety_a", unit: str = "school_a") -> str:
    body = {
        "unit_id": str(world.units[unit]), "domain": "fire", "category": "fire.other", "title": "灭火器过期",
        "description": "灭火器过期", "place": "食堂", "grade": "general", "source": "self_check",
    }  # fmt: skip
    answer = Api(app.test_client(), world, by).post("/hazards", body)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return str(answer.json["id"])


def test_log_when_read_then_says_who_what_on_which_thing_and_from_where(app: Flask, world: World) -> None:
    hazard_id = hazard_report(app, world)
    page = Browser.of(app, world, "head").get("/audit?object_kind=hazard").get_data(as_text=True)
    row = page[page.index("<tbody>") : page.index("</tbody>")]
    assert "上报隐患" in row and "hazard.report" not in row.replace('title="hazard.report"', "").replace(
        "action=hazard.report", ""
    )
    assert f'<a href="/hazards/{hazard_id}">灭火器过期</a>' in row
    assert "127.0.0.1" in row
    assert "测试safety.a" in row


def test_log_when_facts_name_units_and_the_system_writes_then_words_and_no_ids(app: Flask, world: World) -> None:
    unit, gone = world.units["school_a"], UUID(int=7)
    with world.session() as session:
        for unit_id in (unit, gone):
            record(
                session, actor=Actor.system(world.tenant.id, "hazards.drafts"), action="hazard_draft.opened", object_kind="hazard_draft",
                object_id=unit_id, data={"unit_id": str(unit_id)},
            )  # fmt: skip
    page = Browser.of(app, world, "head").get("/audit?object_kind=hazard_draft").get_data(as_text=True)
    row = page[page.index("<tbody>") : page.index("</tbody>")]
    assert "第一小学" in row and "台账规则检查" in row
    cells = re.sub(r"<[^>]*>", "", row)
    assert str(unit) not in cells and str(gone) not in cells and "hazards.drafts" not in cells


def test_log_when_filtered_by_person_kind_and_day_then_only_those(app: Flask, world: World) -> None:
    hazard_report(app, world)
    some_entries(world, 2)
    api = Api(app.test_client(), world, "head")

    def listed(**filters: str) -> list[tuple[str, str]]:
        items = api.get("/audit-entries", page_size=200, **filters).json["items"]
        return [(item["action"], item["actor_name"]) for item in items]

    assert listed(object_kind="hazard") == [("hazard.report", "测试safety.a")]
    assert listed(actor="测试safety.a", object_kind="hazard") == [("hazard.report", "测试safety.a")]
    assert listed(actor="SAFETY.A", action="hazard.*") == [("hazard.report", "测试safety.a")]
    assert {name for _, name in listed(actor="测试")} == {world.system.name}
    assert listed(actor="nobody by that name") == []
    assert listed(object_kind="hazard", until="2020-11-25") == []
    assert listed(object_kind="hazard", since="2020-11-26", until="2020-11-26") == [("hazard.report", "测试safety.a")]


def test_entries_when_read_over_rest_then_carry_words_and_address(app: Flask, world: World) -> None:
    hazard_report(app, world)
    item = Api(app.test_client(), world, "head").get("/audit-entries", object_kind="hazard").json["items"][0]
    assert (item["action_title"], item["object_title"], item["origin"]) == ("上报隐患", "隐患", "127.0.0.1")


def test_log_when_longer_then_asks_no_more_queries(app: Flask, world: World) -> None:
    browser, counts = Browser.of(app, world, "head"), []
    with app.extensions["xiaoan"].db.tenant(world.tenant.id) as session:
        engine = session.get_bind()
    for _ in range(2):
        hazard_report(app, world)
        browser.get("/audit?object_kind=hazard")
        with statements(engine) as sent:
            assert browser.get("/audit?object_kind=hazard").status_code == 200
        counts.append(sum("tenants" not in statement for statement in sent))  # the directory is asked anew now and then
        hazard_report(app, world)
    assert counts[0] == counts[1]
