"""Properties of the filing life: whatever people do, nothing submitted is lost and what is accepted is locked."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from core.access.actor import Actor
from core.kernel.errors import Invalid, Refused
from core.reports.life import COUNTED, LOCKED, WRITABLE, Standing, State, Step, after, cell, is_late
from core.reports.models import Exemption, Expected, Filing, FilingVersion, ReportRound
from core.reports.queries.grid import standing_of
from core.reports.queries.owing import excusing, exempted, joined
from core.reports.services import filings, reviews
from core.reports.services.exemptions import cancel_round, exempt
from core.reports.services.filings import Typed
from tests.core.reports.ground import Ground, at, version

ACTS = ("save", "sign", "zero", "accept", "return", "correct", "supplement", "drop")


@given(state=st.sampled_from(State), step=st.sampled_from(Step), latest=st.integers(0, 5))
def test_what_is_locked_moves_only_by_reopening(state: State, step: Step, latest: int) -> None:
    if state in LOCKED and step in (Step.SAVE, Step.SIGN):
        with pytest.raises(Refused):
            after(step, state, latest_no=latest)
        return
    try:
        found = after(step, state, latest_no=latest, accepted_no=latest)
    except Refused:
        return
    assert state is not State.ACCEPTED or (step, found) == (Step.REOPEN, State.CORRECTING)
    assert found not in WRITABLE or step in (Step.SAVE, Step.REOPEN, Step.RETURN)


@given(hours=st.integers(-100, 100))
def test_late_begins_at_the_due_instant(hours: int) -> None:
    due = at(2018, 12, 7, 0)
    assert is_late(due, due + timedelta(hours=hours)) == (hours >= 0)
    assert not is_late(None, due + timedelta(hours=hours))


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.sampled_from(ACTS), min_size=3, max_size=10), days=st.integers(0, 9))
def test_whatever_people_do_nothing_submitted_is_lost(ground: Ground, acts: list[str], days: int) -> None:
    ground.go(at(2018, 12, 6))
    ground.open()
    with ground.world.session() as session:
        filing_id = filings.begin(
            session, actor=ground.world.system, round_id=ground.round(), unit_id=ground.world.units["school_a"]
        )
    # the same filing goes on from example to example: the longer its life, the better
    kept = _kept(ground, filing_id)
    expected = _expected(ground)
    for number, act in enumerate(acts):
        ground.go(at(2018, 12, 6 + days, 8 + number))
        before = ground.state(filing_id)
        with suppress(Refused, Invalid):
            _do(ground, filing_id, act)
        now, row = _kept(ground, filing_id), ground.state(filing_id)
        assert now[: len(kept)] == kept, f"{act} changed what had been submitted"
        assert len(now) - len(kept) == (1 if row.latest_no > before.latest_no else 0)
        if before.state == "accepted":
            assert row.state in ("accepted", "correcting") and len(now) == len(kept), f"{act} changed what was accepted"
        assert before.accepted_no is None or row.accepted_no is not None
        assert before.first_submitted_at is None or row.first_submitted_at == before.first_submitted_at
        assert before.latest_no == 0 or row.late == before.late
        assert (State(row.state) in COUNTED) == (row.latest_no > 0 and row.state != "returned")
        assert (row.draft is None) == (row.state in ("submitted", "accepted"))
        kept = now
    assert _expected(ground) == expected


@pytest.mark.parametrize("hour", [9, 23])
@pytest.mark.parametrize("day", [6, 7])
def test_the_database_says_the_same_of_a_standing_as_the_pure_rule(ground: Ground, day: int, hour: int) -> None:
    ground.open()
    steps: dict[str, Any] = {
        "school_a": ("principal_a", ("sign",)), "school_b": ("principal_b", ("zero",)), "kindergarten": ("principal_k", ()),
    }  # fmt: skip
    for unit, (who, acts) in steps.items():
        filing_id = ground.begin(who, unit)
        for act in acts:
            ground.sign(who, filing_id) if act == "sign" else ground.zero(who, filing_id)
    with ground.world.session() as session:
        units = [ground.world.units["school_a"], ground.world.units["kindergarten"]]
        for key in ("ten-day@2018-12-06", "ten-day@2018-11-26"):
            exempt(session, actor=ground.world.system, round_id=ground.round(key), unit_ids=units, reason="停课")
        gone = ground.round("ten-day@2018-11-26")
        cancel_round(session, actor=ground.world.system, round_id=gone, version=1, reason="改期")
    ground.go(at(2018, 12, day, hour))
    with ground.world.session(read_only=True) as session:
        off = ReportRound.cancelled_at.is_not(None)
        rows = session.execute(
            select(
                standing_of(session.now()),
                Filing.state,
                Filing.ready,
                Filing.late,
                Filing.zero,
                ReportRound.due_at,
                exempted(),
                off,
            )
            .select_from(Expected)
            .join(ReportRound, ReportRound.id == Expected.round_id)
            .outerjoin(Filing, joined())
            .outerjoin(Exemption, excusing())
        ).all()
        now = session.now()
    assert len(rows) > 10 and {Standing.EXEMPT, Standing.CANCELLED} < {row[0] for row in rows}
    for said, state, ready, late, zero, due_at, exempt_now, cancelled in rows:
        pure = cell(
            State(state) if state else None, ready=bool(ready), late=bool(late), zero=bool(zero), due_at=due_at, now=now,
            exempt=exempt_now, cancelled=cancelled,
        )  # fmt: skip
        assert said == pure.standing


def _do(ground: Ground, filing_id: UUID, act: str) -> None:
    with ground.world.session() as session:
        school = Actor.system(ground.world.tenant.id, "校长")
        district = ground.world.actor("head", session)
        seen = {"filing_id": filing_id, "version": version(session, filing_id)}
        match act:
            case "save":
                filings.save_draft(session, actor=school, **seen, typed=Typed(summary="改一改"))
            case "sign":
                filings.sign(session, actor=school, **seen, signed_as="校长", typed=Typed(summary="报出"))
            case "zero":
                row = session.scalars(select(Filing).where(Filing.id == filing_id)).one()
                what = filings.owed(session, actor=school, round_id=row.round_id, unit_id=row.unit_id)
                filings.sign_zero(session, actor=school, **seen, signed_as="校长", sentence=filings.zero_words(what))
            case "accept":
                reviews.accept(session, actor=district, **seen)
            case "return":
                reviews.send_back(session, actor=district, **seen, words="请改")
            case "correct" | "supplement":
                kind = "correction" if act == "correct" else "supplement"
                filings.reopen(session, actor=school, **seen, kind=kind, reason="需要改")
            case "drop":
                filings.drop_correction(session, actor=school, **seen)


def _kept(ground: Ground, filing_id: UUID) -> list[tuple[Any, ...]]:
    with ground.world.session(read_only=True) as session:
        return [
            (row.no, row.kind, row.content, row.digest, row.sentence, row.reason, row.late, row.submitted_at)
            for row in session.scalars(
                select(FilingVersion).where(FilingVersion.filing_id == filing_id).order_by(FilingVersion.no)
            )
        ]


def _expected(ground: Ground) -> list[Any]:
    with ground.world.session(read_only=True) as session:
        return list(
            session.execute(
                select(Expected.round_id, Expected.unit_id, Expected.on_behalf).order_by(
                    *Expected.__table__.primary_key
                )
            )
        )
