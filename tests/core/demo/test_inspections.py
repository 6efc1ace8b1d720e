"""The demo's inspections: made by the services, once, quickly, in every district."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from core.db.engines import Database
from core.demo import district, inspections
from core.demo.districts import DISTRICTS
from core.hazards.models import Hazard
from core.inspections.models import Answer, Round, Signature, Visit
from core.kernel.clock import ShiftedClock
from core.tenancy.directory import Directory
from tests.core.oversight.conftest import bureau as bureau  # noqa: PLC0414  a fixture, re-exported by name
from tests.factories.world import World

MOST_S = 2.0


@pytest.mark.parametrize("slug", [own.slug for own in DISTRICTS])
def test_district_when_loaded_then_has_inspections_in_every_state(
    db: Database, bureau: World, monkeypatch: pytest.MonkeyPatch, slug: str
) -> None:
    monkeypatch.setattr(district, "LINKED", "")
    spent: list[float] = []
    visit = inspections.visit_schools

    def watched(*args: object, **kwargs: object) -> int:
        began = time.process_time()
        made = visit(*args, **kwargs)  # type: ignore[arg-type]  # as it was called
        spent.append(time.process_time() - began)
        assert visit(*args, **kwargs) == 0, "a second time nothing is made"  # type: ignore[arg-type]  # as above
        return made

    monkeypatch.setattr(district, "visit_schools", watched)
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
        states = dict(session.execute(select(Visit.state, func.count()).group_by(Visit.state)).all())  # type: ignore[arg-type]  # pairs
        kinds = set(session.scalars(select(Visit.kind)))
        assert session.scalar(select(func.count()).select_from(Hazard)) == small.hazards, (
            "findings are still to be reported"
        )
        assert states["finished"] >= 2 and states["under_way"] == 1 and {"special", "joint"} <= kinds
        bad = session.scalars(select(Visit).where(Visit.state == "finished", Visit.failed > 0)).one()
        assert bad.finished_at is not None and bad.finished_at < session.now()
        assert session.scalars(select(Answer.verdict).where(Answer.visit_id == bad.id, Answer.verdict == "fail")).one()
        assert session.scalar(select(func.count()).select_from(Signature)) >= 4
        assert session.scalars(select(Round.state).where(Round.kind == "blind")).all() == ["sealed"]
    assert spent[0] < MOST_S
