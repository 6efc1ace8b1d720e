"""Duties after an event: they arise of what a feature tells, fall due by the minute, and only who may know is told."""

from __future__ import annotations

from collections.abc import Callable
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
from core.registers.feature import join, registers_of
from core.registers.services import create_entry, retire_entry
from tests.core.hazards.web import Api, Browser
from tests.core.obligations.conftest import Fact, evidence_from, plugins_with
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


def test_a_warning_that_the_bureau_enters_is_owed_by_every_school(district: Callable[..., World]) -> None:
    """「极端天气…预警」: all schools owe the answer by the next day; lower levels and other kinds nobody; entered by mistake and taken out, gone."""
    day = date(2020, 7, 6)
    world = district("sip", on=day)
    answered = Fact(world.units["primary-1"], "warning_response", day + timedelta(days=1))
    plugins = plugins_with([evidence_from([answered], activities=["warning_response"])])
    join(plugins)
    registers = registers_of(plugins)
    rain = {"name": "7月6日暴雨橙色预警", "of_kind": "rainstorm", "level": "two", "issuer": "气象台", "issued_on": day}
    with world.session() as session:
        kept = registers.get(session, "issued_warnings")
        entries = [
            create_entry(
                session, actor=world.system, registers=registers, register=kept, unit_id=world.units["root"], given={"extra": own}
            )
            for own in (rain, rain | {"name": "蓝色", "level": "four"}, rain | {"name": "治安", "of_kind": "security"})
        ]  # fmt: skip
    asked = Asked(Span(day, day + timedelta(days=3)), codes=frozenset({"weather-response"}))

    def told() -> dict[str, Standing]:
        with world.session(read_only=True) as session:
            page = due_rows(session, plugins, coverage=ALL, asked=asked, paging=Paging(page_size=50))
            sums = due_sums(session, plugins, coverage=ALL, asked=asked)
        assert sum(one.tally.total for one in sums) == page.total
        dated = [row for row in page.items if row.due_on is not None]
        assert {row.expected.found.key for row in dated} <= {f"weather-response@{entries[0]}"}
        assert all(
            row.due_on == day + timedelta(days=1) and f"{rain['name']}，2020-07-06起算" == str(row.expected.found.title)
            for row in dated
        )
        return {row.unit_code: row.state for row in dated}

    states = told()
    schools = {code for code in world.units if code.split("-")[0] in {"primary", "junior", "kindergarten"}}
    assert schools <= states.keys() and states.pop("primary-1") is Standing.FULFILLED
    assert set(states.values()) == {Standing.UNDER_WAY} and "bureau" not in states
    with world.session() as session:
        retire_entry(
            session,
            actor=world.system,
            register=registers.get(session, "issued_warnings"),
            entry_id=entries[0],
            version=1,
        )
    assert told() == {}
