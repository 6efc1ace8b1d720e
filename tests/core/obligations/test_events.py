"""Duties after an event: they arise of what a feature tells, fall due by the minute, and only who may know is told."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from icalendar import Calendar

from core.access.actor import Actor, Coverage
from core.hooks.manager import Plugins
from core.http.paging import Paging
from core.http.runtime import KEY
from core.kernel.clock import FixedClock
from core.kernel.obligations import Standing
from core.kernel.schoolyear import Span
from core.obligations.queries import Asked, Tally, due_rows, due_sums, unit_tallies
from core.records.services.incidents import IncidentFacts, ReportFacts, report_incident
from tests.core.hazards.web import Api, Browser
from tests.factories.world import World

DAY = Span(date(2020, 11, 26), date(2020, 11, 26))
ALL = Coverage(None)
NOON = datetime(2020, 11, 26, 4, 0, tzinfo=UTC)
CODE = frozenset({"incident"})


@pytest.fixture
def plugins(app: Flask) -> Plugins:
    found: Plugins = app.extensions[KEY].plugins
    return found


def happen(world: World, clock: FixedClock, unit: str, *, known: datetime, told_after: timedelta) -> UUID:
    """An incident known at ``known`` whose 首报 goes out so much later."""
    clock.at = known + told_after
    with world.session() as session:
        return report_incident(
            session, actor=world.system,
            facts=IncidentFacts(unit_id=world.units[unit], category="injury", title="课间摔伤", occurred_at=known, known_at=known),
            report=ReportFacts(grade="general", facts="一人擦伤，已送医"),
        )  # fmt: skip


def rows(world: World, plugins: Plugins, reader: Actor | None, **asked: Any) -> list[tuple[str, Standing]]:
    with world.session(read_only=True) as session:
        page = due_rows(
            session,
            plugins,
            coverage=ALL,
            asked=Asked(DAY, codes=CODE, reader=reader, **asked),
            paging=Paging(page_size=50),
        )
    return [(row.unit_code, row.state) for row in page.items if row.due_on is not None]


def test_first_reports_fall_due_within_the_hour(world: World, clock: FixedClock, plugins: Plugins) -> None:
    happen(world, clock, "school_a", known=NOON, told_after=timedelta(minutes=20))
    late = happen(world, clock, "school_b", known=NOON + timedelta(hours=1), told_after=timedelta(minutes=61))
    with world.session(read_only=True) as session:
        asked = Asked(DAY, codes=CODE, reader=world.system)
        page = due_rows(session, plugins, coverage=ALL, asked=asked, paging=Paging(page_size=50))
        sums = due_sums(session, plugins, coverage=ALL, asked=asked)
        units = unit_tallies(session, plugins, coverage=ALL, asked=asked)
    found = [row for row in page.items if row.due_on is not None]
    assert [(row.unit_code, row.state) for row in found] == [("S001", Standing.FULFILLED), ("S002", Standing.LATE)]
    assert found[0].due_at == NOON + timedelta(hours=1)
    assert found[1].expected.found.key == f"incident@{late}"
    assert "第2号" in found[1].expected.found.title and "13:00" in found[1].expected.found.title
    told = [dict(one.tally.counts) for one in sums if one.expected.only is not None]
    assert told == [{Standing.FULFILLED: 1}, {Standing.LATE: 1}], "each is owed by one unit"
    assert sum((one.tally for one in sums), Tally()).counts == sum(units.values(), Tally()).counts
    assert units[world.units["school_b"]].of(Standing.LATE) == 1


def test_an_incident_is_told_to_nobody_who_may_not_know(world: World, clock: FixedClock, plugins: Plugins) -> None:
    happen(world, clock, "school_a", known=NOON, told_after=timedelta(minutes=20))
    readers = {who: world.actor(who) for who in ("head", "principal_a", "safety_b", "staff_a")}
    assert {who: bool(rows(world, plugins, actor)) for who, actor in readers.items()} == {
        who: actor.may("record:incident:read", world.units["school_a"]) for who, actor in readers.items()
    }
    assert not rows(world, plugins, None), "sums for nobody in particular say nothing of incidents"


def test_the_api_shows_the_minute(app: Flask, world: World, clock: FixedClock) -> None:
    happen(world, clock, "school_a", known=NOON, told_after=timedelta(minutes=20))
    body = Api(app.test_client(), world, "head").get("/due", code="incident", since="2020-11-26", until="2020-11-26")
    (row,) = [row for row in body.get_json()["items"] if row["date"]]
    assert (row["due_at"], row["state"], row["org_code"]) == ("2020-11-26T13:00:00+08:00", "fulfilled", "S001")


def test_the_calendar_feed_has_it_at_its_minute(app: Flask, world: World, clock: FixedClock) -> None:
    happen(world, clock, "school_a", known=NOON, told_after=timedelta(minutes=20))
    browser = Browser.of(app, world, "principal_a")
    browser.get("/due/feeds")
    shown = browser.post("/due/feeds", {}).get_data(as_text=True)
    path = "/due/feed/" + shown.split("/due/feed/")[1].split("<")[0]
    events = Calendar.from_ical(app.test_client().get(path).get_data()).walk("VEVENT")
    (one,) = [event for event in events if str(event["uid"]).startswith("incident@")]
    assert one.decoded("dtstart") == NOON + timedelta(hours=1)
    assert "课间摔伤" not in str(one["summary"]), "what happened is not for calendars"
