"""The rollups are what a plain count over the ledger gives, whatever happened; nobody else's rows are in them."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import select

from core.db.sessions import TenantSession
from core.hazards.models import Hazard
from core.hooks.manager import build_plugins
from core.kernel.clock import FixedClock, local_date
from core.oversight.models import HazardRollup, ReportingRollup, RollupState
from core.oversight.services.rollups import recount
from tests.core.hazards.ledger import Ledger
from tests.factories.world import World

STOPS = ("register", "start", "report", "close", None)


def tell(ledger: Ledger, clock: FixedClock, rng: Random, many: int) -> None:
    """Hazards that stop somewhere on their way, days apart."""
    for _ in range(many):
        clock.advance(timedelta(days=rng.randint(0, 9), hours=rng.randint(0, 5)))
        unit = rng.choice(("school_a", "school_b"))
        who = "staff_a" if unit == "school_a" else "safety_b"
        category = rng.choice(("fire.passage", "food.samples"))
        written = ledger.report(who, unit, domain=category.partition(".")[0], category=category)
        stop = rng.choice(STOPS) if unit == "school_a" else None
        if stop is not None:
            ledger.walk(written, to=stop)


def counted(session: TenantSession) -> Counter[tuple[str, ...]]:
    """By hand, row by row."""
    today = local_date(session.now())
    found: Counter[tuple[str, ...]] = Counter()
    for row in session.scalars(select(Hazard)):
        month = local_date(row.found_at).replace(day=1)
        key = (str(month), row.domain, row.grade, row.origin)
        is_open = row.canonical not in ("closed", "cancelled")
        found[(*key, "found")] += row.canonical != "cancelled"
        found[(*key, "open")] += is_open
        found[(*key, "overdue")] += bool(is_open and row.clock_on and row.clock_on < today)
        found[(*key, "closed")] += row.canonical == "closed"
        if is_open:
            age = (today - local_date(row.found_at)).days
            bucket = next(
                name
                for name, most in (("age_7", 7), ("age_15", 15), ("age_30", 30), ("age_more", 10_000))
                if age <= most
            )
            found[(*key, bucket)] += 1
        if row.closed_at is not None:
            found[(str(local_date(row.closed_at).replace(day=1)), *key[1:], "closed_in")] += 1
            found[(*key, "days_sum")] += (local_date(row.closed_at) - local_date(row.found_at)).days
    return +found


def stored(session: TenantSession) -> Counter[tuple[str, ...]]:
    names = ("found", "open", "overdue", "closed", "age_7", "age_15", "age_30", "age_more", "closed_in", "days_sum")
    found: Counter[tuple[str, ...]] = Counter()
    for row in session.scalars(select(HazardRollup)):
        for name in names:
            found[(str(row.month), row.domain, row.grade, row.source, name)] += getattr(row, name)
    return +found


@pytest.mark.parametrize("seed", range(3))
def test_recount_when_things_happened_at_random_then_equals_a_count_by_hand(
    ledger: Ledger, clock: FixedClock, seed: int
) -> None:
    rng = Random(seed)
    for _ in range(2):
        tell(ledger, clock, rng, 7)
        recount(ledger.session)
        assert stored(ledger.session) == counted(ledger.session)


def test_recount_when_only_time_passes_then_open_ones_grow_old_and_late(ledger: Ledger, clock: FixedClock) -> None:
    ledger.walk(ledger.report(), to="start")
    recount(ledger.session)
    fresh = stored(ledger.session)
    clock.advance(timedelta(days=40))
    recount(ledger.session)
    assert stored(ledger.session) == counted(ledger.session) != fresh


def test_recount_when_the_neighbour_has_rows_too_then_counts_only_its_own(
    world: World, neighbour: World, ledger: Ledger
) -> None:
    with neighbour.session() as session:
        Ledger(neighbour, session, build_plugins((), points=())).report()
    assert recount(ledger.session) == 0
    with neighbour.session() as session:
        assert recount(session) == 1


def test_recount_when_schools_keep_silent_then_completeness_has_its_denominator(ledger: Ledger) -> None:
    ledger.report()
    ledger.report()
    recount(ledger.session)
    state = ledger.session.scalars(select(RollupState)).one()
    month = ledger.session.scalars(select(ReportingRollup)).one()
    assert (month.with_entry, month.schools) == (1, state.schools)
    assert state.schools >= 2
