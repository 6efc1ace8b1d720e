from __future__ import annotations

from datetime import date, timedelta

from plugins.fire.rounds import Round, due_on, expected, missed, monday, weeks_until

FRIDAY = date(2020, 11, 20)
THURSDAY = date(2020, 11, 26)


def test_due_when_daily_then_the_next_working_day() -> None:
    assert due_on(FRIDAY, every=1, starts=date(2020, 9, 1)) == date(2020, 11, 23)


def test_due_when_never_walked_then_counted_from_the_first_day() -> None:
    assert due_on(None, every=7, starts=date(2020, 11, 20)) == date(2020, 11, 26)


def test_due_when_a_make_up_day_is_worked_then_it_counts() -> None:
    # Saturday 2020-10-10 was worked after the National Day holidays
    assert due_on(date(2020, 10, 9), every=1, starts=date(2020, 9, 1)) == date(2020, 10, 10)


def test_expected_when_the_week_is_not_over_then_today_is_not_missed_yet() -> None:
    every_day = Round("p", 1, date(2020, 9, 1), None)
    assert expected(every_day, monday(THURSDAY), today=THURSDAY) == 3
    assert expected(every_day, date(2020, 11, 16), today=THURSDAY) == 5


def test_expected_when_added_or_retired_in_the_week_then_only_those_days() -> None:
    week = date(2020, 11, 16)
    assert expected(Round("p", 1, date(2020, 11, 18), None), week, today=THURSDAY) == 3
    assert expected(Round("p", 1, date(2020, 9, 1), date(2020, 11, 17)), week, today=THURSDAY) == 2
    assert expected(Round("p", 1, date(2020, 12, 1), None), week, today=THURSDAY) == 0


def test_missed_when_weekly_then_one_patrol_a_week_is_enough() -> None:
    weeks = weeks_until(THURSDAY, 3)
    weekly = Round("p", 7, date(2020, 9, 1), None)
    assert missed(weekly, weeks, {weeks[0]: 1, weeks[1]: 2}, today=THURSDAY) == [0, 0, 1]


def test_missed_when_every_four_weeks_then_an_earlier_patrol_covers() -> None:
    weeks = weeks_until(THURSDAY, 2)
    monthly = Round("p", 28, date(2020, 1, 1), None)
    assert missed(monthly, weeks, {weeks[0] - timedelta(days=14): 1}, today=THURSDAY) == [0, 0]
    assert missed(monthly, weeks, {}, today=THURSDAY) == [1, 1]
