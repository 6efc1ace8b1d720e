from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.kernel.calendar import add_days, days_left, is_overdue, is_working_day
from core.kernel.clock import FixedClock, ShiftedClock, end_of_day, local_date, parse_instant, start_of_day
from core.kernel.ids import new_id

DAYS = st.dates(date(2016, 1, 1), date(2030, 12, 31))


def test_local_date_when_late_in_utc_then_is_tomorrow_in_shanghai() -> None:
    assert local_date(datetime(2020, 12, 31, 16, 0, tzinfo=UTC)) == date(2021, 1, 1)


def test_naive_when_given_then_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        FixedClock(datetime(2020, 1, 1))  # noqa: DTZ001  the fault under test
    with pytest.raises(ValueError, match="naive"):
        local_date(datetime(2020, 1, 1))  # noqa: DTZ001


def test_parse_when_no_offset_then_is_shanghai() -> None:
    assert parse_instant("2018-12-06T08:00") == datetime(2018, 12, 6, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize("text", ["0001-01-01T00:00", "9999-12-31T23:59:59-01:00", "noon"])
def test_parse_when_it_is_no_time_that_there_is_then_value_error(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  the words are for programs
        parse_instant(text)


def test_shifted_when_base_runs_then_keeps_its_distance() -> None:
    base = FixedClock(datetime(2026, 1, 1, tzinfo=UTC))
    shifted = ShiftedClock(base, timedelta(days=-365))
    base.advance(timedelta(hours=1))
    assert shifted.now() == datetime(2025, 1, 1, 1, tzinfo=UTC)


@given(DAYS)
def test_due_day_when_it_ends_then_overdue_from_the_next_midnight(day: date) -> None:
    assert not is_overdue(day, now=end_of_day(day) - timedelta(microseconds=1))
    assert is_overdue(day, now=end_of_day(day))
    assert days_left(day, now=start_of_day(day)) == 0


@given(DAYS, st.integers(0, 60))
def test_working_days_when_added_then_land_on_a_working_day_no_earlier_than_natural_ones(day: date, count: int) -> None:
    end = add_days(day, count, working=True)
    assert end >= add_days(day, count)
    assert count == 0 or is_working_day(end)
    assert sum(is_working_day(day + timedelta(days=i)) for i in range(1, (end - day).days + 1)) == count


def test_working_days_when_the_state_council_moves_them_then_follows() -> None:
    assert not is_working_day(date(2020, 10, 1))
    assert is_working_day(date(2020, 10, 10))  # a Saturday made up for National Day


def test_ids_when_made_in_turn_then_sort_by_time_and_differ() -> None:
    ids = [new_id() for _ in range(1000)]
    assert len(set(ids)) == 1000
    assert all(one.version == 7 and one.variant == "specified in RFC 4122" for one in ids)
    assert ids[0].int >> 80 <= ids[-1].int >> 80
