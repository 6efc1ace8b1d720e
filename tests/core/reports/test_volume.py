"""A district of 1,000 schools: its grid beside the same questions in raw SQL, and 催报 to everybody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TypeVar
from uuid import UUID

import pytest
from sqlalchemy import NullPool, create_engine, func, insert, select, text

from core.db.engines import Database
from core.db.sessions import TenantSession
from core.http.paging import Paging
from core.kernel.ids import new_id
from core.notify.models import Notice
from core.orgs.models import OrgUnit
from core.reports.models import Reminder
from core.reports.queries.grid import GridFilter, grid
from core.reports.services.reminders import Urged, urge
from tests.core.hazards.web import statements
from tests.core.reports.ground import TEN_DAY, Ground, at
from tests.factories.processor import backend_of, known, spent_by_both

SCHOOLS, TRIES, SHOWN = 1_000, 4, 50
T = TypeVar("T")
SUMS = """
select r.id, count(*), count(f.id) filter (where f.state in ('submitted', 'passed', 'accepted', 'correcting')), count(x.unit_id)
from app.report_rounds r join app.report_expected e on e.tenant_id = r.tenant_id and e.round_id = r.id
left join app.report_filings f on f.tenant_id = e.tenant_id and f.round_id = e.round_id and f.unit_id = e.unit_id
left join app.report_exemptions x on x.tenant_id = e.tenant_id and x.round_id = e.round_id and x.unit_id = e.unit_id
where r.tenant_id = :tenant and r.code = :code group by r.tenant_id, r.id order by r.opens_on desc, r.id desc limit 8
"""
ROWS = """
select e.unit_id, u.name, count(*) over ()
from app.report_expected e join app.org_units u on u.tenant_id = e.tenant_id and u.id = e.unit_id
join app.report_rounds r on r.tenant_id = e.tenant_id and r.id = e.round_id
left join app.report_filings f on f.tenant_id = e.tenant_id and f.round_id = e.round_id and f.unit_id = e.unit_id
where e.tenant_id = :tenant and e.round_id = :round and f.id is null and r.due_at <= :now order by u.name_sort, u.id limit :shown
"""
CELLS = """
select e.unit_id, e.round_id, f.state, f.late, f.zero
from app.report_expected e
left join app.report_filings f on f.tenant_id = e.tenant_id and f.round_id = e.round_id and f.unit_id = e.unit_id
where e.tenant_id = :tenant and e.round_id = any(:rounds) and e.unit_id = any(:units)
"""
TIMES_RAW = 5
"""The grid costs at most so many times the three questions that it cannot do without, in processor time of both sides."""


@pytest.fixture
def large(ground: Ground, environ: dict[str, str]) -> Ground:
    """Rounds of the ten-day report that nobody has filed, the last of them overdue; analysed, as autovacuum would."""
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
    for day in (6, 16, 26):
        ground.go(at(2018, 12, day))
        ground.open()
    ground.go(at(2018, 12, 27))
    migrate = create_engine(environ["DATABASE_URL_MIGRATE"], poolclass=NullPool)
    with migrate.begin() as connection:
        connection.execute(text("analyze app.org_units, app.report_rounds, app.report_expected"))
    return ground


@pytest.mark.skipif(not known(), reason="processor time is told by Linux only")
def test_the_grid_of_a_thousand_schools_costs_a_few_times_the_bare_questions(large: Ground) -> None:
    best: dict[str, float] = {}
    round_id = large.round("ten-day@2018-12-26")
    with large.world.session(read_only=True) as session:
        session.execute(text("select count(*) from app.report_expected"))
        backend, actor = backend_of(session), large.world.actor("head", session)

        def measured(name: str, act: Callable[[], T]) -> T:
            before = spent_by_both(backend)
            answer = act()
            best[name] = min(best.get(name, 99.0), spent_by_both(backend) - before)
            return answer

        asked = GridFilter(code=TEN_DAY, round_id=round_id, standing="overdue")
        for _ in range(TRIES):
            raw = measured("raw", lambda: bare(session, round_id))
            found = measured("grid", lambda: grid(session, actor, asked=asked, paging=Paging(1, SHOWN)))
            assert (found.page.total, len(found.page.items)) == (raw, SHOWN) == (SCHOOLS + 3, SHOWN)
    print({name: round(one, 4) for name, one in best.items()})
    assert best["grid"] < TIMES_RAW * best["raw"], best


def bare(session: TenantSession, round_id: UUID) -> int:
    """The sums of the periods, one page of who is overdue, and their cells; how many are overdue."""
    given = {"tenant": session.tenant_id, "code": TEN_DAY, "round": round_id, "now": session.now(), "shown": SHOWN}
    rounds = [row[0] for row in session.execute(text(SUMS), given)]
    rows = session.execute(text(ROWS), given).all()
    session.execute(text(CELLS), {**given, "rounds": rounds, "units": [row[0] for row in rows]}).all()
    return int(rows[0][2])


def test_everybody_is_urged_by_as_many_statements_as_a_few(large: Ground, engines: Database) -> None:
    with large.world.session(read_only=True) as session:
        units = list(session.scalars(select(OrgUnit.id).where(OrgUnit.kind == "school").order_by(OrgUnit.code)))

    def urged(chosen: list[UUID]) -> tuple[Urged, int]:
        with large.world.session() as session:
            actor = large.world.actor("officer", session)
            with statements(engines.engine("app")) as sent:
                done = urge(session, actor=actor, unit_ids=chosen, round_id=large.round("ten-day@2018-12-26"))
        return done, len(sent)

    few, many = urged([units[0], *units[-2:]]), urged(units[1:-2])  # with somebody to tell in both
    assert (few[0].told, many[0].told) == (3, len(units) - 3)
    assert few[1] == many[1]
    with large.world.session(read_only=True) as session:
        reminders = session.scalars(select(Reminder)).all()
        notices = session.scalar(select(func.count()).where(Notice.kind == "report.urged"))
    assert len(reminders) == len(units)
    known_of = [notice for reminder in reminders for notice in reminder.notices]
    assert len(known_of) == len(set(known_of)) == notices
