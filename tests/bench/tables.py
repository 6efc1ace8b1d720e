"""Measures of work that no request waits for: import and export of a ledger, rules of registers.

Each runs in a process of its own (``python -m tests.bench.tables``), so that its peak of memory is its own, in a transaction
that is rolled back: a volume stays as it was loaded. Beside it the same SQL through psycopg2 alone, for the import after
reading the file.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, cast

from sqlalchemy import insert, select

from core.access.actor import Actor
from core.app import create_app
from core.db.engines import Database
from core.db.sessions import TenantSession
from core.exchange.acting import plugins_on
from core.exchange.services.committing import commit_batch
from core.exchange.services.exporting import make_export, order_export
from core.exchange.services.reading import read_batch
from core.exchange.services.receiving import map_as_found, receive
from core.files.storage import storage_of
from core.hazards.history.models import HazardImport
from core.hooks.tables import Question, TableWork
from core.http.runtime import KEY, Runtime
from core.identity.models import Person
from core.kernel.clock import local_date
from core.kernel.ids import new_id
from core.kernel.memory import settle
from core.orgs.models import OrgUnit
from core.orgs.queries.grants import resolve_grants
from core.registers.catalogue import Registers
from core.registers.services.rules import check_rules
from core.settings import load_settings
from core.tables.reading import open_table
from core.tables.writing import Layout, write_xlsx
from core.tenancy import shelf
from plugins.fire.models import Facility
from tests.bench.capture import Replay, Taken, taking_down
from tests.bench.place import Place
from tests.bench.processor import Processor
from tests.bench.server import environ
from tests.bench.volume import Volume

IMPORT, EXPORT, RULES = "import", "export", "rules"
AT_MOST = {IMPORT: 2.0}
"""Times (reading the file + the same SQL)."""
FACILITIES = 10
"""Of each school, for the rules of registers."""
SOME = 1_000
"""Rows from which on each is measured in a process of its own, and its memory."""
TITLES = ("序号", "学校名称", "隐患位置", "存在问题", "隐患类型", "级别", "排查时间", "整改期限", "责任人", "整改情况")


@dataclass
class TableTimes:
    """Seconds (of the best round: other work on the machine only adds), and the peak of memory in MB of a process that did nothing else (with the child that reads the file)."""

    what: str
    rows: int
    own_s: float
    read_s: float
    sql_s: float
    queries: int
    peak_mb: float
    cpu_s: list[float]
    """Processor time of the three."""

    @property
    def ratio(self) -> float:
        return round(self.own_s / (self.read_s + self.sql_s), 2) if self.sql_s else 0.0

    @property
    def cpu_ratio(self) -> float:
        own, read, sql = self.cpu_s
        return round(own / (read + sql), 2) if sql else 0.0


class Undone(Exception):
    """Takes back what was written."""


@dataclass(frozen=True)
class Bench:
    runtime: Runtime
    tenant_id: int
    urls: Mapping[str, str]

    @contextmanager
    def work(self) -> Iterator[TableWork]:
        """As the head of the office, whatever the district's clock says; rolled back at the end."""
        card = self.runtime.directory.by_id(self.tenant_id)
        assert card is not None
        with suppress(Undone), self.runtime.scope(card) as session:
            person_id = session.scalars(select(Person.id).where(Person.login == "head")).one()
            grants = resolve_grants(session, person_id, local_date(session.now()), shelf.current(session))
            actor = Actor(session.tenant_id, person_id, "head", "person", grants)
            yield TableWork(session, actor, self.runtime.plugins, plugins_on(session, self.runtime.plugins))
            raise Undone


def measured(place: Place, what: str, *, tenant_id: int, rows: int, rounds: int, again: bool) -> TableTimes:
    """In a process of its own. ``again``: also the same SQL; without, what it needs of memory is what the work needs."""
    words = [*place.words(), what, str(tenant_id), str(rows), str(rounds), str(int(again))]
    done = subprocess.run([sys.executable, "-m", __name__, *words], check=True, stdout=subprocess.PIPE, timeout=1800)
    return TableTimes(**json.loads(done.stdout.splitlines()[-1]))


def flat(place: Place, what: str, *sizes: tuple[int, int]) -> dict[str, Any]:
    """The peak of memory at these sizes, each (district, rows), and the last to the first."""
    peaks = [measured(place, what, tenant_id=tenant_id, rows=rows, rounds=1, again=False) for tenant_id, rows in sizes]
    return {
        "rows": [one.rows for one in peaks], "peak_mb": [one.peak_mb for one in peaks],
        "ratio": round(peaks[-1].peak_mb / peaks[0].peak_mb, 2),
    }  # fmt: skip


def told(place: Place, volume: Volume, *, rows: int, note: Callable[[str], None]) -> dict[str, Any]:
    """All of them in the largest district; peaks of memory at fewer rows, or in the district in the middle, beside it."""
    large, middle = volume.largest, volume.middle
    found: dict[str, Any] = {}
    for what, again in ((IMPORT, True), (EXPORT, True), (RULES, False)):
        note(what)
        found[what] = _told(measured(place, what, tenant_id=large.tenant_id, rows=rows, rounds=2, again=again))
    note("memory")
    some = [(large.tenant_id, rows * part // 10) for part in (1, 4, 10)]
    found["memory_of_import"] = flat(place, IMPORT, *some)
    found["memory_of_export"] = flat(place, EXPORT, (middle.tenant_id, 0), (large.tenant_id, 0))
    return found


def told_here(place: Place, volume: Volume, runtime: Runtime, *, rows: int) -> dict[str, Any]:
    """The same without memory, once and in this process: for a handful of rows."""
    bench = Bench(runtime, volume.largest.tenant_id, {"app": place.logins.app})
    return {what: _told(_times(place, bench, what, rows, 1, again=what != RULES)) for what in (IMPORT, EXPORT, RULES)}


def _told(one: TableTimes) -> dict[str, Any]:
    return {
        "rows": one.rows, "ratio": one.ratio, "cpu_ratio": one.cpu_ratio, "at_most": AT_MOST.get(one.what), "own_s": one.own_s,
        "read_s": one.read_s, "sql_s": one.sql_s, "cpu_s": one.cpu_s, "queries": one.queries,
    }  # fmt: skip


def main(words: list[str]) -> None:
    place = Place.of(words[:4])
    what, tenant, rows, rounds, again = words[4:]
    settings = load_settings(environ(place))
    runtime: Runtime = create_app(settings).extensions[KEY]
    settle()  # as a worker does
    bench = Bench(runtime, int(tenant), {"app": place.logins.app})
    print(json.dumps(asdict(_times(place, bench, what, int(rows), int(rounds), again=again == "1"))))


def _times(place: Place, bench: Bench, what: str, rows: int, rounds: int, *, again: bool) -> TableTimes:
    act, read, count = ACTS[what](bench, rows)
    with _taken(bench.runtime.db, again=again) as taken:
        if again:
            act()  # nobody looks at the clock while the statements are taken down
    own, reading, sql = [], [], []
    for _ in range(rounds):
        own.append(_spent(place, act))
        if read is not None:
            reading.append(_spent(place, read))
        if taken is not None:
            replay = Replay(bench.urls, taken, kept=False)
            sql.append(_spent(place, lambda replay=replay: replay.once(replay.prepared())))  # type: ignore[misc]
            replay.close()
    peak = sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
    own_s, read_s, sql_s = (round(min((wall for wall, _ in times), default=0.0), 3) for times in (own, reading, sql))
    cpus = [round(min((cpu for _, cpu in times), default=0.0), 3) for times in (own, reading, sql)]
    queries = taken.queries if taken is not None else 0
    return TableTimes(what, count(), own_s, read_s, sql_s, queries, round(peak, 1), cpus)


@contextmanager
def _taken(db: Database, *, again: bool) -> Iterator[Taken | None]:
    if not again:
        yield None
        return
    with taking_down(db, ("app",)) as taken:
        yield taken


def _spent(place: Place, act: Callable[[], object]) -> tuple[float, float]:
    """Seconds on the wall, and of the processor in this process, its children and the database; an act that prepares something
    first tells its own seconds."""
    begun, children = time.perf_counter(), _children()
    told, cpu = Processor(None, place.pair).spent(act)
    wall = told if isinstance(told, float) else time.perf_counter() - begun
    return wall, cpu + _children() - children


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


Act = tuple[Callable[[], object], Callable[[], object] | None, Callable[[], int]]


def importing(bench: Bench, rows: int) -> Act:
    """A ledger as a district kept it, xlsx: received, matched, read, committed."""
    file = tempfile.NamedTemporaryFile(suffix=".xlsx")  # noqa: SIM115  as long as the process
    with bench.work() as work:
        schools = list(
            work.session.scalars(select(OrgUnit.code).where(OrgUnit.kind == "school").order_by(OrgUnit.code).limit(200))
        )
    lines = (
        (n + 1, schools[n % len(schools)], f"{n % 9 + 1}号楼{n % 5 + 1}层", f"疏散通道堆放杂物，编号{n:06d}，宽度不足", "", "一般",
         f"2020-{n % 10 + 1:02d}-{n % 27 + 1:02d}", "2020-12-15", "总务处主任", "")
        for n in range(rows)
    )  # fmt: skip
    write_xlsx(file, Layout("隐患", [(title, 14) for title in TITLES], [], "", frozen=0), lines)
    file.flush()
    done: list[int] = []

    def act() -> None:
        storage = storage_of(bench.runtime.settings)
        with bench.work() as work:
            file.seek(0)
            batch_id = receive(
                work, kind="hazards", name="旧台账.xlsx", file=cast("Any", file), storage=storage
            ).batch_id
            map_as_found(work, batch_id=batch_id)
            read_batch(work, batch_id=batch_id, storage=storage)
            commit_batch(work, batch_id=batch_id)
            done[:] = [brought_in(work.session, batch_id)]
        if done != [rows]:
            raise RuntimeError(f"{done} of {rows} rows came in")

    def read() -> None:
        file.seek(0)
        for _ in open_table(cast("Any", file)).rows(0, most=rows + 100):
            pass

    return act, read, lambda: done[0]


def brought_in(session: TenantSession, batch_id: Any) -> int:
    return len(session.scalars(select(HazardImport.hazard_id).where(HazardImport.batch_id == batch_id)).all())


def exporting(bench: Bench, rows: int) -> Act:
    """The whole ledger of the district, xlsx; ``rows`` is what the district has."""
    done: list[int] = []

    def act() -> None:
        with bench.work() as work:
            export_id = order_export(work, kind="hazards", question=Question())
            card = bench.runtime.directory.by_id(bench.tenant_id)
            assert card is not None
            made = make_export(
                work, export_id=export_id, storage=storage_of(bench.runtime.settings),
                aside=lambda: bench.runtime.scope(card),
            )  # fmt: skip
            done[:] = [int(made["rows"])]

    return act, None, lambda: done[0]


def ruling(bench: Bench, rows: int) -> Act:
    """All rules of all registers over the district's schools, each with ten entries of fire facilities."""
    checked: list[int] = []

    known = Registers.of(bench.runtime.plugins)

    def act() -> float:
        spent = 0.0
        with bench.work() as work:
            session = work.session
            schools = list(session.scalars(select(OrgUnit.id).where(OrgUnit.kind == "school")))
            entries = [
                {"tenant_id": session.tenant_id, "id": new_id(), "unit_id": school, "kind": "hydrant", "spot": f"{n}层", "quantity": n,
                 "next_test_on": local_date(session.now()) + timedelta(days=n * 7 - 20)}
                for school in schools
                for n in range(FACILITIES)
            ]  # fmt: skip
            session.execute(insert(Facility.__table__), entries)  # type: ignore[arg-type]
            begun = time.perf_counter()
            for register in known.in_force(session).values():
                check_rules(session, registers=known, register=register)
            session.flush()
            spent = time.perf_counter() - begun
            checked[:] = [len(entries)]
        return spent

    return act, None, lambda: checked[0]


ACTS: dict[str, Callable[[Bench, int], Act]] = {IMPORT: importing, EXPORT: exporting, RULES: ruling}

if __name__ == "__main__":
    main(sys.argv[1:])
