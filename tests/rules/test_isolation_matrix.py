"""Law: every route × a neighbour's id, a sibling school's id, nobody, a wrong role, a plugin that is off.

The rows come from the application's own route table, so a route without a row cannot exist. A neighbour's object must
be answered exactly as one that does not exist; each refusal has its positive twin, so that nothing passes by being broken.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text
from werkzeug.routing import Rule

from core.db.engines import Database
from core.http.guard import Guard
from core.http.limits import EXTENSION, Counters
from core.http.runtime import KEY
from core.kernel.clock import FixedClock
from core.tenancy.models import PluginSwitch
from tests.conftest import APP_CLOCK, NOW
from tests.factories.world import World, build, build_bureau
from tests.rules.samples import MAKERS, WORDS, Samples

READS = ("GET",)
MISSING = UUID("0192f5a0-0000-7000-8000-00000000dead")
CANARY, THEIRS = "金丝雀甲a1b2", "金丝雀乙c3d4"


@dataclass(frozen=True)
class Route:
    method: str
    rule: Rule
    guard: Guard

    @property
    def api(self) -> bool:
        return self.rule.rule.startswith("/api/")

    @property
    def id(self) -> str:
        return f"{self.method} {self.rule.rule}"

    def address(self, values: dict[str, str]) -> str:
        return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: values[found.group(1)], self.rule.rule)


@cache
def _routes(app: Flask) -> tuple[Route, ...]:
    return tuple(
        Route(method, rule, view.__guard__)
        for rule in app.url_map.iter_rules()
        if hasattr(view := app.view_functions[rule.endpoint], "__guard__")
        # What a bureau sees of districts is not reached from a district at all: tests/core/oversight has its matrix.
        and view.__guard__.permission != "dashboard:bureau:read"
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"})
    )


@pytest.fixture(scope="module")
def routes(app: Flask) -> tuple[Route, ...]:
    return _routes(app)


@dataclass
class Pair:
    ours: Samples
    theirs: Samples


@pytest.fixture(scope="module")
def pair(app: Flask, engines: Database) -> Pair:
    APP_CLOCK.at = NOW
    engines.clock = FixedClock(NOW)
    client = app.test_client()
    bureau = build_bureau(engines)
    found = Pair(Samples(build(engines), client, CANARY, bureau), Samples(build(engines), client, THEIRS, bureau))
    found.ours.make_all()
    found.theirs.make_all()
    return found


@pytest.fixture
def web(app: Flask, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """Without limits: the walk takes more papers in a minute than a person may, and a 429 would hide what stands behind it."""
    settings = app.extensions[KEY].settings
    unlimited = Counters(settings.redis_url, prefix=f"{settings.redis_prefix}:limit", factor=0)
    monkeypatch.setitem(app.extensions, EXTENSION, unlimited)
    APP_CLOCK.at = NOW
    return app.test_client(use_cookies=False)


def best(world: World, guard: Guard) -> str:
    """The person with the widest reach who has the route's permission."""
    for name in ("head", "leader", "safety_a", "principal_a", "keeper_a", "line_a", "staff_a", "inspector"):
        if guard.permission is None or world.actor(name).may(guard.permission):
            return name
    pytest.fail(f"nobody in the world may {guard.permission}: give the permission to a post of the pack")


def send(
    web: FlaskClient, route: Route, address: str, *, cookie: str | None = None, headers: dict[str, str] | None = None
) -> Any:
    sent = {"If-Match": '"1"', "Idempotency-Key": str(uuid4()), **(headers or {})}
    if cookie:
        sent["Cookie"] = f"xiaoan={cookie}"
    options: dict[str, Any] = {"json": {}} if route.api and route.method not in READS else {}
    return web.open(address, method=route.method, headers=sent, **options)


def read(answer: Any) -> str:
    return str(answer.get_data().decode(errors="replace"))


def told(answer: Any) -> tuple[int, str]:
    """Status and body without what differs between any two answers: request ids, form tokens."""
    body = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}", "ID", read(answer))
    return answer.status_code, re.sub(r"[0-9a-f]{64}", "TOKEN", body)


def parameters(route: Route) -> list[str]:
    return sorted(route.rule.arguments)


def objects(route: Route) -> list[str]:
    """Parameters that name a row of a tenant."""
    return [name for name in parameters(route) if name not in WORDS]


def test_routes_when_listed_then_every_parameter_has_a_sample(routes: tuple[Route, ...]) -> None:
    missing = {f"{route.id}: {name}" for route in routes for name in objects(route) if name not in MAKERS}
    assert missing == set()


def test_routes_when_listed_then_every_permission_is_declared(app: Flask, routes: tuple[Route, ...]) -> None:
    catalogue = app.extensions["xiaoan"].catalogue
    assert {route.id for route in routes if route.guard.permission and route.guard.permission not in catalogue} == set()


def test_neighbours_object_when_asked_for_then_answered_as_if_it_did_not_exist(
    routes: tuple[Route, ...], pair: Pair, web: FlaskClient, environ: dict[str, str]
) -> None:
    leaks = []
    before = fingerprint(environ["DATABASE_URL_MIGRATE"], pair.theirs.world)
    for route in routes:
        if not set(parameters(route)) - WORDS or route.guard.public:
            continue
        values = {name: pair.theirs[name] for name in parameters(route)}
        nothing = {name: str(MISSING) for name in parameters(route)}
        name = best(pair.ours.world, route.guard)
        with_theirs = _as(web, route, values, pair.ours, name)
        with_nothing = _as(web, route, nothing, pair.ours, name)
        if told(with_theirs) != _renamed(told(with_nothing), nothing, values) or with_theirs.status_code < 400:
            leaks.append(f"{route.id}: {with_theirs.status_code} instead of {with_nothing.status_code}")
        if route.method == "GET" and with_theirs.status_code != 404:
            leaks.append(f"{route.id}: {with_theirs.status_code} instead of 404")
    assert leaks == []
    assert fingerprint(environ["DATABASE_URL_MIGRATE"], pair.theirs.world) == before


def test_own_object_when_asked_for_then_shown(routes: tuple[Route, ...], pair: Pair, web: FlaskClient) -> None:
    """The positive twin: the same person, the same routes, an object of their own district."""
    faults = []
    for route in routes:
        if route.method != "GET" or not parameters(route) or route.guard.public:
            continue
        values = {name: pair.ours[name] for name in parameters(route)}
        answer = _as(web, route, values, pair.ours, best(pair.ours.world, route.guard))
        if answer.status_code not in (200, 302, 303, 304):
            faults.append(f"{route.id}: {answer.status_code} {read(answer)[:200]}")
    assert faults == []


def test_sibling_schools_object_when_asked_for_then_answered_as_if_it_did_not_exist(
    routes: tuple[Route, ...], pair: Pair, web: FlaskClient
) -> None:
    """Two schools of one district: what school A has, school B's director does not find."""
    leaks = []
    of_school_a = {
        "unit_id",
        "person_id",
        "hazard_id",
        "place_id",
        "fire_facilities_id",
        "fire_certificates_id",
        "certificates_id",
        "row_id",
        "draft_id",
        "acceptance_id",
        "patrol_id",
        "visit_id",
        "record_id",
        "finding_id",
        "incident_id",
        "shift_id",
        "plan_id",
        "file_id",
        "post_id",
    }
    director = pair.ours.world.actor("safety_b")
    for route in routes:
        names = objects(route)
        if not names or not set(names) <= of_school_a or route.guard.public:
            continue
        if route.guard.permission and not director.may(route.guard.permission):
            continue
        if route.guard.permission == "org:unit:read":  # the district's tree of units is open to all its schools
            continue
        values = {name: pair.ours[name] for name in parameters(route)}
        nothing = {**values, **{name: str(MISSING) for name in names}}
        with_theirs = _as(web, route, values, pair.ours, "safety_b")
        with_nothing = _as(web, route, nothing, pair.ours, "safety_b")
        if told(with_theirs) != _renamed(told(with_nothing), nothing, values) or with_theirs.status_code < 400:
            leaks.append(f"{route.id}: {with_theirs.status_code} instead of {with_nothing.status_code}")
    assert leaks == []


def test_nobody_when_asking_then_told_to_sign_in(routes: tuple[Route, ...], pair: Pair, web: FlaskClient) -> None:
    open_doors = []
    for route in routes:
        if route.guard.public:
            continue
        answer = send(web, route, route.address({name: pair.ours[name] for name in parameters(route)}))
        signed_out = answer.status_code == 401 or (
            answer.status_code in (302, 303) and "/sign-in" in answer.headers["Location"]
        )
        if not signed_out:
            open_doors.append(f"{route.id}: {answer.status_code}")
    assert open_doors == []


def test_person_without_posts_when_asking_then_refused(routes: tuple[Route, ...], pair: Pair, web: FlaskClient) -> None:
    cookie = pair.ours.cookie("nobody")
    open_doors = []
    for route in routes:
        if route.guard.permission is None:
            continue
        answer = send(web, route, route.address({name: pair.ours[name] for name in parameters(route)}), cookie=cookie)
        if answer.status_code not in (403, 404):
            open_doors.append(f"{route.id}: {answer.status_code}")
    assert open_doors == []


def test_plugin_when_off_then_its_routes_are_not_there(routes: tuple[Route, ...], pair: Pair, web: FlaskClient) -> None:
    found = []
    with switched_off(pair.ours.world):
        for route in routes:
            if route.guard.plugin is None:
                continue
            values = {name: pair.ours[name] for name in parameters(route)}
            answer = _as(web, route, values, pair.ours, "head")
            if answer.status_code != 404:
                found.append(f"{route.id}: {answer.status_code}")
    assert found == []


def test_pages_when_read_by_a_leader_then_hold_no_word_of_the_neighbour(
    routes: tuple[Route, ...], pair: Pair, web: FlaskClient
) -> None:
    """The canary: unique words in every text of both districts; nobody ever reads the other's."""
    leaks, own = [], 0
    for route in routes:
        if route.method != "GET" or route.guard.public:
            continue
        values = {name: pair.ours[name] for name in parameters(route)}
        answer = _as(web, route, values, pair.ours, best(pair.ours.world, route.guard))
        body = read(answer)
        if THEIRS in body:
            leaks.append(route.id)
        if answer.status_code >= 500:
            leaks.append(f"{route.id}: {answer.status_code}")
        own += CANARY in body
    assert leaks == []
    assert own >= 10, "our own words must show, or this test proves nothing"


def _as(web: FlaskClient, route: Route, values: dict[str, str], samples: Samples, name: str) -> Any:
    if route.api:
        return send(web, route, route.address(values), headers=samples.world.headers(name))
    from core.http import csrf
    from core.identity.keys import csrf_key, unpack

    cookie = samples.cookie(name)
    found = unpack(cookie)
    assert found is not None
    return send(
        web, route, route.address(values), cookie=cookie, headers={"X-CSRF-Token": csrf.token(csrf_key(found[1]))}
    )


def _renamed(answer: tuple[int, str], old: dict[str, str], new: dict[str, str]) -> tuple[int, str]:
    """An answer may repeat the id that was asked for, as the asker sent it."""
    status, body = answer
    for name, value in old.items():
        body = body.replace(value, new[name])
    return status, re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}", "ID", body)


class switched_off:  # noqa: N801  reads as a statement
    """All plugins of a district are off while the block lasts."""

    def __init__(self, world: World) -> None:
        self.world = world

    def _set(self, until: Any) -> None:
        with self.world.session() as session:
            for switch in session.query(PluginSwitch):
                switch.on_until = until

    def __enter__(self) -> None:
        self._set(NOW.date().replace(year=2020, month=1, day=2))

    def __exit__(self, *_: object) -> None:
        self._set(None)


def fingerprint(url: str, world: World) -> dict[str, str]:
    """A hash of every row of a tenant, table by table, as only the migration login can see them."""
    engine = create_engine(url)
    prints: dict[str, str] = {}
    with engine.connect() as connection:
        tables = connection.scalars(
            text(
                "select table_name from information_schema.columns where table_schema = 'app' and column_name = 'tenant_id'"
            )
        ).all()
        for table in sorted(tables):
            found = connection.scalar(
                text(
                    f"select md5(string_agg(t::text, '|' order by t::text)) from app.{table} t where tenant_id = :tenant"
                ),
                {"tenant": world.tenant.id},
            )
            prints[table] = str(found)
    engine.dispose()
    return prints
