"""Pages, REST and the calendar feed as people of a district use them."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from icalendar import Calendar

from core.access.actor import Coverage
from core.db.engines import Database
from core.http.paging import Paging
from core.http.runtime import KEY
from core.kernel.clock import FixedClock
from core.kernel.schoolyear import Span
from core.obligations.queries import Asked, due_rows
from tests.core.hazards.web import Api, Browser, statements
from tests.factories.world import World

SPAN = {"since": "2020-09-01", "until": "2020-12-31"}
PAGES = (
    "/due", "/due?month=2020-12", "/due/list", "/due/list?state=overdue&since=2020-10-01", "/due/district",
    "/due/duties/drill-routine", "/due/numbers", "/due/feeds",
)  # fmt: skip


@pytest.fixture
def head(app: Flask, world: World) -> Browser:
    return Browser.of(app, world, "head")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("who", ["head", "safety_a", "staff_a"])
def test_pages_open_for_whoever_may_look(app: Flask, world: World, path: str, who: str) -> None:
    answer = Browser.of(app, world, who).get(path)
    assert answer.status_code == (403 if not world.actor(who).may("obligation:due:read") else 200), path


def test_a_duty_leads_whoever_owes_it_to_the_form_that_counts(app: Flask, world: World) -> None:
    duty = "/due/duties/traffic-day"
    page = Browser.of(app, world, "safety_a").get(duty).get_data(as_text=True)
    assert 'href="/records/new/theme_activity?topics=traffic_day"' in page
    form = Browser.of(app, world, "safety_a").get("/records/new/theme_activity?topics=traffic_day")
    boxes = re.findall(r'<input type="checkbox"[^>]*name="topics"[^>]*>', form.get_data(as_text=True))
    assert [box for box in boxes if "checked" in box] == [box for box in boxes if 'value="traffic_day"' in box] != []
    daily = Browser.of(app, world, "safety_a").get("/due/duties/daily-management").get_data(as_text=True)
    assert "/inspections/new?kind=daily" in daily
    for who in ("head", "staff_a"):  # the bureau owes none of them, and who may not record is led nowhere
        assert "/records/new/" not in Browser.of(app, world, who).get(duty).get_data(as_text=True)


def test_the_list_says_what_due_says(app: Flask, world: World) -> None:
    body = Api(app.test_client(), world, "safety_a").get("/due", page_size=200, **SPAN).get_json()
    assert {row["org_code"] for row in body["items"]} == {"S001"}
    assert {"obligation", "period", "source", "state", "date", "due_at", "title"} <= set(body["items"][0])
    drills = [row for row in body["items"] if row["obligation"] == "drill-routine"]
    assert drills == [] or drills[0]["source"] == ["WJ-2.11-35"]
    overdue = Api(app.test_client(), world, "safety_a").get("/due", state="overdue", **SPAN).get_json()
    assert overdue["total"] == sum(1 for row in body["items"] if row["state"] == "overdue")


def test_a_school_sees_no_others(app: Flask, world: World) -> None:
    other = str(world.units["school_b"])
    api = Api(app.test_client(), world, "safety_a")
    assert api.get("/due", unit_id=other, **SPAN).get_json()["total"] == 0
    assert Browser.of(app, world, "safety_a").get(f"/due?unit_id={other}").status_code == 404


def test_lists_need_as_many_queries_for_one_row_as_for_three(
    world: World, engines: Database, app: Flask, clock: FixedClock
) -> None:
    api = Api(app.test_client(), world, "head")
    counts = []
    for size in (1, 3):
        for path in ("/due", "/due/sums", "/due/numbers"):
            api.get(path, page_size=size)
        with statements(engines.engine("app")) as sent, world.session(read_only=True) as session:
            plugins = app.extensions[KEY].plugins
            page = due_rows(
                session, plugins, coverage=Coverage(None), asked=Asked(Span(date(2020, 9, 1), date(2020, 12, 31))),
                paging=Paging(page_size=size),
            )  # fmt: skip
        assert len(page.items) == size
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 5


def test_sums_and_rows_agree(app: Flask, world: World) -> None:
    api = Api(app.test_client(), world, "head")
    sums = api.get("/due/sums", page_size=200, **SPAN).get_json()
    rows: list[dict[str, Any]] = []
    page = 1
    while True:
        body = api.get("/due", page_size=200, page=page, **SPAN).get_json()
        rows += body["items"]
        if len(rows) >= body["total"]:
            break
        page += 1
    counted: dict[str, dict[str, int]] = {}
    for row in rows:
        counted.setdefault(row["obligation"], {}).setdefault(row["state"], 0)
        counted[row["obligation"]][row["state"]] += 1
    assert {one["obligation"]: one["states"] for one in sums["items"]} == counted


def test_a_feed_is_read_by_its_secret_until_it_is_revoked(app: Flask, world: World) -> None:
    browser = Browser.of(app, world, "safety_a")
    browser.get("/due/feeds")
    shown = browser.post("/due/feeds", {}).get_data(as_text=True)
    address = shown.split('x-feed-address">')[1].split("<")[0]
    path = address[address.index("/due/feed/") :]
    anonymous = app.test_client()
    answer = anonymous.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    raw = answer.get_data()
    assert all(len(line) <= 75 for line in raw.split(b"\r\n")), "RFC 5545 3.1: lines are folded"
    found = Calendar.from_ical(raw)
    events = found.walk("VEVENT")
    assert events
    assert len({str(event["uid"]) for event in events}) == len(events)
    plan = next(event for event in events if "one-year-task" in str(event["uid"]))
    assert plan.decoded("dtstart") == date(2020, 12, 31)
    assert "WJ-3.2-10" in str(plan["description"])
    assert "第二初级中学" not in raw.decode()
    assert anonymous.get(path.replace(".ics", "x.ics")).status_code == 404
    listed = browser.get("/due/feeds").get_data(as_text=True)
    feed_id = listed.split("/due/feeds/")[1].split("/")[0]
    assert Browser.of(app, world, "safety_b").post(f"/due/feeds/{feed_id}/revoke", {}).status_code in (400, 403, 404)
    assert browser.post(f"/due/feeds/{feed_id}/revoke", {}).status_code == 302
    assert anonymous.get(path).status_code == 404


def test_a_neighbours_secret_opens_only_the_neighbours_feed(app: Flask, world: World, neighbour: World) -> None:
    browser = Browser.of(app, world, "safety_a")
    browser.get("/due/feeds")
    shown = browser.post("/due/feeds", {}).get_data(as_text=True)
    secret = shown.split("/due/feed/")[1].split(".ics")[0]
    own, rest = secret.split(".", 1)
    assert app.test_client().get(f"/due/feed/{neighbour.tenant.id}.{rest}.ics").status_code == 404
    assert app.test_client().get(f"/due/feed/{own}.{rest}.ics").status_code == 200


def test_numbers_are_refused_where_no_obligation_asks_for_them(app: Flask, world: World) -> None:
    unit = str(world.units["school_a"])
    answer = app.test_client().put(
        "/api/v1/due/numbers", json={"unit_id": unit, "name": "own_drills", "number": 2},
        headers={**world.headers("safety_a"), "If-Match": '"0"', "Idempotency-Key": str(uuid4())},
    )  # fmt: skip
    assert answer.status_code == 404  # wujin's notice has no 8+n


def test_the_desk_says_what_is_overdue(app: Flask, world: World, clock: FixedClock) -> None:
    desk = Browser.of(app, world, "safety_a").get("/").get_data(as_text=True)
    rows = Api(app.test_client(), world, "safety_a").get(
        "/due", state="overdue", since="2020-08-26", until="2020-11-29"
    )
    late = rows.get_json()["items"]
    assert ("逾期未完成的事项" in desk) == bool(late)


def test_feeds_over_rest_are_made_by_people_listed_and_taken_back(app: Flask, world: World) -> None:
    browser = Browser.of(app, world, "safety_a")
    browser.get("/due/feeds")
    signed = {"X-CSRF-Token": browser.token, "Idempotency-Key": str(uuid4())}
    made = browser.client.post("/api/v1/due/feeds", headers=signed)
    assert made.status_code == 201
    path = made.get_json()["address"].split("/due/feed/")[1]
    assert app.test_client().get(f"/due/feed/{path}").status_code == 200
    api = Api(app.test_client(), world, "safety_a")
    assert api.post("/due/feeds", {}).status_code == 409, "a token may not leave something that outlives it"
    (listed,) = api.get("/due/feeds").get_json()["items"]
    assert (listed["id"], "address" in listed, listed["version"]) == (made.get_json()["id"], False, 1)
    assert Api(app.test_client(), world, "safety_b").get("/due/feeds").get_json()["total"] == 0
    gone = {"safety_b": 404, "safety_a": 204}
    for who, status in gone.items():
        headers = {**world.headers(who), "If-Match": '"1"'}
        assert app.test_client().delete(f"/api/v1/due/feeds/{listed['id']}", headers=headers).status_code == status
    assert app.test_client().get(f"/due/feed/{path}").status_code == 404
    assert api.get("/due/feeds").get_json()["total"] == 0
