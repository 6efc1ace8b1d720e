"""The demo's filings: as the pack opens them, told once, quickly."""

from __future__ import annotations

import time
from functools import partial

from sqlalchemy import func, select

from core.db.engines import Database
from core.demo.reports import tell_reports
from core.kernel.clock import FixedClock
from core.reports.models import Filing, FilingVersion, ReportRound
from tests.core.reports.district import build_tongyu
from tests.core.reports.ground import SINCE, at
from tests.factories.processor import backend_of, known, spent_by_both


def test_filings_are_told_once_and_what_is_told_could_have_been_filed(db: Database, clock: FixedClock) -> None:
    clock.at = at(2018, 11, 21)
    world = build_tongyu(db)
    clock.at = at(2018, 12, 17)
    with world.session() as session:
        actor = world.actor("head", session)
        # of the processor, where the system tells it: other work on the machine does not count
        seconds = partial(spent_by_both, backend_of(session)) if known() else time.monotonic
        began = seconds()
        made = tell_reports(session, since=SINCE, seed="tongyu", reviewer=actor)
        assert seconds() - began < 2
        assert tell_reports(session, since=SINCE, seed="tongyu", reviewer=actor) == 0
    assert made > 5
    with world.session(read_only=True) as session:
        rows = session.execute(
            select(
                Filing.late, Filing.submitted_at, ReportRound.due_at, ReportRound.opens_on, Filing.submitted_on
            ).join(ReportRound, ReportRound.id == Filing.round_id)
        ).all()
        assert session.scalar(select(func.count()).select_from(FilingVersion)) == made == len(rows)
        now = session.now()
    for late, submitted_at, due_at, opens_on, submitted_on in rows:
        assert late == (submitted_at >= due_at)
        assert opens_on <= submitted_on and submitted_at <= now
