"""The demo's records: made by the services, once, quickly, in every district."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from core.db.engines import Database
from core.demo import district, records
from core.demo.districts import DISTRICTS
from core.kernel.clock import ShiftedClock
from core.records.models import Drill, DutyShift, EmergencyPlanVersion, IncidentReport, Record
from core.tenancy.directory import Directory
from tests.core.oversight.conftest import bureau as bureau  # noqa: PLC0414  a fixture, re-exported by name
from tests.factories.world import World

MOST_S = 2.0


@pytest.mark.parametrize("slug", [own.slug for own in DISTRICTS])
def test_district_when_loaded_then_has_records_of_every_sort(
    db: Database, bureau: World, monkeypatch: pytest.MonkeyPatch, slug: str
) -> None:
    monkeypatch.setattr(district, "LINKED", "")
    spent: list[float] = []
    tell = records.tell_records

    def watched(*args: object, **kwargs: object) -> int:
        began = time.process_time()
        made = tell(*args, **kwargs)  # type: ignore[arg-type]  # as it was called
        spent.append(time.process_time() - began)
        assert tell(*args, **kwargs) == 0, "a second time nothing is made"  # type: ignore[arg-type]  # as above
        return made

    monkeypatch.setattr(district, "tell_records", watched)
    own = next(one for one in DISTRICTS if one.slug == slug)
    few = {level: min(count, 4) for level, count in own.levels.items()}
    small = replace(own, hazards=20, clusters=2, levels=few)
    parts = district.Parts(db, Directory(db, shifts=True))
    stored: dict[str, bytes] = {}
    district.load_district(
        parts, small, bureau_id=bureau.tenant.id, password_hash="x", put=stored.__setitem__, tell=lambda _: None
    )
    card = parts.directory.by_slug(slug)
    assert card is not None
    clock = ShiftedClock(db.clock, parts.directory.clock(card).now() - db.clock.now())
    with db.tenant(card.id, clock=clock, read_only=True) as session:
        states = dict(session.execute(select(Record.state, func.count()).group_by(Record.state)).all())  # type: ignore[arg-type]  # pairs
        assert states["held"] >= 20 and states["planned"] == 2
        assert len(set(session.scalars(select(Record.kind)))) >= 3
        assert sorted(session.scalars(select(Drill.stage))) == ["planned", "planned", "reviewed", "reviewed"]
        assert session.scalars(select(IncidentReport.kind).order_by(IncidentReport.no)).all() == ["first", "final"]
        assert session.scalar(select(func.count()).select_from(DutyShift)) == 6
        assert session.scalar(select(func.count()).select_from(EmergencyPlanVersion)) == 2
        latest = session.scalar(select(func.max(Record.recorded_at)))
        assert latest is not None and latest <= session.now()
    assert spent[0] < MOST_S
