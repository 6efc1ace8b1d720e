"""Law: days that make no sense are answered in words: reversed ones, the ends of time, no days at all."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask

from core.db.engines import Database
from core.http.guard import Guard
from core.kernel.clock import FixedClock
from tests.conftest import APP_CLOCK, NOW
from tests.factories.world import World, build

FROM = re.compile(r"^(since|starts|\w+_from|on|day)$")
TO = re.compile(r"^(until|ends|\w+_to)$")
PAGES = (
    "since",
    "until",
    "starts",
    "ends",
    "found_from",
    "found_to",
    "due_from",
    "due_to",
    "closed_from",
    "closed_to",
    "day",
    "on",
)
"""What pages call days; REST says it in its document."""
ODD = {"reversed": ("2021-02-28", "2021-02-01"), "far": ("0001-01-01", "9999-12-31"), "one end": ("", "1999-01-01")}
NO_DAYS = (
    {"month": "0000-01", "period": "2020-13-45..0000-00-00"},
    {"month": "2199-12", "period": "0001-01-01..9999-12-31"},
)


@pytest.fixture(scope="module")
def district(engines: Database) -> World:
    APP_CLOCK.at = NOW
    engines.clock = FixedClock(NOW)
    return build(engines)


def lists(app: Flask) -> list[tuple[str, tuple[str, ...]]]:
    """Addresses without a parameter, and the names of the days that each takes."""
    paths = app.test_client().get("/api/openapi.json").get_json()["paths"]
    found = []
    for rule in app.url_map.iter_rules():
        guard: Guard | None = getattr(app.view_functions[rule.endpoint], "__guard__", None)
        if rule.arguments or "GET" not in (rule.methods or ()) or guard is None or guard.permission is None:
            continue
        told = paths.get(rule.rule, {}).get("get", {}).get("parameters", [])
        days = tuple(one["name"] for one in told if one.get("schema", {}).get("format") == "date")
        if days or not rule.rule.startswith("/api/"):
            found.append((rule.rule, days or PAGES))
    return found


def asked(names: tuple[str, ...], first: str, last: str) -> dict[str, str]:
    given = {name: first if FROM.match(name) else last for name in names}
    return {name: day for name, day in given.items() if day}


def test_lists_when_asked_for_days_that_make_no_sense_then_no_fault(app: Flask, district: World) -> None:
    client = app.test_client(use_cookies=False)
    faults: list[str] = []
    answers: dict[int, int] = {}

    def ask(address: str, values: dict[str, str]) -> Any:
        answer = client.get(f"{address}?{urlencode(values)}", headers=district.headers("head"))
        answers[answer.status_code] = answers.get(answer.status_code, 0) + 1
        if answer.status_code >= 500:
            faults.append(f"{answer.status_code} {address} {values}")

    for address, names in lists(app):
        for first, last in ODD.values():
            ask(address, asked(names, first, last))
        if names is PAGES:
            for values in NO_DAYS:
                ask(address, values)
    print(answers)
    assert not faults
    assert answers.get(422, 0) > 20, answers
