"""A district of 1,000 schools: opening a round, its grid, and 催报 to everybody."""

from __future__ import annotations

import time
from datetime import date

import pytest
from sqlalchemy import insert, select

from core.http.paging import Paging
from core.kernel.ids import new_id
from core.orgs.models import OrgUnit
from core.reports.models import Reminder
from core.reports.queries.grid import GridFilter, grid
from core.reports.queries.owing import owing_now
from core.reports.services.reminders import urge
from tests.core.reports.ground import TEN_DAY, Ground, at
from tests.factories.processor import backend_of, known, spent_by_both

SCHOOLS, TRIES = 1_000, 3


@pytest.mark.skipif(not known(), reason="processor time is told by Linux only")
def test_a_thousand_schools(ground: Ground) -> None:
    with ground.world.session() as session:
        session.execute(
            insert(OrgUnit),
            [
                {
                    "tenant_id": session.tenant_id, "id": new_id(), "code": f"V{number}", "name": f"第{number}小学", "short_name": f"{number}小",
                    "name_sort": f"{number:05}", "kind": "school", "org_type": "primary", "stages": ["primary"], "address": "",
                    "valid_from": date(2018, 9, 1), "version": 1,
                }
                for number in range(SCHOOLS)
            ],
        )  # fmt: skip
    ground.open()
    ground.go(at(2018, 12, 7))
    took = []
    for _ in range(TRIES):
        with ground.world.session(read_only=True) as session:
            actor = ground.world.actor("head", session)
            backend = backend_of(session)
            began = spent_by_both(backend)
            found = grid(session, actor, asked=GridFilter(code=TEN_DAY, standing="overdue"), paging=Paging(1, 50))
            took.append(spent_by_both(backend) - began)
            assert (found.page.total, len(found.page.items)) == (SCHOOLS + 3, 50)
    assert min(took) < 0.5, "seconds of processor time, so that other work on the machine does not count"
    with ground.world.session() as session:
        units = list({one.unit_id for one in owing_now(session)})
        began = time.monotonic()
        done = urge(
            session, actor=ground.world.actor("officer", session), unit_ids=units[:1_000], round_id=ground.round()
        )
        spent = time.monotonic() - began
        assert done.told + done.nothing == 1_000
        assert len(session.scalars(select(Reminder.id)).all()) == done.told
    assert spent < 10
