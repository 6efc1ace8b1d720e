"""One district loaded into a real database: rows as the services would have written them, numbers without gaps, clocks shifted."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from core.audit.models import AuditEntry, AuditPending
from core.db.engines import Database
from core.demo import district
from core.demo.districts import DISTRICTS
from core.files.models import File
from core.hazards.audited import AUDITED
from core.hazards.lifecycle import Machine, Standing
from core.hazards.models import Hazard, HazardCounter, HazardEvent
from core.hazards.queries.evidence import evidence_counts
from core.hazards.record import columns_of, state_of
from core.kernel.clock import FixedClock, ShiftedClock, local_date
from core.kernel.errors import Refused
from core.oversight.models import HazardRollup
from core.settings import Environment, Settings
from core.tenancy import shelf
from core.tenancy.directory import Directory
from tests.core.oversight.conftest import bureau as bureau  # noqa: PLC0414  a fixture, re-exported by name
from tests.factories.world import World

loading = importlib.import_module("core.demo.load")  # the package's own name "load" is the function
SMALL = replace(next(one for one in DISTRICTS if one.slug == "lianyun"), hazards=150)


class Quiet:
    """Progress that nobody watches."""

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        yield

    def advance(self, done: int, total: int, what: str = "") -> None: ...

    def note(self, text: str) -> None: ...


def test_district_when_loaded_then_its_rows_are_what_the_services_write(
    db: Database, bureau: World, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(district, "LINKED", "")
    parts = district.Parts(db, Directory(db, shifts=True))
    stored: dict[str, bytes] = {}
    told: list[int] = []
    district.load_district(
        parts, SMALL, bureau_id=bureau.tenant.id, password_hash="x", put=stored.__setitem__, tell=told.append
    )
    assert told == sorted(told) and told[-1] == SMALL.hazards
    card = parts.directory.by_slug("lianyun")
    assert card is not None
    with db.tenant(card.id, clock=ShiftedClock(clock, parts.directory.clock(card).now() - clock.now())) as session:
        assert local_date(session.now()) == SMALL.today
        pack = shelf.current(session)
        assert pack is not None
        hazards = session.scalars(select(Hazard)).all()
        assert len(hazards) == SMALL.hazards

        events = dict(
            session.execute(select(HazardEvent.hazard_id, func.count()).group_by(HazardEvent.hazard_id)).all()
        )
        assert {row.id: row.version for row in hazards} == events
        assert session.scalar(select(func.count()).select_from(AuditPending)) == session.scalar(
            select(func.count()).select_from(AuditEntry)
        )

        written = select(AuditEntry.action).where(AuditEntry.object_kind == "hazard").distinct()
        worded = next(own for own in AUDITED if own.kind == "hazard").actions
        assert {"hazard.report", "hazard.move"} <= set(session.scalars(written)) <= set(worded)

        numbers = sorted(int(row.no.rpartition("-")[2]) for row in hazards if row.no)
        last = session.scalars(select(HazardCounter.last).where(HazardCounter.code == "hazard")).one()
        assert numbers == list(range(1, last + 1))

        machine, everybody = Machine(pack.lifecycle), Standing(None, everything=True)
        for row in hazards:
            state = state_of(row, evidence_counts(session, row.id))
            derived = columns_of(pack.lifecycle, state)
            assert {name: getattr(row, name) for name in ("stage", "canonical", "clock_on", "due_on", "plan")} == {
                name: derived[name] for name in ("stage", "canonical", "clock_on", "due_on", "plan")
            }
            if row.canonical not in ("closed", "cancelled"):
                assert machine.moves_open(state, everybody, now=session.now())
        keys = set(session.scalars(select(File.key)))
        assert keys and keys <= set(stored)
        found = session.scalar(select(func.sum(HazardRollup.found) + func.sum(HazardRollup.cancelled)))
        assert found == SMALL.hazards


def test_load_when_in_production_then_is_refused(settings: Settings) -> None:
    with pytest.raises(Refused):
        loading.load(replace(settings, environment=Environment.PRODUCTION), Quiet())
