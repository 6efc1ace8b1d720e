"""What is no accident of a process: a job that kills whoever works on it, a district that sends without end, and nothing at
all, while somebody asks how soon the search knows what was just reported."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import func, select

from core.audit.models import AuditEntry
from core.jobs.models import DEAD, Job
from core.jobs.services import enqueue
from tests.factories.world import World
from tests.faults.load import EXPORT, HAZARD, REQUESTS, Line, Load, Sent
from tests.faults.poison import ATTEMPTS, KIND
from tests.faults.running import Outcome, Stage, broken, settled, told

POISONED = 3
PUT_OFF = frozenset({"503", "429", "409"})
"""What a district that sends too much may be told: come again (core.http.shares, core.http.limits)."""
QUIET_PAUSE_S = 0.5
LOOK_S, NEVER_S = 0.1, 60.0
"""Between two looks for a hazard, and when it counts as never found."""
WANTED_RATIO = 1.5
"""Of the other district's p95. A figure for people, like all times: it depends on how much room the machine has."""


def poison(stage: Stage, *, threads: int, seconds: float) -> Outcome:
    """Jobs that kill their process: tried three times, then dead with a notice; all others are done."""
    load = Load(stage.site.port, stage.people(), threads).start()
    begun = time.monotonic()
    world = stage.worlds[0]
    with stage.db.tenant(world.tenant.id) as session:
        jobs = [enqueue(session, kind=KIND, args={}, actor=None) for _ in range(POISONED)]

    def states() -> list[tuple[str, int]]:
        with stage.db.tenant(world.tenant.id, read_only=True) as session:
            return [
                (state, attempt)
                for state, attempt in session.execute(select(Job.state, Job.attempt).where(Job.id.in_(jobs)))
            ]

    stage.site.wait(lambda: all(state == DEAD for state, _ in states()), within_s=300)
    dead_s = time.monotonic() - begun
    time.sleep(max(0.0, seconds - dead_s))
    load.stop()
    drained_s = settled(stage)
    found = Outcome("poison", f"{POISONED} jobs that kill their process", stage.ledger.count(stage.db, load.sent))
    told(found, load.sent, begun)
    found.drained_s, found.refused = round(drained_s, 1), dict(load.refused)
    attempts = sorted(attempt for _, attempt in states())
    found.figures = {"dead_after_s": round(dead_s, 1), "attempts": attempts, **_job_times(stage, load.sent)}
    found.failed = broken(found, seamless=True)
    if attempts != [ATTEMPTS] * POISONED:
        found.failed.append(f"attempts: {attempts}")
    return found


def noisy(stage: Stage, *, threads: int, seconds: float) -> Outcome:
    """One district sends as fast as ``threads`` can while the other goes on as before: how much slower is it for that one?"""
    quiet_world, loud_world = stage.worlds
    quiet = Load(
        stage.site.port, [(quiet_world, "safety_a"), (quiet_world, "line_a")], 2, pause_s=QUIET_PAUSE_S
    ).start()
    time.sleep(seconds)
    begun = time.monotonic()
    loud_people = [(loud_world, name) for _, name in stage.people() if name in loud_world.tokens]
    loud = Load(stage.site.port, loud_people, threads).start()
    time.sleep(seconds)
    quiet.stop()
    ended = time.monotonic()
    loud.stop()
    drained_s = settled(stage)
    counted = stage.ledger.count(stage.db, [*quiet.sent, *loud.sent])
    found = Outcome("noisy", f"one district with {threads} clients without a pause beside one with 2", counted)
    told(found, [*quiet.sent, *loud.sent], begun)
    found.drained_s, found.refused = round(drained_s, 1), dict(quiet.refused + loud.refused)
    calm = [one.took for one in quiet.sent if one.at < begun - one.took]
    beside = [one.took for one in quiet.sent if begun <= one.at]
    found.figures = {
        "loud_put_off": sum(found.failed_attempts.values()), "load_ratio": round(len([one for one in loud.sent if one.at < ended]) / max(1, len(beside)), 1),
        "quiet_p95_before_s": percentile(calm), "quiet_p95_during_s": percentile(beside),
        "quiet_p95_ratio_wanted": WANTED_RATIO,
        "quiet_p95_ratio": round(percentile(beside) / max(percentile(calm), 0.001), 2),
        "quiet_median_before_s": round(statistics.median(calm), 3), "quiet_median_during_s": round(statistics.median(beside), 3),
        "jobs_quiet": _job_times(stage, [one for one in quiet.sent if one.at >= begun]),
        "jobs_loud": _job_times(stage, loud.sent),
    }  # fmt: skip
    found.failed = broken(found, seamless=False)
    noticed = [kind for one in quiet.sent for kind in one.failures]
    unasked = [kind for one in loud.sent for kind in one.failures if kind not in PUT_OFF]
    if noticed or unasked:
        found.failed.append(f"clients noticed: the quiet one {noticed[:5]}, the loud one {unasked[:5]}")
    return found


def search(stage: Stage, *, threads: int, seconds: float) -> Outcome:
    """Through the real beat and worker, while ``threads`` clients send: seconds from the acknowledgement until it is found."""
    load = Load(stage.site.port, stage.people(), threads, pause_s=QUIET_PAUSE_S).start()
    world, begun = stage.worlds[0], time.monotonic()
    line = Line(stage.site.port, world.headers("safety_a"))
    waits: list[float] = []
    while time.monotonic() - begun < seconds:
        key = str(uuid4())
        path, headers, body = REQUESTS[HAZARD](world, key)
        status, answer, _ = line.post(path, {**headers, "Idempotency-Key": key}, body)
        if status == 201:
            waits.append(_found_after(line, key.rpartition("-")[2], json.loads(answer)["id"]))
    line.close()
    load.stop()
    drained_s = settled(stage)
    found = Outcome("search", f"nothing, beside {threads} clients", stage.ledger.count(stage.db, load.sent))
    told(found, load.sent, begun)
    found.drained_s, found.refused = round(drained_s, 1), dict(load.refused)
    found.figures = {
        "reported": len(waits), "found_after_median_s": round(statistics.median(waits or [0.0]), 2),
        "found_after_p95_s": percentile(waits), "found_after_longest_s": round(max(waits, default=0.0), 2),
    }  # fmt: skip
    found.failed = broken(found, seamless=True)
    if not waits or max(waits) >= NEVER_S:
        found.failed.append(f"not found after {NEVER_S:.0f} s, of {len(waits)} reported")
    return found


def _found_after(line: Line, words: str, hazard_id: str) -> float:
    """Seconds, at most NEVER_S."""
    begun = time.monotonic()
    while (waited := time.monotonic() - begun) < NEVER_S:
        status, answer, _ = line.get(f"/api/v1/search?q={words}")
        if status == 200 and hazard_id in answer.decode():
            return waited
        time.sleep(LOOK_S)
    return NEVER_S


def percentile(times: Sequence[float], part: float = 0.95) -> float:
    ordered = sorted(times)
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * part))], 3) if ordered else 0.0


def _job_times(stage: Stage, sent: Sequence[Sent]) -> dict[str, Any]:
    """Seconds from the order of an export to its end, as the rows say."""
    waits: list[float] = []
    for world in stage.worlds:
        ids = [
            one.object_id
            for one in sent
            if one.tenant_id == world.tenant.id and one.operation == EXPORT and one.object_id
        ]
        waits += _waits(stage, world, ids)
    return {"jobs": len(waits), "p95_s": percentile(waits), "longest_s": round(max(waits, default=0.0), 2)}


def _waits(stage: Stage, world: World, ids: Sequence[str]) -> list[float]:
    times: dict[str, dict[str, datetime]] = {}
    with stage.db.tenant(world.tenant.id, read_only=True) as session:
        rows = session.execute(
            select(AuditEntry.object_id, AuditEntry.action, func.min(AuditEntry.at))
            .where(AuditEntry.object_id.in_(ids), AuditEntry.action.in_(("export.ordered", "export.made")))
            .group_by(AuditEntry.object_id, AuditEntry.action)
        )
        for object_id, action, at in rows:
            times.setdefault(object_id, {})[action] = at
    pairs = (both for both in times.values() if len(both) == 2)
    return [(both["export.made"] - both["export.ordered"]).total_seconds() for both in pairs]
