"""The audit log as people read it: for those who may, page by page, and as a file that runs nothing."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from uuid import UUID

from flask import Flask

from core.audit.queries import AuditCard
from core.audit.services import record
from core.audit.words import AuditWords
from core.workbench.audit_csv import audit_csv, neutral
from tests.core.hazards.web import Api, Browser
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
