"""Turns: nobody has all of a process while others ask, alone one has everything, and what becomes free goes round."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from core.http.shares import LATELY_S, WAIT_S, Busy, Shares
from tests.core.http.conftest import Site

LOUD, QUIET, THIRD = 1, 2, 3
LONG_S = 60
"""Longer than a busy machine lets a thread wait."""


@dataclass
class Asking:
    """A request in a thread of its own that holds its turn until it is let go. Made, it has its turn or stands in the queue."""

    shares: Shares
    tenant_id: int
    got: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)
    refused: bool = False

    def __post_init__(self) -> None:
        queue = self.shares._waiting
        before, deadline = len(queue), time.monotonic() + LONG_S
        self.thread = threading.Thread(target=self._ask, daemon=True)
        self.thread.start()
        while not (self.got.is_set() or len(queue) > before):
            assert self.thread.is_alive() and time.monotonic() < deadline, "it neither has its turn nor waits for it"
            time.sleep(0.001)

    def _ask(self) -> None:
        try:
            with self.shares.turn(self.tenant_id):
                self.got.set()
                self.over.wait()
        except Busy:
            self.refused = True

    def has_it(self) -> bool:
        return self.got.wait(LONG_S)

    def waits(self) -> bool:
        return not self.got.wait(0.05)

    def end(self) -> None:
        self.over.set()
        self.thread.join(LONG_S)


Crowd = list[Asking]


@pytest.fixture
def crowd() -> Iterator[Crowd]:
    present: Crowd = []
    yield present
    for one in present:  # all are let go before anybody is waited for: some stand in the queue behind others
        one.over.set()
    for one in present:
        one.end()


def asks(crowd: Crowd, shares: Shares, tenant_id: int) -> Asking:
    crowd.append(Asking(shares, tenant_id))
    return crowd[-1]


def some(shares_wait: float = WAIT_S) -> Shares:
    """On a clock that stands: whoever asked has asked lately."""
    return Shares(at_once=3, share=1, most=3, wait_s=shares_wait, now=lambda: 0.0)


def test_turn_when_alone_then_everything_and_never_refused(crowd: Crowd) -> None:
    shares = some()
    first = [asks(crowd, shares, LOUD) for _ in range(3)]
    assert all(one.has_it() for one in first)
    more = [asks(crowd, shares, LOUD) for _ in range(5)]
    assert all(one.waits() for one in more) and not any(one.refused for one in more)
    first[0].end()
    assert more[0].has_it()


def test_turn_when_others_ask_then_one_tenant_has_its_share_and_the_other_comes_at_once(crowd: Crowd) -> None:
    shares = some()
    asks(crowd, shares, QUIET).end()
    loud = [asks(crowd, shares, LOUD) for _ in range(3)]
    assert loud[0].has_it() and loud[1].waits() and loud[2].waits()
    assert asks(crowd, shares, QUIET).has_it(), "two places are free for whoever has none"


def test_turn_when_too_many_of_one_wait_beside_others_then_refused_at_once(crowd: Crowd) -> None:
    shares = some()
    asks(crowd, shares, QUIET).end()
    loud = [asks(crowd, shares, LOUD) for _ in range(3)]
    assert loud[0].has_it()
    begun = time.monotonic()
    with pytest.raises(Busy) as refused, shares.turn(LOUD):
        raise AssertionError("that was the fourth")
    assert time.monotonic() - begun < 1
    assert refused.value.retry_after_s == 1
    with shares.turn(QUIET):
        pass


def test_turn_when_one_becomes_free_then_it_goes_to_whoever_has_fewest(crowd: Crowd) -> None:
    shares = Shares(at_once=2, share=2, most=10, now=lambda: 0.0)
    first = [asks(crowd, shares, LOUD), asks(crowd, shares, LOUD)]
    assert all(one.has_it() for one in first)
    waiting = [asks(crowd, shares, LOUD)]
    assert waiting[0].waits()
    late = asks(crowd, shares, QUIET)
    assert late.waits()
    first[0].end()
    assert late.has_it()
    assert waiting[0].waits()


def test_turn_when_the_others_fell_silent_then_all_is_free_again(crowd: Crowd) -> None:
    clock = [0.0]
    shares = Shares(at_once=3, share=1, most=3, now=lambda: clock[0])
    with shares.turn(QUIET):
        pass
    loud = [asks(crowd, shares, LOUD), asks(crowd, shares, LOUD)]
    assert [one.got.is_set() for one in loud] == [True, False]
    clock[0] += LATELY_S + 1
    assert asks(crowd, shares, LOUD).waits(), "whoever came first goes first"
    loud[0].end()
    assert all(one.has_it() for one in loud)


def test_turn_when_it_does_not_come_in_time_then_refused_and_its_place_is_free(crowd: Crowd) -> None:
    shares = some(shares_wait=0.05)
    held = [asks(crowd, shares, LOUD) for _ in range(3)]
    assert all(one.has_it() for one in held)
    with pytest.raises(Busy), shares.turn(LOUD):
        raise AssertionError
    for one in held:
        one.end()
    with shares.turn(LOUD), shares.turn(LOUD), shares.turn(LOUD):
        pass


def test_turns_when_many_threads_come_and_go_then_never_more_at_once_than_said() -> None:
    shares, lock = Shares(at_once=3, share=2, most=100), threading.Lock()
    now: dict[int, int] = {}
    worst = {"all": 0, LOUD: 0}
    done = []

    def work(tenant_id: int) -> None:
        for _ in range(60):
            with shares.turn(tenant_id):
                with lock:
                    now[tenant_id] = now.get(tenant_id, 0) + 1
                    worst["all"] = max(worst["all"], sum(now.values()))
                time.sleep(0.0005)
                with lock:
                    now[tenant_id] -= 1
        done.append(tenant_id)

    threads = [threading.Thread(target=work, args=(tenant_id,)) for tenant_id in (LOUD, LOUD, LOUD, LOUD, QUIET, THIRD)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONG_S)
    assert len(done) == 6
    assert worst["all"] == 3


def test_request_when_its_tenant_has_too_many_then_503_with_retry_after(site: Site) -> None:
    runtime = site.app.extensions["xiaoan"]
    tenant_id = site.world.tenant.id
    before, runtime.shares = runtime.shares, Shares(at_once=1, share=1, most=1)
    try:
        with runtime.shares.turn(tenant_id + 1):
            pass
        with runtime.shares.turn(tenant_id):
            answer = site.client().get("/api/v1/notes/x", headers=site.headers("head"))
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "1"
        assert site.client().get("/api/v1/notes/x", headers=site.headers("head")).status_code == 404
    finally:
        runtime.shares = before
