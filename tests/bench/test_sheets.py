"""A statistical table of a district of 1,000 schools, beside the raw SQL that answers the same by hand."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from statistics import median

import pytest
from sqlalchemy import text

from core.db.sessions import TenantSession
from core.kernel.schoolyear import Span
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


UNITS = text("""
insert into app.org_units (tenant_id, id, code, name, short_name, name_sort, kind, org_type, stages, address, valid_from)
select :tenant, uuidv7(), 'V' || lpad(n::text, 4, '0'), '第' || n || '小学', n || '小', lpad(n::text, 4, '0'), 'school', 'primary',
  '{primary}', '', date '2020-01-01'
from generate_series(0, :schools - 1) n
""")
HAZARDS = text("""
insert into app.hazards (tenant_id, id, unit_id, school_id, place, domain, title, description, grade, source, origin, found_at, stage,
  canonical, plan, due_on, funds_cents, rectified_at, closed_at, created_at, updated_at)
select u.tenant_id, uuidv7(), u.id, u.id, '楼道', 'fire', '堵塞', '堵塞', case when k = 7 then 'major' else 'general' end, 'self_check',
  'self_check', f.at, s.stage, s.stage, '{}', date '2020-11-20', 100, f.at + s.after, f.at + s.after, f.at, f.at
from app.org_units u
cross join generate_series(0, :each - 1) k
cross join lateral (select timestamptz '2020-10-20 02:00Z' + (substr(u.code, 2)::int * 7 + k * 31) % 900 * interval '1 hour' as at) f
cross join lateral (select case when k % 2 = 0 then 'closed' else 'registered' end as stage,
  case when k % 2 = 0 then interval '0' end as after) s
where u.tenant_id = :tenant and u.code like 'V____'
""")


@pytest.fixture
def district(world: World) -> World:
    """A thousand primary schools with twenty hazards each, half of them closed."""
    with world.session() as session:
        session.execute(UNITS, {"tenant": session.tenant_id, "schools": SCHOOLS})
        made = session.execute(HAZARDS, {"tenant": session.tenant_id, "each": EACH})
        assert made.rowcount == SCHOOLS * EACH
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
