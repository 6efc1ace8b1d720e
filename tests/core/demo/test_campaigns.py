"""The demo's campaigns: told once, quickly, in every district."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from core.campaigns.models import GateConfirmation, LetterSignature, Scheme, TaskState
from core.db.engines import Database
from core.demo import district
from core.demo.campaigns import tell_campaigns
from core.demo.districts import DISTRICTS
from core.tenancy.directory import Directory
from tests.core.oversight.conftest import bureau as bureau  # noqa: PLC0414  a fixture, re-exported by name
from tests.factories.world import World

MOST_S = 2.0


@pytest.mark.parametrize("slug", [own.slug for own in DISTRICTS])
def test_district_when_loaded_then_its_campaign_has_begun(
    db: Database, bureau: World, monkeypatch: pytest.MonkeyPatch, slug: str
) -> None:
    monkeypatch.setattr(district, "LINKED", "")
    for other in ("tell_records", "tell_reports", "visit_schools"):  # have tests of their own
        monkeypatch.setattr(district, other, lambda *_args, **_kwargs: 0)
    spent: list[float] = []

    def watched(session, *args: object, **kwargs: object) -> None:  # type: ignore[no-untyped-def]  # passed on
        began = time.process_time()
        tell_campaigns(session, *args, **kwargs)  # type: ignore[arg-type]  # as it was called
        spent.append(time.process_time() - began)
        before = session.scalar(select(func.count()).select_from(TaskState))
        tell_campaigns(session, *args, **kwargs)  # type: ignore[arg-type]  # as above
        assert session.scalar(select(func.count()).select_from(TaskState)) == before, "a second time nothing is made"

    monkeypatch.setattr(district, "tell_campaigns", watched)
    own = next(one for one in DISTRICTS if one.slug == slug)
    small = replace(own, hazards=20, clusters=2, levels={level: min(count, 4) for level, count in own.levels.items()})
    parts = district.Parts(db, Directory(db, shifts=True))
    district.load_district(
        parts, small, bureau_id=bureau.tenant.id, password_hash="x", put={}.__setitem__, tell=lambda _: None
    )
    card = parts.directory.by_slug(slug)
    assert card is not None
    with db.tenant(card.id, read_only=True) as session:
        assert session.scalar(select(func.count()).select_from(TaskState)) > 5  # type: ignore[operator]  # a count
        assert session.scalar(select(func.count()).select_from(LetterSignature)) > 0  # type: ignore[operator]  # a count
        states = session.scalars(select(Scheme.state).order_by(Scheme.state)).all()
        assert set(states) == {"accepted", "returned", "submitted"}
        if slug != "lianyun":
            assert session.scalar(select(func.count()).select_from(GateConfirmation)) > 0  # type: ignore[operator]  # a count
    assert spent[0] < MOST_S
