"""A statistical table of a district of 1,000 schools, beside the raw SQL that answers the same by hand."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from statistics import median

import pytest
from sqlalchemy import insert, text

from core.db.sessions import TenantSession
from core.hazards.models import Hazard
from core.kernel.ids import new_id
from core.kernel.schoolyear import Span
from core.orgs.models import OrgUnit
from core.statistics.queries import computed, table
from core.statistics.sheet import Sheet
from tests.factories.world import World

SCHOOLS, EACH, ROUNDS = 1_000, 20, 7
SPAN = Span(date(2020, 11, 1), date(2020, 11, 30))
AT_MOST = 6.0
"""Times the raw SQL, medians in turn: the raw one asks the hazards only, and puts nothing into rows, formulas and words."""
RAW = text("""
select coalesce(h.school_id, h.unit_id),
  count(*) filter (where h.found_at >= :first and h.found_at < :after),
  count(*) filter (where h.found_at >= :first and h.found_at < :after and h.grade = 'major'),
  count(*) filter (where h.found_at >= :first and h.found_at < :after and h.rectified_at < :after and h.canonical in ('reported','verified','closed')),
  count(*) filter (where h.found_at >= :first and h.found_at < :after and h.closed_at < :after and h.canonical = 'closed'),
  count(*) filter (where h.found_at >= :first and h.found_at < :after and h.due_on < :last and not coalesce(h.closed_at < :after and h.canonical = 'closed', false)),
  coalesce(sum(h.funds_cents) filter (where h.found_at >= :first and h.found_at < :after), 0)
from app.hazards h
where h.canonical <> 'cancelled' and h.found_at >= :first and h.found_at < :after
group by 1
""")


@pytest.fixture
def district(world: World) -> World:
    """A thousand primary schools with twenty hazards each, half of them closed."""
    with world.session() as session:
        ids = [new_id() for _ in range(SCHOOLS)]
        units = [
            {"tenant_id": session.tenant_id, "id": unit, "code": f"V{n:04d}", "name": f"第{n}小学", "short_name": f"{n}小",
             "name_sort": f"{n:04d}", "kind": "school", "org_type": "primary", "stages": ["primary"], "address": "",
             "valid_from": date(2020, 1, 1)}
            for n, unit in enumerate(ids)
        ]  # fmt: skip
        session.execute(insert(OrgUnit.__table__), units)  # type: ignore[arg-type]
        start = datetime(2020, 10, 20, 2, tzinfo=UTC)
        hazards = []
        for n, unit in enumerate(ids):
            for k in range(EACH):
                found, closed = start + timedelta(hours=(n * 7 + k * 31) % 900), k % 2 == 0
                hazards.append(
                    {"tenant_id": session.tenant_id, "id": new_id(), "unit_id": unit, "school_id": unit, "place": "楼道", "domain": "fire",
                     "title": "堵塞", "description": "堵塞", "grade": "major" if k == 7 else "general", "source": "self_check",
                     "origin": "self_check", "found_at": found, "stage": "closed" if closed else "registered",
                     "canonical": "closed" if closed else "registered", "plan": {}, "due_on": date(2020, 11, 20), "funds_cents": 100,
                     "rectified_at": found if closed else None, "closed_at": found if closed else None,
                     "created_at": found, "updated_at": found}
                )  # fmt: skip
        session.execute(insert(Hazard.__table__), hazards)  # type: ignore[arg-type]
    return world


def timed(act: Callable[[], object]) -> float:
    before = time.perf_counter()
    act()
    return time.perf_counter() - before


@pytest.mark.slow
def test_table_when_a_thousand_schools_then_a_few_times_the_raw_sql(district: World) -> None:
    with district.session(read_only=True) as session:
        found = made(session)
        raw = session.execute(RAW, values()).all()
        assert found.cell("total", "found").value == sum(row[1] for row in raw)
        assert found.cell("total", "funds").value == sum(int(row[6]) for row in raw)
        assert found.cell("total", "late").value == sum(row[5] for row in raw)
        ours, theirs = [], []
        for _ in range(ROUNDS):
            ours.append(timed(lambda: made(session)))
            theirs.append(timed(lambda: session.execute(RAW, values()).all()))
    ratio = median(ours) / median(theirs)
    print(
        f"1,000 schools, {SCHOOLS * EACH} hazards: {median(ours) * 1000:.0f} ms, raw {median(theirs) * 1000:.0f} ms, ratio {ratio:.2f}"
    )
    assert ratio < AT_MOST


def made(session: TenantSession) -> Sheet:
    return computed(session, table=table(session, "monthly"), units=None, span=SPAN)


def values() -> dict[str, object]:
    first, after = datetime(2020, 10, 31, 16, tzinfo=UTC), datetime(2020, 11, 30, 16, tzinfo=UTC)
    return {"first": first, "after": after, "last": SPAN.ends}
