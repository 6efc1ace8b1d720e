"""Who owes what in tongyu on 2018-12-06, through the database; the readings of 「每十日」 as the district switches them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date

import pytest

from core.access.actor import Coverage
from core.http.paging import Paging
from core.kernel.obligations import Standing
from core.kernel.schoolyear import Span
from core.obligations.queries import Asked, clause_tallies, due_rows, due_sums, duty_tallies, expected_in, unit_tallies
from core.switchboard.services.pack import choose_reading, set_value
from tests.core.obligations.conftest import Fact, evidence_from, plugins_with
from tests.factories.world import World

ALL = Coverage(None)
TEN = frozenset({"ten-day"})
CAMPAIGN = Span(date(2018, 11, 1), date(2019, 5, 31))
DAY = date(2018, 12, 6)


@pytest.fixture
def tongyu(district: Callable[..., World]) -> World:
    return district("tongyu", on=DAY)


def filed(world: World, unit: str, key: str, on: date) -> Fact:
    return Fact(world.units[unit], "report:ten-day", on, key=key)


def test_on_2018_12_06_every_school_owes_the_second_report(tongyu: World) -> None:
    facts = [
        filed(tongyu, "primary-1", "ten-day@2018-11-26", date(2018, 11, 26)),
        filed(tongyu, "primary-1", "ten-day@2018-12-06", date(2018, 12, 5)),
        filed(tongyu, "junior-1", "ten-day@2018-11-26", date(2018, 11, 28)),
    ]
    plugins = plugins_with([evidence_from(facts, activities=["report:"])])
    with tongyu.session(read_only=True) as session:
        asked = Asked(Span(date(2018, 11, 26), DAY), codes=TEN)
        page = due_rows(session, plugins, coverage=ALL, asked=asked, paging=Paging(page_size=100))
        tallies = duty_tallies(session, plugins, coverage=ALL, asked=asked)
    states = {(row.unit_code, row.due_on): row.state for row in page.items}
    schools = {row.unit_code for row in page.items}
    assert schools == {
        "primary-1", "junior-1", "nine_year-1", "senior-1", "vocational-1", "private_school-1", "kindergarten-1",
        "private_kindergarten-1",
    }  # fmt: skip
    assert page.total == 16
    first, second = date(2018, 11, 26), DAY
    assert states["primary-1", first] is states["primary-1", second] is Standing.FULFILLED
    assert states["junior-1", first] is Standing.LATE
    assert states["senior-1", first] is Standing.OVERDUE
    assert states["senior-1", second] is Standing.UNDER_WAY, "due at the end of the day, not before"
    assert Counter(states.values()) == dict(tallies["ten-day"].counts)


def test_the_next_day_the_second_report_is_overdue(district: Callable[..., World]) -> None:
    world = district("tongyu", on=date(2018, 12, 7), at=0)
    plugins = plugins_with([evidence_from([], activities=["report:"])])
    with world.session(read_only=True) as session:
        sums = due_sums(session, plugins, coverage=ALL, asked=Asked(Span(DAY, DAY), codes=TEN))
    assert [(one.expected.found.key, dict(one.tally.counts)) for one in sums] == [
        ("ten-day@2018-12-06", {Standing.OVERDUE: 8})
    ]


def test_a_report_of_the_bureau_is_not_a_schools(tongyu: World) -> None:
    plugins = plugins_with([evidence_from([], activities=["report:"])])
    with tongyu.session(read_only=True) as session:
        asked = Asked(Span(date(2018, 1, 1), date(2018, 12, 31)), codes=frozenset({"annual-assessment"}))
        page = due_rows(session, plugins, coverage=ALL, asked=asked, paging=Paging())
    assert [(row.unit_code, row.due_on) for row in page.items] == [("bureau", date(2018, 12, 31))]


def test_the_clauses_of_the_notice_have_a_state(tongyu: World) -> None:
    plugins = plugins_with([evidence_from([], activities=["report:"])])
    with tongyu.session(read_only=True) as session:
        found = clause_tallies(session, plugins, coverage=ALL, asked=Asked(CAMPAIGN))
        mine = unit_tallies(session, plugins, coverage=ALL, asked=Asked(CAMPAIGN, codes=TEN))
    assert found["TY-4.1-12"].worst is Standing.OVERDUE  # the plan was due on 11-26
    assert found["TY-4.2-29"].worst is Standing.UNDER_WAY  # 12-19
    assert found["TY-4.2-25"].worst is Standing.OPEN, "不定期, and nothing here counts covert visits"
    assert found["TY-2.3-07"].worst is Standing.OPEN, "一日一醒 is counted by nothing that is installed in this test"
    assert mine[tongyu.units["primary-1"]].total == 15
    assert dict(mine[tongyu.units["primary-1"]].counts) == {
        Standing.OVERDUE: 1, Standing.UNDER_WAY: 1, Standing.NOT_YET: 13,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("option", "count", "first"),
    [("a", 15, date(2018, 11, 26)), ("b", 14, date(2018, 12, 6)), ("c", 14, date(2018, 12, 5))],
)
def test_the_district_chooses_the_reading_of_every_ten_days(
    tongyu: World, option: str, count: int, first: date
) -> None:
    with tongyu.session() as session:
        choose_reading(session, actor=tongyu.system, reading_id="TY-A08", option=option, version=0)
        days = [one.found.due_on for one in expected_in(session, Asked(CAMPAIGN, codes=TEN))]
    with tongyu.session(read_only=True) as session:
        again = [one.found.due_on for one in expected_in(session, Asked(CAMPAIGN, codes=TEN))]
    assert days == again
    assert (len(days), days[0]) == (count, first)


def test_the_districts_own_word_goes_before_the_reading(tongyu: World) -> None:
    with tongyu.session() as session:
        choose_reading(session, actor=tongyu.system, reading_id="TY-A08", option="b", version=0)
        set_value(session, actor=tongyu.system, key="report.ten_day.reading", value="C", version=0)
        days = [one.found.due_on for one in expected_in(session, Asked(CAMPAIGN, codes=TEN))]
    assert days[0] == date(2018, 12, 5)


def test_reports_move_off_holidays_where_the_district_says_so(tongyu: World) -> None:
    spring = Asked(Span(date(2019, 2, 1), date(2019, 2, 13)), codes=TEN)
    with tongyu.session() as session:
        stays = [one.found.due_on for one in expected_in(session, spring)]
        set_value(session, actor=tongyu.system, key="report.holiday_shift", value=True, version=0)
        moved = [one.found.due_on for one in expected_in(session, spring)]
    assert stays == [date(2019, 2, 4)]
    assert moved == [date(2019, 2, 11)], "the first working day after the Spring Festival of 2019"


def test_a_district_may_read_by_a_day_strictly(tongyu: World) -> None:
    with tongyu.session() as session:
        asked = Asked(Span(DAY, DAY), codes=TEN)
        before = expected_in(session, asked)[0].found.due_at
        set_value(session, actor=tongyu.system, key="due.named_day_included", value=False, version=0)
        after = expected_in(session, asked)[0].found.due_at
    assert before is not None and after is not None
    assert (before - after).days == 1


def test_a_neighbours_facts_count_for_nobody_here(tongyu: World, district: Callable[..., World]) -> None:
    neighbour = district("tongyu", on=DAY)
    facts = [filed(neighbour, code, "ten-day@2018-12-06", DAY) for code in ("primary-1", "junior-1")]
    plugins = plugins_with([evidence_from(facts, activities=["report:"])])
    asked = Asked(Span(DAY, DAY), codes=TEN)
    with tongyu.session(read_only=True) as session:
        mine = due_sums(session, plugins, coverage=ALL, asked=asked)[0].tally
        units = {row.unit_id for row in due_rows(session, plugins, coverage=ALL, asked=asked, paging=Paging()).items}
    assert mine.settled == 0
    assert units <= set(tongyu.units.values())
