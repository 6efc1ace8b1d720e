"""Dates, money, sizes and time limits as people read them."""

from __future__ import annotations

import datetime as dt

import pytest

from core.http import formats

NOW = dt.datetime(2026, 11, 21, 6, 5, tzinfo=dt.UTC)


def test_dates_are_shown_in_shanghai() -> None:
    late = dt.datetime(2026, 11, 20, 16, 30, tzinfo=dt.UTC)
    assert (formats.date(late), formats.datetime(late), formats.document_date(late)) == (
        "2026-11-21",
        "2026-11-21 00:30",
        "2026年11月21日",
    )
    assert (
        formats.document_date(dt.date(2027, 1, 2)) == "2027年1月2日"
        and formats.document_date(dt.date(2027, 1, 2), "en") == "2 January 2027"
    )


def test_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        formats.datetime(dt.datetime(2026, 11, 21))  # noqa: DTZ001  the fault that is tested


@pytest.mark.parametrize(
    ("fen", "shown"), [(0, "0.00"), (1234500, "12,345.00"), (-5, "-0.05"), (None, "")]
)  # fmt: skip
def test_money_is_written_in_yuan(fen: int | None, shown: str) -> None:
    assert formats.money_yuan(fen) == shown


@pytest.mark.parametrize(
    ("offset", "shown", "english"),
    [(-3, "逾期3天", "3 days overdue"), (0, "今日到期", "due today"), (1, "还剩1天", "1 day left")],
)
def test_due_text_on_the_day_itself_is_not_late(offset: int, shown: str, english: str) -> None:
    today = dt.date(2026, 11, 21)
    due = today + dt.timedelta(days=offset)
    assert (formats.due_text(due, today), formats.due_text(due, today, "en")) == (shown, english)


def test_rate_without_denominator_is_not_zero() -> None:
    assert formats.percent(0, 0) == "—" and formats.percent(1, 2) == "50%" and formats.percent(1, 3) == "33.3%"


@pytest.mark.parametrize(
    ("size", "shown"), [(None, ""), (812, "812 B"), (2048, "2 KB"), (1536 * 1024, "1.5 MB"), (3 * 1024**3, "3.0 GB")]
)
def test_filesize(size: int | None, shown: str) -> None:
    assert formats.filesize(size) == shown


def test_ago() -> None:
    hours = [
        dt.timedelta(seconds=5),
        dt.timedelta(minutes=5),
        dt.timedelta(hours=3),
        dt.timedelta(days=2),
        dt.timedelta(seconds=-30),
    ]
    assert [formats.ago(NOW - gap, NOW) for gap in hours] == [
        "刚刚",
        "5分钟前",
        "3小时前",
        "2026-11-19 14:05",
        "2026-11-21 14:05",
    ]
