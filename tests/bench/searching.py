"""Measures of the search: one question in milliseconds, what a new hazard costs the index, and how it stands beside creating.

In this process, without a server: each question as a session of its own, on the wall and by processor time of this process
and of its database backend together.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select, text

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.hazards.models import Hazard
from core.hazards.searching import HAZARDS
from core.hazards.services.report import Found, report_hazard
from core.http.paging import Paging
from core.http.runtime import Runtime
from core.identity.models import Person
from core.kernel.clock import local_date
from core.orgs.queries.grants import resolve_grants
from core.search.queries import find, lines, terms_of
from core.search.registered import searchables
from core.search.services import index_these
from core.tenancy import shelf
from tests.bench.volume import Volume

AT_MOST_MS = 20.0
QUESTIONS = ("灭火", "灭火器 食堂", "消防", "小学", "04231", "从未有过的词")
"""Two characters, two words, one that stands in every third hazard, one of the units' names, digits inside a text, nothing."""
PEOPLE = ("head", "safety_a")
"""Who sees all of the district, and who sees one school."""
T = TypeVar("T")


@dataclass
class Spent:
    """Milliseconds of each turn."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def told(self) -> dict[str, float]:
        return {
            "p50_ms": part(self.wall, 0.5), "p95_ms": part(self.wall, 0.95), "cpu_p50_ms": part(self.cpu, 0.5),
            "cpu_p95_ms": part(self.cpu, 0.95),
        }  # fmt: skip


class Undone(Exception):
    """Takes back what was written."""


@dataclass(frozen=True)
class Searching:
    runtime: Runtime
    tenant_id: int

    @contextmanager
    def session(self, person: str, *, read_only: bool = True) -> Iterator[tuple[TenantSession, Actor]]:
        """Rolled back at the end."""
        card = self.runtime.directory.by_id(self.tenant_id)
        assert card is not None
        with suppress(Undone), self.runtime.scope(card, read_only=read_only) as session:
            person_id = session.scalars(select(Person.id).where(Person.login == person.replace("_", "."))).one()
            grants = resolve_grants(session, person_id, local_date(session.now()), shelf.current(session))
            yield session, Actor(session.tenant_id, person_id, person, "person", grants)
            raise Undone

    def ask(self, session: TenantSession, actor: Actor, question: str) -> int:
        """As page and REST do, less the request around it."""
        found = find(session, actor, searchables=searchables(self.runtime.plugins), terms=terms_of(question))
        return lines(session, actor, found=found, paging=Paging(1, 20)).total


def told(runtime: Runtime, volume: Volume, *, times: int) -> dict[str, Any]:
    """By person and question, in turn so that noise of the machine hits all alike; then the cost of a new hazard."""
    here = Searching(runtime, volume.largest.tenant_id)
    number = _whole_number(here)
    spent = {(person, question): Spent() for person in PEOPLE for question in (*QUESTIONS, number)}
    found: dict[tuple[str, str], int] = {}
    for turn in range(times + 1):
        for (person, question), into in spent.items():
            with here.session(person) as (session, actor):
                # the first turn fetches what a process keeps in memory afterwards
                once = into if turn else Spent()
                found[person, question] = _once(session, once, lambda: here.ask(session, actor, question))  # noqa: B023
    return {
        "at_most_ms": AT_MOST_MS, "hazards": volume.largest.hazards, "times": times,
        "questions": [
            {"who": person, "question": question if question != number else "a whole number", "found": found[person, question], **into.told()}
            for (person, question), into in spent.items()
        ],
        "of_a_new_hazard": _new(here, volume, times),
    }  # fmt: skip


def _new(here: Searching, volume: Volume, times: int) -> dict[str, Any]:
    """Reporting writes nothing into the index; the job that follows does, and then the hazard is found."""
    report, index = Spent(), Spent()
    unit_id = UUID(volume.largest.units["school_a"])
    for turn in range(times + 1):
        with here.session("safety_a", read_only=False) as (session, actor):
            pack = shelf.current(session)
            assert pack is not None
            told_of = Found(
                unit_id=unit_id, place="新楼", description=f"檐口瓷砖松动第{turn}处", domain="fire", category="fire.passage"
            )  # fmt: skip
            made = _once(
                session, report if turn else Spent(),
                lambda: report_hazard(
                    session, actor=actor, pack=pack, plugins=here.runtime.plugins, plugins_on=here.runtime.plugins.metas, found=told_of  # noqa: B023
                ),
            )  # fmt: skip
            before = here.ask(session, actor, "檐口")
            _once(session, index if turn else Spent(), lambda: index_these(session, searchable=HAZARDS, ids=[made.id]))  # noqa: B023
            if here.ask(session, actor, "檐口") != before + 1:
                raise RuntimeError("what was indexed is not found")
    return {"report": report.told(), "index": index.told()}


def _once(session: TenantSession, into: Spent, act: Callable[[], T]) -> T:
    backend = int(session.execute(text("select pg_backend_pid()")).scalar_one())
    server, own, begun = _backend_s(backend), time.process_time(), time.perf_counter()
    answer = act()
    wall, own = time.perf_counter() - begun, time.process_time() - own
    into.wall.append(wall * 1000)
    into.cpu.append((own + _backend_s(backend) - server) * 1000)
    return answer


def _backend_s(pid: int) -> float:
    """Processor time of a server process so far; 0 where that cannot be seen."""
    with suppress(OSError):
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
    return 0.0


def _whole_number(here: Searching) -> str:
    with here.session("head") as (session, _):
        return (
            session.scalars(select(Hazard.no).where(Hazard.no.is_not(None)).order_by(Hazard.found_at).limit(1)).one()
            or ""
        )


def part(times: Sequence[float], share: float) -> float:
    ordered = sorted(times)
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))], 1) if ordered else 0.0
