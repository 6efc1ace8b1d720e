"""Tables filled from the ledgers: against plain counting, in a fixed number of queries, and never with the neighbour's."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from core.hazards.models import Hazard
from core.kernel.clock import FixedClock, local_date
from core.kernel.schoolyear import Span
from core.orgs.models import OrgUnit
from core.statistics.queries import computed
from core.tenancy.packs.compile import open_compiled
from core.tenancy.packs.model import Table
from tests.core.hazards.ledger import Ledger, bare_plugins
from tests.core.hazards.web import statements
from tests.factories.world import World, compiled


@pytest.fixture(scope="session")
def t1() -> Table:
    return open_compiled(compiled("tongyu").content).tables[0]


@pytest.fixture
def told(ledger: Ledger, clock: FixedClock) -> Ledger:
    """Two schools and a kindergarten with hazards at every point of their way, one of them major and one a false alarm."""
    today = clock.at
    clock.at = today - timedelta(days=20)
    for stop in ("register", "start", "report", "close", "close", None):
        written = ledger.report()
        if stop:
            ledger.walk(written, to=stop)
        clock.advance(timedelta(days=1))
    clock.at = today
    ledger.report("safety_b", "school_b")
    ledger.report("head", "kindergarten")
    major = ledger.row(ledger.report("head", "campus_a"))
    major.grade = "major"
    cancelled = ledger.row(ledger.report())
    cancelled.canonical = "cancelled"
    ledger.session.flush()
    return ledger


def span_of(ledger: Ledger, days: int = 40) -> Span:
    today = local_date(ledger.session.now())
    return Span(today - timedelta(days=days), today)


def counted(ledger: Ledger, kind: str, grade: str, *canonicals: str) -> int:
    """By hand, one hazard after the other."""
    kinds = {row[0]: row[1] for row in ledger.session.execute(select(OrgUnit.id, OrgUnit.kind))}
    return sum(
        1
        for hazard in ledger.session.scalars(select(Hazard))
        if hazard.canonical != "cancelled"
        and kinds[hazard.school_id or hazard.unit_id] == kind
        and hazard.grade == grade
        and (not canonicals or hazard.canonical in canonicals)
    )


def test_computed_when_hazards_are_told_then_each_figure_is_what_counting_gives(told: Ledger, t1: Table) -> None:
    sheet = computed(told.session, table=t1, units=None, span=span_of(told))
    for row, kind in (("schools", "school"), ("kindergartens", "kindergarten")):
        for first, grade in ((9, "general"), (13, "major")):
            assert sheet.cell(row, f"c{first}").value == counted(told, kind, grade)
            assert sheet.cell(row, f"c{first + 1}").value == counted(
                told, kind, grade, "reported", "verified", "closed"
            )
            assert sheet.cell(row, f"c{first + 2}").value == counted(told, kind, grade, "closed")
    assert sheet.cell("schools", "c11").value == 2 and sheet.cell("schools", "c13").value == 1
    assert sheet.cell("total", "c9").value == 8 and sheet.cell("total", "c17").value == 7
    assert not sheet.differences() and sheet.left_out == 0


def test_computed_when_the_neighbour_has_hazards_then_none_is_counted(
    told: Ledger, neighbour: World, t1: Table
) -> None:
    with neighbour.session() as session:
        Ledger(neighbour, session, bare_plugins()).report()
    assert computed(told.session, table=t1, units=None, span=span_of(told)).cell("total", "c9").value == 8


def test_computed_when_narrowed_to_a_school_then_only_it_and_its_campus_count(told: Ledger, t1: Table) -> None:
    units = frozenset({told.world.units["school_a"]})
    sheet = computed(told.session, table=t1, units=units, span=span_of(told))
    assert (
        sheet.cell("schools", "c5").value,
        sheet.cell("schools", "c9").value,
        sheet.cell("schools", "c13").value,
    ) == (1, 6, 1)
    assert sheet.cell("kindergartens", "c5").value == 0


def test_computed_when_the_period_is_short_then_running_totals_still_hold_everything(told: Ledger, t1: Table) -> None:
    sheet = computed(told.session, table=t1, units=None, span=span_of(told, days=0))
    assert sheet.cell("total", "c9").value == 2
    assert sheet.cell("total", "c9.running").value == 8


def test_computed_when_there_are_more_hazards_then_the_queries_stay_the_same(told: Ledger, t1: Table) -> None:
    engine = told.session.get_bind()
    counts = []
    for _ in range(2):
        told.session.expire_all()
        with statements(engine) as sent:  # type: ignore[arg-type]  # the session is bound to a connection of an engine
            computed(told.session, table=t1, units=None, span=span_of(told))
        counts.append(len(sent))
        for _ in range(2):
            told.report()
    assert counts[0] == counts[1] <= 6


def test_computed_when_the_period_lies_before_everything_then_rates_are_not_there(told: Ledger, t1: Table) -> None:
    sheet = computed(told.session, table=t1, units=None, span=Span(date(2019, 1, 1), date(2019, 1, 31)))
    assert sheet.cell("total", "c9").value == 0
    rate = sheet.cell("total", "c12")
    assert rate.value is None and (rate.part, rate.whole) == (0, 0)
