"""The daily run: escalates once, tells a lapse once, tells each person once a day; twice the same run changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, cast

from sqlalchemy import func, select

from core.hazards.jobs import remind
from core.hazards.models import HazardEvent
from core.jobs.handle import JobHandle
from core.kernel.clock import FixedClock
from core.notify.models import Notice
from tests.core.hazards.ledger import Ledger


class NoHandle:
    """Progress goes nowhere."""

    def checkpoint(self, **_: Any) -> None: ...


def run(ledger: Ledger) -> dict[str, Any]:
    ledger.session.flush()
    return remind(ledger.session, job=cast("JobHandle", NoHandle()))


def to_day(clock: FixedClock, day: date) -> None:
    clock.advance(timedelta(days=(day - clock.at.date()).days))


def test_overdue_then_escalated_once_and_the_responsible_told_each_day(ledger: Ledger, clock: FixedClock) -> None:
    written = ledger.walk(ledger.report(), to="start")
    due = ledger.row(written).clock_on
    assert due is not None
    to_day(clock, due)
    assert run(ledger) == {"escalated": 0, "lapsed": 0, "told": 1, "checks": 0}
    to_day(clock, due + timedelta(days=1))
    assert run(ledger) == {"escalated": 1, "lapsed": 0, "told": 1, "checks": 0}
    assert run(ledger) == {"escalated": 0, "lapsed": 0, "told": 0, "checks": 0}
    to_day(clock, due + timedelta(days=2))
    assert run(ledger) == {"escalated": 0, "lapsed": 0, "told": 1, "checks": 0}
    row = ledger.row(written)
    assert row.escalations[-1]["list"] == "重点跟踪整治" and row.escalated_to
    events = ledger.session.scalars(select(HazardEvent).where(HazardEvent.kind == "escalation")).all()
    assert [(event.code, event.actor_name, event.data["by_itself"]) for event in events] == [
        ("overdue", "hazards.remind", True)
    ]
    notices = ledger.session.scalars(select(Notice).where(Notice.kind == "hazard.overdue").order_by(Notice.at)).all()
    assert [notice.title for notice in notices] == [
        "您负责的隐患有1条即将到期",
        "您负责的隐患有1条已逾期",
        "您负责的隐患有1条已逾期",
    ]
    assert {notice.person_id for notice in notices} == {ledger.world.people["line_a"]}


def test_reported_then_nothing_is_due(ledger: Ledger, clock: FixedClock) -> None:
    ledger.walk(ledger.report(), to="report")
    clock.advance(timedelta(days=400))
    assert run(ledger) == {"escalated": 0, "lapsed": 0, "told": 0, "checks": 1}, "but the log is still to be kept"


def test_control_when_it_ends_then_told_once_and_escalated(ledger: Ledger, clock: FixedClock) -> None:
    written = ledger.move(ledger.report(), "keeper_a", "register")
    guarded = ledger.move(written, "principal_a", "control")
    until = ledger.row(guarded).control_until
    assert until is not None and ledger.row(guarded).canonical == "risk_controlled"
    to_day(clock, until + timedelta(days=1))
    outcome = run(ledger)
    assert (outcome["escalated"], outcome["lapsed"]) == (1, 1)
    assert run(ledger)["lapsed"] == 0
    lapses = ledger.session.scalar(select(func.count()).select_from(HazardEvent).where(HazardEvent.code == "lapsed"))
    assert lapses == 1
    assert replace(written, version=0).no == "WJ-2020-00001"
