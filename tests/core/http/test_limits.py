"""How often somebody may ask: counted by person and by tenant, in Redis and without it."""

from __future__ import annotations

import time
from dataclasses import replace
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.http import limits
from core.http.limits import Budget, Counters
from core.kernel.errors import TooMany
from core.settings import Settings
from tests.factories.world import World

FEW = Budget("few", "2/minute", "3/minute")


def fresh() -> str:
    return uuid4().hex


def spent(counters: Counters, amount: str, *key: str) -> int:
    """How many pass before one is refused."""
    for number in range(50):
        try:
            counters.spend(amount, *key, scaled=True)
        except TooMany:
            return number
    raise AssertionError("never refused")


def test_counter_when_two_processes_share_redis_then_they_share_the_count(settings: Settings) -> None:
    one, other = (Counters(settings.redis_url, prefix=settings.redis_prefix) for _ in range(2))
    key = fresh()
    one.spend("2/minute", key)
    other.spend("2/minute", key)
    with pytest.raises(TooMany):
        one.spend("2/minute", key)
    one.spend("2/minute", fresh())


def test_counter_when_redis_is_away_then_the_process_counts_and_does_not_wait_for_it() -> None:
    lonely = Counters("redis://127.0.0.1:1/0", prefix="x")
    key = fresh()
    assert spent(lonely, "3/minute", key) == 3
    took = []
    for _ in range(3):  # the best of them: other work on the machine only adds to the time
        begun = time.perf_counter()
        for _ in range(100):
            lonely.spend("1000/minute", key)
        took.append(time.perf_counter() - begun)
    assert min(took) < 0.5


@pytest.mark.parametrize(("factor", "passed"), [(1, 2), (3, 6)])
def test_counter_when_scaled_then_more_pass(settings: Settings, factor: int, passed: int) -> None:
    assert (
        spent(Counters(settings.redis_url, prefix=settings.redis_prefix, factor=factor), "2/minute", fresh()) == passed
    )


def test_counter_when_lifted_then_people_pass_but_addresses_do_not(settings: Settings) -> None:
    lifted, key = Counters(settings.redis_url, prefix=settings.redis_prefix, factor=0), fresh()
    for _ in range(20):
        lifted.spend("2/minute", key, scaled=True)
    lifted.spend("1/minute", key)
    with pytest.raises(TooMany):
        lifted.spend("1/minute", key)


def test_writes_when_a_person_sends_too_many_then_429_with_retry_after_and_colleagues_go_on(
    client: FlaskClient, world: World, neighbour: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "WRITES", FEW)

    def send(of: World, name: str) -> tuple[int, str]:
        headers = {**of.headers(name), "Idempotency-Key": str(uuid4())}
        answer = client.post("/api/v1/hazards", json={}, headers=headers)
        return answer.status_code, answer.headers.get("Retry-After", "")

    assert [send(world, "head")[0] for _ in range(2)] == [422, 422]
    code, wait = send(world, "head")
    assert code == 429 and 1 <= int(wait) <= 60
    assert client.get("/api/v1/tokens", headers=world.headers("head")).status_code == 200
    assert send(world, "officer")[0] == 422
    assert send(world, "officer")[0] == 429, "the tenant's own budget is used up"
    assert send(neighbour, "head")[0] == 422


def test_searches_and_exports_when_too_many_then_429_while_plain_lists_go_on(
    client: FlaskClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SEARCHES", FEW)
    headers = world.headers("head")
    answers = [client.get("/api/v1/hazards?text=a", headers=headers).status_code for _ in range(3)]
    assert answers == [200, 200, 429]
    assert client.get("/api/v1/hazards?text=", headers=headers).status_code == 200
    assert client.get("/api/v1/hazards", headers=headers).status_code == 200


def test_exports_when_too_many_then_a_page_says_so(
    app: Flask, client: FlaskClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.core.hazards.web import Browser

    monkeypatch.setattr(limits, "EXPORTS", FEW)
    browser = Browser.of(app, world, "head")
    browser.get("/audit")
    assert [browser.post("/audit/export", {}).status_code for _ in range(3)] == [200, 200, 429]
    assert "操作太频繁" in browser.post("/audit/export", {}).get_data(as_text=True)


def test_requests_when_redis_is_away_then_answered(world: World, settings: Settings, clock) -> None:  # type: ignore[no-untyped-def]  # the shared fixture
    from core.app import create_app

    lonely = create_app(replace(settings, redis_url="redis://127.0.0.1:1/0"), clock=clock).test_client()
    assert lonely.get("/api/v1/hazards?text=a", headers=world.headers("head")).status_code == 200


def test_limits_when_spent_then_cost_little(settings: Settings) -> None:
    """Two counts a write; the median, for the machine has other things to do."""
    counters, key, took = Counters(settings.redis_url, prefix=settings.redis_prefix), fresh(), []
    for _ in range(200):
        begun = time.perf_counter()
        counters.spend(limits.WRITES.person, key, "person")
        counters.spend(limits.WRITES.tenant, key)
        took.append(time.perf_counter() - begun)
    assert sorted(took)[100] < 0.005
