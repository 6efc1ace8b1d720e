"""One fault from beginning to end: clients send, the fault happens, clients go on, everything drains, everything is counted."""

from __future__ import annotations

import statistics
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from core.db.engines import Database
from tests.factories.world import World, build
from tests.faults.counting import Counted, Ledger
from tests.faults.disk import Disk, small_disk
from tests.faults.load import GIVE_UP_S, Load, Sent
from tests.faults.site import Site
from tests.faults.table import Fault

SENDERS = ("safety_a", "line_a", "keeper_a", "principal_a")
DRAIN_S, DRAIN_EACH_S = 180.0, 0.05
"""For what is left when the load ends: at the least, and for each acknowledged request, which leaves a job or two."""
LONGEST_S = 3600.0
"""The load of one fault ends then, however few were acknowledged; the figures say how many."""
AFTER_THE_SWEEP = {"bytes_without_rows"}
"""Bytes are stored before their row is committed: what dies between leaves some, and the sweep takes them."""


@dataclass
class Outcome:
    """What one fault did. Seconds throughout."""

    fault: str
    title: str
    counted: Counted = field(default_factory=Counted)
    failed_attempts: dict[str, int] = field(default_factory=dict)
    """Attempts that a client had to repeat, by answer or kind of fault; 429 and 409 apart, which are no failures."""
    median_s: float = 0.0
    longest_s: float = 0.0
    """From the first attempt to the acknowledgement."""
    fault_s: float = 0.0
    """How long the cause lasted."""
    served_again_s: float = 0.0
    """From the beginning of the fault to the end of the last attempt that failed; 0: no client noticed anything."""
    drained_s: float = 0.0
    """From the end of the load until no job, event or entry waited."""
    refused: dict[str, int] = field(default_factory=dict)
    figures: dict[str, Any] = field(default_factory=dict)
    """Further ones of special runs."""
    failed: list[str] = field(default_factory=list)
    """Promises that were not kept."""

    def told(self) -> dict[str, Any]:
        return asdict(self)


@dataclass
class Stage:
    """A site that serves two districts, and what is needed to break it and count."""

    site: Site
    disk: Disk | None
    db: Database
    worlds: list[World]
    ledger: Ledger
    started_s: float

    def people(self, senders: Sequence[str] = SENDERS) -> list[tuple[World, str]]:
        """Turn and turn about, each one allowed to report hazards."""
        return [(world, name) for name in senders for world in self.worlds if name in world.tokens]


@contextmanager
def staged(folder: Path, *, with_disk: bool, threads: int = 4, longer: float = 1.0) -> Iterator[Stage]:
    """``folder`` is made and removed again by the caller. Side effects: processes, and a mount where that is possible."""
    with small_disk(folder / "disk") if with_disk else _no_disk(folder / "disk") as disk:
        site = Site(folder / "disk", threads=threads, longer=longer)
        try:
            started_s = site.start()
            db = site.database()
            worlds = [build(db, slug="faults-1"), build(db, slug="faults-2")]
            yield Stage(site, disk, db, worlds, Ledger(site, worlds), started_s)
            db.dispose()
        finally:
            site.stop()


@contextmanager
def _no_disk(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True)
    folder.chmod(0o755)
    yield None


def run(stage: Stage, fault: Fault, *, threads: int, before_s: float, after_s: float, acked: int = 0) -> Outcome:
    """``acked``: the load goes on until so many requests are acknowledged. Side effects: the fault, and what it breaks."""
    give_up_s = GIVE_UP_S + fault.lasts_s * stage.site.longer
    load = Load(stage.site.port, stage.people(), threads, give_up_s=give_up_s).start()
    time.sleep(before_s)
    begun = time.monotonic()
    fault.act(stage.site, stage.disk)
    fault_s = time.monotonic() - begun
    time.sleep(after_s)
    until = time.monotonic() + LONGEST_S
    while load.acknowledged < acked and time.monotonic() < until:
        time.sleep(1)
    load.stop()
    stage.site.wait(stage.site.serves, within_s=120)
    drained_s = settled(stage, load.acknowledged)
    counted = stage.ledger.count(stage.db, load.sent)
    found = Outcome(fault.name, fault.title, counted, fault_s=round(fault_s, 2), drained_s=round(drained_s, 1))
    told(found, load.sent, begun)
    found.refused = dict(load.refused)
    found.failed = broken(found, seamless=fault.seamless)
    return found


def settled(stage: Stage, acknowledged: int = 0) -> float:
    """Waits until nothing is under way. Connections of the counting side may have died with the database."""
    stage.db.dispose()
    return stage.ledger.drained(stage.db, within_s=DRAIN_S + DRAIN_EACH_S * acknowledged)


def told(found: Outcome, sent: Sequence[Sent], begun: float) -> None:
    """Figures of the clients."""
    times = [one.took for one in sent if one.object_id is not None]
    found.median_s = round(statistics.median(times), 3) if times else 0.0
    found.longest_s = round(max(times, default=0.0), 2)
    failures = Counter(kind for one in sent for kind in one.failures if kind not in ("409", "429"))
    found.failed_attempts = dict(failures)
    failed = [
        one.last_failure_at for one in sent if one.last_failure_at is not None and set(one.failures) - {"409", "429"}
    ]
    found.served_again_s = round(max([0.0, *(at - begun for at in failed)]), 2)


def broken(found: Outcome, *, seamless: bool) -> list[str]:
    """Counts are strict whatever the machine does. Times are figures, judged by people: the machine may be busy."""
    faults = [f"{name}: {value}" for name, value in found.counted.faults().items() if name not in AFTER_THE_SWEEP]
    faults += [f"refused: {words}" for words in found.refused]
    if found.counted.given_up:
        faults.append(f"given up: {found.counted.given_up}")
    if not found.counted.acknowledged:
        faults.append("nothing was acknowledged")
    if seamless and found.failed_attempts:
        faults.append(f"clients noticed: {found.failed_attempts}")
    return faults
