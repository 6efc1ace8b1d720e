"""Due dates of the five notices, to the day, and what fulfils them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.kernel.clock import end_of_day, local_date
from core.kernel.due import Anchor, DueRule, Shift, Within, reminder_day
from core.kernel.obligations import (
    EXCUSED,
    Record,
    Rule,
    Standing,
    UnitFacts,
    after_event,
    occurrences,
    standing,
    strictest,
)
from core.kernel.periods import Period, Reading
from core.kernel.schoolyear import SchoolCalendar, Span, Term

YEAR_2020 = Span(date(2020, 9, 1), date(2021, 8, 31))
SIP = SchoolCalendar(
    terms=(
        Term("2020-1", "2020年秋学期", Span(date(2020, 9, 1), date(2021, 1, 29))),
        Term("2021-2", "2021年春学期", Span(date(2021, 2, 22), date(2021, 7, 2))),
    )
)
SCHOOL = UnitFacts(frozenset({"primary"}))
KINDERGARTEN = UnitFacts(frozenset({"kindergarten"}))


def rule(**changes: object) -> Rule:
    given_ = {"code": "r", "activity": "drill", "title": "演练", "period": Period.MONTH, "sources": ("X-1",)} | changes
    return Rule(**given_)  # type: ignore[arg-type]


def dues(one: Rule, asked: Span, calendar: SchoolCalendar = SIP) -> list[date]:
    return [found.due_on for found in occurrences(one, calendar, asked) if found.due_on]


def day(text: str) -> date:
    return date.fromisoformat(text)


TEN_DAYS = {
    # TY-4.2-26: 从11月26日起，每10天报送一次; campaign report 2019-04-22 takes up the days after the last due day
    Reading.FROM_START: (
        "2018-11-26 2018-12-06 2018-12-16 2018-12-26 2019-01-05 2019-01-15 2019-01-25 2019-02-04 2019-02-14"
        " 2019-02-24 2019-03-06 2019-03-16 2019-03-26 2019-04-05 2019-04-15"
    ),
    Reading.AFTER_START: (
        "2018-12-06 2018-12-16 2018-12-26 2019-01-05 2019-01-15 2019-01-25 2019-02-04 2019-02-14"
        " 2019-02-24 2019-03-06 2019-03-16 2019-03-26 2019-04-05 2019-04-15"
    ),
    Reading.PERIOD_END: (
        "2018-12-05 2018-12-15 2018-12-25 2019-01-04 2019-01-14 2019-01-24 2019-02-03 2019-02-13"
        " 2019-02-23 2019-03-05 2019-03-15 2019-03-25 2019-04-04 2019-04-14"
    ),
}


@pytest.mark.parametrize("reading", list(Reading))
def test_tongyus_ten_day_report_falls_due_as_the_reading_says(reading: Reading) -> None:
    report = rule(
        period=Period.EVERY_DAYS, reading=reading, starts=day("2018-11-26"), ends=day("2019-04-20"),
        covers_from=day("2018-11-21"), sources=("TY-4.2-26",),
    )  # fmt: skip
    found = list(occurrences(report, SchoolCalendar(), Span(day("2018-11-01"), day("2019-05-31"))))
    assert [one.due_on for one in found] == [day(text) for text in TEN_DAYS[reading].split()]
    spans = [one.span for one in found]
    first = {Reading.FROM_START: "2018-11-21", Reading.AFTER_START: "2018-11-26", Reading.PERIOD_END: "2018-11-26"}
    assert spans[0].starts == day(first[reading])
    assert all(after.starts == before.ends + timedelta(days=1) for before, after in pairwise(spans))


def test_tongyu_reminds_on_the_last_working_day_before_a_holiday_and_leaves_the_due_day() -> None:
    report = rule(period=Period.EVERY_DAYS, starts=day("2018-11-26"), ends=day("2019-04-20"))
    remind = {
        one.due_on: one.remind_on
        for one in occurrences(report, SchoolCalendar(), Span(day("2019-01-26"), day("2019-02-04")))
    }
    assert remind == {day("2019-02-04"): day("2019-02-03")}  # 02-03 was a make-up working Sunday


def test_sips_monthly_chain() -> None:
    autumn = {"starts": day("2020-10-01"), "ends": day("2020-12-31")}
    asked = Span(day("2020-10-01"), day("2021-01-31"))
    chain = {
        "school": DueRule(Anchor.MONTH_DAY, day=28),
        "bureau": DueRule(Anchor.MONTH_DAY),
        "province": DueRule(Anchor.MONTH_DAY, day=1, months_after=1),
        "third_party": DueRule(Anchor.MONTH_DAY, day=3, months_after=1),
    }
    found = {name: [f"{due:%m-%d}" for due in dues(rule(due=due, **autumn), asked)] for name, due in chain.items()}
    assert found == {
        "school": ["10-28", "11-28", "12-28"],
        "bureau": ["10-31", "11-30", "12-31"],
        "province": ["11-01", "12-01", "01-01"],
        "third_party": ["11-03", "12-03", "01-03"],
    }


@pytest.mark.parametrize(
    ("weekday", "first", "last"), [(3, "2020-10-07", "2020-12-30"), (4, "2020-10-01", "2020-12-31")]
)
def test_sips_weekly_reports(weekday: int, first: str, last: str) -> None:
    weekly = rule(
        period=Period.WEEK, due=DueRule(Anchor.WEEKDAY, day=weekday), starts=day("2020-10-01"), ends=day("2020-12-31")
    )
    found = dues(weekly, Span(day("2020-09-01"), day("2021-02-01")))
    assert (found[0], found[-1]) == (day(first), day(last))
    assert {due.isoweekday() for due in found} == {weekday}
    assert all((after - before).days == 7 for before, after in pairwise(found))


SIP_DRILLS = {
    # C01 and C02: four rules with their sources, one record counts towards all, the strictest shown
    "2.10-21": {"period": Period.TEACHING_MONTH, "types": frozenset({"primary", "junior", "senior"})},
    "2.10-22": {"period": Period.TEACHING_MONTH, "every": 2, "types": frozenset({"kindergarten"})},
    "2.10-24": {
        "period": Period.SCHOOL_YEAR,
        "at_least": 8,
        "plus": "n",
        "types": frozenset({"primary", "junior", "senior"}),
    },
    "2.10-25": {"period": Period.SCHOOL_YEAR, "at_least": 4, "plus": "n", "types": frozenset({"kindergarten"})},
    "A2-136": {"period": Period.TERM, "at_least": 4, "types": frozenset({"primary", "junior", "senior"})},
    "A2-136b": {"period": Period.TERM, "at_least": 2, "types": frozenset({"kindergarten"})},
}


def sip_drills(unit: UnitFacts) -> dict[str, Rule]:
    rules = {code: rule(code=code, sources=(f"SIP-{code}",), **given_) for code, given_ in SIP_DRILLS.items()}
    return {code: one for code, one in rules.items() if one.applies(unit)}


@pytest.mark.parametrize(("unit", "a_year"), [(SCHOOL, 8), (KINDERGARTEN, 4)])
def test_sips_drill_rules_side_by_side_agree_over_a_year(unit: UnitFacts, a_year: int) -> None:
    rules = sip_drills(unit)
    asked = {code: sum(one.wanted(unit) or 0 for _ in occurrences(one, SIP, YEAR_2020)) for code, one in rules.items()}
    assert set(asked.values()) == {a_year} and len(asked) == 3


def test_kindergartens_two_month_windows_lie_in_teaching_months() -> None:
    found = [one.title for one in occurrences(sip_drills(KINDERGARTEN)["2.10-22"], SIP, YEAR_2020)]
    assert found == [
        "2020年9月至2020年10月", "2020年11月至2020年12月", "2021年3月至2021年4月", "2021年5月至2021年6月",
    ]  # fmt: skip


def test_one_record_counts_for_every_rule_and_own_drills_on_top() -> None:
    drills = [Record("drill", date(2020 if month > 8 else 2021, month, 15)) for month in (9, 10, 11, 12, 3, 4, 5, 6)]
    now = datetime(2021, 9, 1, tzinfo=UTC)
    for one in sip_drills(SCHOOL).values():
        states = {standing(found, drills, unit=SCHOOL, now=now) for found in occurrences(one, SIP, YEAR_2020)}
        assert states == {Standing.FULFILLED}, one.code
    with_own = UnitFacts(frozenset({"primary"}), own_counts={"n": 2})
    (found,) = occurrences(sip_drills(with_own)["2.10-24"], SIP, YEAR_2020)
    assert standing(found, drills, unit=with_own, now=now) is Standing.OVERDUE
    assert strictest(sip_drills(with_own).values(), with_own, SIP, YEAR_2020) == found.rule


def test_dated_duties_of_wujin_lianyun_yongqiao_and_tongyu() -> None:
    once = [
        ("WJ", "2020-12-31"), ("LY", "2021-06-30"), ("LY", "2021-12-31"),
        ("TY", "2018-12-19"), ("TY", "2019-03-20"), ("TY", "2019-04-22"),
    ]  # fmt: skip
    for prefix, due in once:
        one = rule(period=Period.ONCE, on=day(due), sources=(f"{prefix}-1",))
        (found,) = occurrences(one, SchoolCalendar(), Span(day("2018-01-01"), day("2022-12-31")))
        assert (found.due_on, found.due_at) == (day(due), end_of_day(day(due)))


def test_phase_ends_are_due_on_their_last_day_and_move_with_the_phase() -> None:
    calendar = SchoolCalendar(windows={"self-check": (Span(day("2020-11-01"), day("2020-11-30")),)})
    one = rule(period=Period.PHASE, window="self-check")
    assert dues(one, YEAR_2020, calendar) == [day("2020-11-30")]
    later = SchoolCalendar(windows={"self-check": (Span(day("2020-11-01"), day("2020-12-10")),)})
    assert dues(one, YEAR_2020, later) == [day("2020-12-10")]
    assert dues(one, YEAR_2020, SchoolCalendar()) == []


def test_a_window_of_every_year_is_owed_every_year() -> None:
    months = tuple(Span(date(year, 11, 1), date(year, 11, 30)) for year in (2020, 2021))
    calendar = SchoolCalendar(windows={"fire-month": months})
    found = list(
        occurrences(
            rule(period=Period.PHASE, window="fire-month"), calendar, Span(day("2020-01-01"), day("2021-12-31"))
        )
    )
    assert [(one.key, one.due_on) for one in found] == [
        ("r@fire-month@2020", day("2020-11-30")), ("r@fire-month@2021", day("2021-11-30")),
    ]  # fmt: skip


def test_next_terms_plan_is_due_before_the_term_and_may_be_drawn_up_weeks_before() -> None:
    plan = rule(activity="plan", period=Period.TERM, due=DueRule(Anchor.START, days=-1))
    found = list(occurrences(plan, SIP, Span(day("2020-08-01"), day("2021-07-31"))))
    assert [one.due_on for one in found] == [day("2020-08-31"), day("2021-02-21")]
    drawn_up = [Record("plan", day("2020-07-20"))]
    assert standing(found[0], drawn_up, unit=SCHOOL, now=datetime(2020, 9, 1, tzinfo=UTC)) is Standing.FULFILLED


def test_second_week_of_term() -> None:
    meeting = rule(period=Period.TERM, due=DueRule(Anchor.START, weeks=2))
    assert dues(meeting, YEAR_2020) == [day("2020-09-13"), day("2021-03-07")]  # terms began on Tuesday and Monday


def test_leap_day_and_short_months() -> None:
    last = rule(due=DueRule(Anchor.MONTH_DAY))
    assert dues(last, Span(day("2020-02-01"), day("2020-02-29"))) == [day("2020-02-29")]
    assert dues(last, Span(day("2021-02-01"), day("2021-02-28"))) == [day("2021-02-28")]
    working = rule(due=DueRule(Anchor.LAST_WORKING_DAY))
    assert dues(working, Span(day("2020-10-01"), day("2020-10-31"))) == [day("2020-10-30")]


def test_strict_reading_makes_it_overdue_a_day_earlier() -> None:
    one = rule(period=Period.ONCE, on=day("2018-12-19"))
    (found,) = occurrences(one, SchoolCalendar(), Span(day("2018-12-01"), day("2018-12-31")), strict=True)
    assert found.due_at == end_of_day(day("2018-12-18"))


def test_what_an_event_makes_due() -> None:
    at = datetime(2020, 11, 26, 2, 30, tzinfo=UTC)
    first = rule(period=Period.EVENT, within=Within(minutes=30))
    assert after_event(first, at, subject="incident-1").due_at == at + timedelta(minutes=30)
    review = rule(period=Period.EVENT, within=Within(days=3, working=True))
    assert after_event(review, at, subject="drill-1").due_on == day("2020-12-01")  # Thursday + 3 working days
    with pytest.raises(ValueError, match="event"):
        after_event(rule(), at, subject="x")


def test_standing_goes_from_not_yet_to_overdue_and_late() -> None:
    report = rule(activity="report", due=DueRule(Anchor.MONTH_DAY, day=28))
    (october,) = occurrences(report, SIP, Span(day("2020-10-01"), day("2020-10-31")))

    def at(text: str, *records: Record, one: Rule = report) -> Standing:
        (found,) = occurrences(one, SIP, Span(day("2020-10-01"), day("2020-10-31")))
        return standing(found, records, unit=SCHOOL, now=datetime.fromisoformat(f"{text}T12:00+08:00"))

    assert october.due_at == end_of_day(day("2020-10-28"))
    assert at("2020-09-30") is Standing.NOT_YET
    assert at("2020-10-01") is Standing.UNDER_WAY
    assert at("2020-10-28") is Standing.UNDER_WAY
    assert at("2020-10-29") is Standing.OVERDUE
    assert at("2020-11-29", Record("report", day("2020-10-30"))) is Standing.LATE
    assert at("2020-11-29", Record("report", day("2020-10-05"))) is Standing.FULFILLED
    assert at("2020-11-29", Record("drill", day("2020-10-05"))) is Standing.OVERDUE
    assert at("2020-11-29", one=rule(due=report.due, confirm=True)) is Standing.TO_CONFIRM
    assert at("2020-11-29", one=rule(due=report.due, at_least=None)) is Standing.OPEN


@pytest.mark.parametrize("excuse", EXCUSED)
@pytest.mark.parametrize("at", ["2020-09-01", "2020-10-05", "2020-11-29"])
def test_who_is_let_off_keeps_what_was_done_in_time_and_is_never_late(excuse: Standing, at: str) -> None:
    report = rule(activity="report", due=DueRule(Anchor.MONTH_DAY, day=28))
    (found,) = occurrences(report, SIP, Span(day("2020-10-01"), day("2020-10-31")))
    told = partial(standing, found, unit=SCHOOL, now=datetime.fromisoformat(f"{at}T12:00+08:00"), excuse=excuse)
    assert told(()) is told([Record("report", day("2020-10-30"))]) is excuse
    assert told([Record("report", day("2020-10-28"))]) is Standing.FULFILLED


def test_on_demand_and_irregular_are_never_due() -> None:
    for period in (Period.ON_DEMAND, Period.IRREGULAR, Period.EVENT):
        assert dues(rule(period=period), YEAR_2020) == []
    assert dues(rule(period=Period.ONCE), YEAR_2020) == []


def test_topics_narrow_what_counts() -> None:
    fire = rule(topics=frozenset({"fire_evacuation"}))
    (found,) = occurrences(fire, SIP, Span(day("2020-10-01"), day("2020-10-31")))
    now = datetime(2020, 11, 5, tzinfo=UTC)
    assert standing(found, [Record("drill", day("2020-10-05"))], unit=SCHOOL, now=now) is Standing.OVERDUE
    done = Record("drill", day("2020-10-05"), frozenset({"fire_evacuation", "night"}))
    assert standing(found, [done], unit=SCHOOL, now=now) is Standing.FULFILLED


@pytest.mark.parametrize(
    "changes",
    [{"sources": ()}, {"every": 0}, {"at_least": 0}, {"step": 0}, {"period": Period.PHASE}, {"period": Period.WEEK, "every": 2}, {"due": DueRule(Anchor.WEEKDAY, day=3)}],
)  # fmt: skip
def test_a_rule_that_makes_no_sense_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"r: "):
        rule(**changes)


PERIODS = [period for period in Period if period not in (Period.PHASE, Period.CAMPAIGN, Period.WINDOW, Period.ONCE)]
DAYS = st.dates(date(2015, 1, 1), date(2030, 12, 31))
SPANS = st.tuples(DAYS, st.integers(0, 250)).map(lambda pair: Span(pair[0], pair[0] + timedelta(days=pair[1])))
DUE_RULES = st.builds(
    DueRule, anchor=st.sampled_from([a for a in Anchor if a not in (Anchor.WEEKDAY, Anchor.YEAR_DAY)]), day=st.integers(1, 31),
    months_after=st.integers(0, 2), days=st.integers(-20, 20), shift=st.sampled_from(Shift),
)  # fmt: skip


@settings(max_examples=60)
@given(st.sampled_from(PERIODS), DUE_RULES, SPANS, SPANS)
def test_occurrences_are_in_what_was_asked_ordered_and_distinct(
    period: Period, due: DueRule, force: Span, asked: Span
) -> None:
    one = rule(period=period, due=due, starts=force.starts, ends=force.ends)
    found = list(occurrences(one, SIP, asked))
    assert all(item.due_on is not None and item.due_on in asked for item in found)
    assert len({item.key for item in found}) == len(found)
    assert all(item.due_on in item.span or item.due_on < item.span.ends for item in found if item.due_on)


@settings(max_examples=60)
@given(st.sampled_from(PERIODS), DUE_RULES, SPANS, SPANS, st.integers(0, 400))
def test_asking_in_two_parts_finds_the_same_as_asking_at_once(
    period: Period, due: DueRule, force: Span, asked: Span, cut: int
) -> None:
    one = rule(period=period, due=due, starts=force.starts, ends=force.ends)
    whole = {item.key for item in occurrences(one, SIP, asked)}
    middle = min(asked.starts + timedelta(days=cut), asked.ends)
    parts = [Span(asked.starts, middle)]
    if middle < asked.ends:
        parts.append(Span(middle + timedelta(days=1), asked.ends))
    found = [item.key for part in parts for item in occurrences(one, SIP, part)]
    assert sorted(found) == sorted(whole)


@settings(max_examples=40)
@given(SPANS)
def test_every_day_lies_in_one_period_of_each_seamless_kind(asked: Span) -> None:
    for period in (
        Period.DAY,
        Period.WEEK,
        Period.TEN_DAYS,
        Period.MONTH,
        Period.QUARTER,
        Period.SCHOOL_YEAR,
        Period.YEAR,
    ):
        spans = [
            item.span
            for item in occurrences(
                rule(period=period, starts=asked.starts, ends=asked.ends), SIP, Span(asked.starts, asked.ends)
            )
        ]
        assert sum(span.days for span in spans) == asked.days, period
        assert all(a.ends < b.starts for a, b in pairwise(spans))


@given(DAYS)
def test_a_reminder_comes_before_and_on_a_working_day(due_on: date) -> None:
    remind_on = reminder_day(due_on, SIP)
    assert remind_on < due_on and not SIP.is_free(remind_on)


@given(DAYS, st.integers(0, 60), st.booleans())
def test_within_days_runs_to_the_end_of_its_day(happened: date, days: int, working: bool) -> None:
    at = end_of_day(happened) - timedelta(hours=1)
    due = Within(days=days, working=working).after(at)
    last = local_date(due - timedelta(seconds=1))
    assert due == end_of_day(last) and last >= happened + timedelta(days=0 if working else days)
