"""What is measured: each request beside the same SQL through psycopg2 and a bare reply of the same server, in turn."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from statistics import median
from typing import Any
from urllib.parse import quote

from flask import Flask

from core.http.runtime import KEY
from tests.bench.capture import Replay, Taken, fresh_key, fresh_no, taking_down
from tests.bench.clients import Ask, Line, request, together
from tests.bench.processor import Processor
from tests.bench.volume import Measured, Volume

BARE = request("GET", "/bare", headers={})


@dataclass(frozen=True)
class Asked:
    """One request: how it is written down, and what stands in its SQL that must be another each time."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any = None
    status: int = 200
    others: dict[str, str] = field(default_factory=dict)

    def raw(self) -> bytes:
        return request(self.method, self.path, headers=self.headers, body=self.body)


@dataclass(frozen=True)
class Measure:
    """``asked``: endless requests (each fits once). ``at_most``: times (bare reply + SQL), None where nobody set one."""

    name: str
    asked: Callable[[], Iterator[Asked]]
    at_most: float | None = None
    writes: bool = False


def measures(volume: Volume, prepared: Callable[[int], list[str]]) -> list[Measure]:
    """``prepared(n)``: ids of that many hazards that were just reported in the largest district."""
    large = volume.largest

    def read(
        path: str, *, role: str = "head", page: bool = False, of: Measured = large
    ) -> Callable[[], Iterator[Asked]]:
        headers = {"Cookie": f"xiaoan={of.cookies[role]}"} if page else {"Authorization": f"Bearer {of.tokens[role]}"}
        return lambda: iter(lambda: Asked("GET", path, headers), None)

    detail = f"/api/v1/hazards/{prepared(1)[0]}"
    return [
        Measure("list", read("/api/v1/hazards"), 3),
        Measure("filter", read("/api/v1/hazards?domain=fire&due=overdue"), 3),
        Measure("list_of_school", read("/api/v1/hazards", role="safety_a"), 3),
        Measure("list_of_middle", read("/api/v1/hazards", of=volume.middle), 3),
        Measure("detail", read(detail), 3),
        Measure("create", lambda: _creations(large), 3, writes=True),
        Measure("transition", lambda: _transitions(large, prepared), 3, writes=True),
        Measure("html_list", read("/hazards", page=True), 5),
        Measure("district_dashboard", read("/district", page=True)),
        Measure("bureau_dashboard", read("/bureau", role="officer", page=True, of=volume.bureau)),
        Measure("search", read("/api/v1/search?q=" + quote("灭火器 食堂"))),
        Measure("search_common", read("/api/v1/search?q=" + quote("消防"))),
        Measure("search_of_school", read("/api/v1/search?q=" + quote("消防"), role="safety_a")),
        Measure("html_list_of_middle", read("/hazards", page=True, of=volume.middle), 5),
        Measure("search_of_middle", read("/api/v1/search?q=" + quote("消防"), of=volume.middle)),
        Measure("search_number", read("/api/v1/search?q=04231")),
    ]


def report(district: Measured) -> Asked:
    body = {
        "unit_id": district.units["school_a"], "domain": "fire", "category": "fire.passage", "place": "教学楼二层东侧",
        "description": "疏散通道堆放课桌椅，通行宽度不足，请总务处当日清空并张贴标识", "source": "self_check",
    }  # fmt: skip
    key = fresh_key()
    headers = {"Authorization": f"Bearer {district.tokens['safety_a']}", "Idempotency-Key": key}
    return Asked("POST", "/api/v1/hazards", headers, body, 201, {"key": key})


def _creations(district: Measured) -> Iterator[Asked]:
    while True:
        yield report(district)


def _transitions(district: Measured, prepared: Callable[[int], list[str]]) -> Iterator[Asked]:
    """台账登记: draws a number, so all of a district wait for each other, as they must."""
    while True:
        for hazard_id in prepared(20):
            headers = {"Authorization": f"Bearer {district.tokens['head']}", "If-Match": '"1"'}
            body = {"move": "register", "facts": {"grade": "general"}}
            yield Asked("POST", f"/api/v1/hazards/{hazard_id}/moves", headers, body, 200, {"id": hazard_id})


def taken_down(app: Flask, asked: Asked) -> tuple[Taken, str]:
    """The SQL of one request made in this process, and the body it answered."""
    client = app.test_client()
    headers = {name: value for name, value in asked.headers.items() if name != "Cookie"}
    if "Cookie" in asked.headers:
        name, _, value = asked.headers["Cookie"].partition("=")
        client.set_cookie(name, value)

    def ask() -> Any:
        return client.open(
            asked.path, method=asked.method, headers={**headers, "Accept-Language": "zh"}, json=asked.body
        )

    if asked.method == "GET":  # the first time also fetches what a process keeps in memory afterwards
        ask()
    with taking_down(app.extensions[KEY].db) as taken:
        answer = ask()
    text = answer.get_data(as_text=True)
    if answer.status_code != asked.status:
        raise RuntimeError(f"{asked.method} {asked.path}: {answer.status_code} {text[:500]}")
    return taken, text


@dataclass
class Timed:
    """Seconds by what was asked: bare reply, SQL alone, the request. ``queries`` of the request."""

    queries: int
    bytes: int
    bare: list[float] = field(default_factory=list)
    sql: list[float] = field(default_factory=list)
    own: list[float] = field(default_factory=list)
    ratios: list[float] = field(default_factory=list)
    """One a round: noise of the machine hits all three of a round alike."""
    spent: dict[str, list[float]] = field(default_factory=lambda: {"bare": [], "sql": [], "own": []})
    """Processor time of one question, by what was asked; one a round."""

    def told(self) -> dict[str, Any]:
        def ms(times: list[float]) -> dict[str, float]:
            ordered = sorted(times)
            return {
                "best": round(ordered[0] * 1000, 2), "median": round(median(ordered) * 1000, 2),
                "p95": round(ordered[int(len(ordered) * 0.95)] * 1000, 2),
            }  # fmt: skip

        return {
            "ratio": round(median(self.ratios), 2), "ratio_of_best": round(min(self.own) / (min(self.bare) + min(self.sql)), 2),
            **self._processor(), "own_ms": ms(self.own), "sql_ms": ms(self.sql), "bare_ms": ms(self.bare), "times": len(self.own),
        }  # fmt: skip

    def _processor(self) -> dict[str, Any]:
        least = {name: min(spent, default=0.0) for name, spent in self.spent.items()}
        beside = least["bare"] + least["sql"]
        told = {f"{name}_cpu_ms": round(spent * 1000, 2) for name, spent in least.items()}
        return {"cpu_ratio": round(least["own"] / beside, 2) if beside else 0.0, **told}


class Turns:
    """Runs one measure in rounds, the three of it in turn inside each round."""

    def __init__(
        self, app: Flask, address: tuple[str, int], urls: dict[str, str], measure: Measure, processor: Processor
    ) -> None:
        self.measure, self._processor = measure, processor
        self._requests = measure.asked()
        self._lines: list[Line] = []
        self._replays: list[Replay] = []
        self._address, self._urls = address, urls
        first = next(self._requests)
        begun = int(time.time() * 1000) - 1  # what UUIDv7 counts
        self._taken, body = taken_down(app, first)
        self._first, self._begun = first, begun if self._taken.writes else None
        self.size = len(body.encode())
        self.no = json.loads(body).get("no") if measure.writes else None

    @property
    def queries(self) -> int:
        return self._taken.queries

    def timed(self, clients: int) -> Timed:
        return Timed(self._taken.queries, self.size)

    def round(self, into: Timed, clients: int, each: int) -> None:
        """``each``: questions of each client."""
        self._ready(clients)
        lines, replays = self._lines[:clients], self._replays[:clients]
        for line in lines:
            line.open()
            line.ask(BARE, 200)
        bare, bare_spent = self._processor.spent(lambda: together([[_asker(line, BARE, 200)] * each for line in lines]))
        asks = [[self._sqler(replay) for _ in range(each)] for replay in replays]
        sql, sql_spent = self._processor.spent(lambda: together(asks))
        asked = [list(islice(self._requests, each)) for _ in lines]
        for line in lines:
            line.open()
            line.ask(BARE, 200)
        raw = [[_asker(line, one.raw(), one.status) for one in mine] for line, mine in zip(lines, asked, strict=True)]
        own, own_spent = self._processor.spent(lambda: together(raw))
        into.bare += bare
        into.sql += sql
        into.own += own
        for name, spent in (("bare", bare_spent), ("sql", sql_spent), ("own", own_spent)):
            into.spent[name].append(spent / (each * clients))
        into.ratios.append(median(own) / (median(bare) + median(sql)))

    def close(self) -> None:
        for line in self._lines:
            line.close()
        for replay in self._replays:
            replay.close()

    def _ready(self, clients: int) -> None:
        while len(self._lines) < clients:
            self._lines.append(Line(*self._address))
            self._replays.append(Replay(self._urls, self._taken, self._begun))

    def _sqler(self, replay: Replay) -> Ask:
        if not self.measure.writes:
            return partial(replay.once, replay.prepared())
        others = dict(zip(self._first.others.values(), next(self._requests).others.values(), strict=True))
        if self.no:
            others[self.no] = fresh_no()
        return partial(replay.once, replay.prepared(others))


def _asker(line: Line, raw: bytes, status: int) -> Ask:
    def ask() -> None:
        line.ask(raw, status)

    return ask


def prepared_by(app: Flask, district: Measured) -> Callable[[int], list[str]]:
    """Reports hazards in this process, beside the clock."""

    def make(count: int) -> list[str]:
        client = app.test_client()
        found = []
        for _ in range(count):
            asked = report(district)
            answer = client.open(asked.path, method="POST", headers=asked.headers, json=asked.body)
            if answer.status_code != 201:
                raise RuntimeError(answer.get_data(as_text=True)[:500])
            found.append(str(answer.get_json()["id"]))
        return found

    return make


def own_ratio(one: Sequence[float], other: Sequence[float]) -> float:
    return round(median(one) / median(other), 2)
