"""Charts are plain data with a table that holds every number and a sentence that says what is to be seen."""

from __future__ import annotations

import json
from datetime import date

import pytest

from core.oversight import charts
from core.oversight.charts.bureau import Point, outlying
from core.oversight.figures import Box, CategoryRow, Chart, DomainRow, MonthPoint, PhaseBar, Rate, Span, quantile
from core.oversight.gantt import gantt
from core.oversight.queries.district import percentile

FIRE = DomainRow("fire", "消防", found=10, open=4, overdue=1, closed=6, ages=(2, 1, 0, 1))
FOOD = DomainRow("food", "食品", found=3, open=0, overdue=0, closed=3)
MONTHS = [MonthPoint(date(2020, 9, 1), 8, 3, 6), MonthPoint(date(2020, 10, 1), 5, 6)]
PHASE = Span("动员部署", date(2020, 9, 1), date(2020, 10, 31))
ALL: list[Chart] = [
    charts.ageing([FIRE, FOOD]), charts.trend(MONTHS, [PHASE]), charts.domains([FIRE, FOOD]),
    charts.days_box([Box("全部", 9, 0, 2, 5, 9, 20)]), charts.funnel([Point("甲区", "消防", Rate(8, 10)), Point("乙区", "消防", Rate(1, 3))]),
    *charts.multiples([("1", "甲区", MONTHS)]), charts.closure(MONTHS), charts.categories([CategoryRow("fire", "exit", "消防 · 通道", 3)]),
]  # fmt: skip
EMPTY = [
    charts.ageing([]), charts.trend([]), charts.domains([]), charts.days_box([]), charts.funnel([]), charts.closure([]), charts.categories([]),
]  # fmt: skip


@pytest.mark.parametrize("chart", [*ALL, *EMPTY], ids=lambda chart: chart.id)
def test_chart_when_built_then_is_json_with_words_and_no_pie(chart: Chart) -> None:
    json.dumps(chart.option)
    kinds = {series["type"] for series in chart.option["series"]}  # type: ignore[attr-defined]  # an option is plain data
    assert kinds <= {"bar", "line", "scatter", "boxplot"}
    assert chart.title and chart.summary
    assert all(len(row) == len(chart.columns) for row in chart.rows)


def test_ageing_when_drawn_then_the_table_adds_up_and_closed_domains_are_left_out() -> None:
    (row,) = charts.ageing([FIRE, FOOD]).rows
    assert row == ("消防", 2, 1, 0, 1, 4)


def test_trend_when_a_term_lies_within_then_it_is_shaded_and_named_in_the_table() -> None:
    term = Span("2020年秋学期", MONTHS[0].month.replace(day=7), MONTHS[0].month.replace(day=28))
    chart = charts.trend(MONTHS, [term])
    found = chart.option["series"][0]  # type: ignore[index]  # an option is plain data
    assert found["markArea"]["data"][0][0]["name"] == "2020年秋学期"
    assert [row[1] for row in chart.rows] == ["2020年秋学期", *["—"] * (len(MONTHS) - 1)]


def test_marks_when_they_count_something_then_lead_to_their_rows() -> None:
    chart = charts.ageing([FIRE], url=lambda *, domain, age: f"/{domain}/{age}")
    first, _, third, _ = (series["data"][0] for series in chart.option["series"])  # type: ignore[attr-defined]  # as above
    assert (first, third) == ({"value": 2, "url": "/fire/0"}, 0)


def test_closure_when_drawn_then_every_rate_stands_with_both_numbers() -> None:
    chart = charts.closure(
        [*MONTHS, MonthPoint(date(2020, 11, 1), 0, 1)], url=lambda *, month, what: f"/{month}/{what}"
    )
    (series,) = chart.option["series"]  # type: ignore[misc]  # an option is plain data
    assert [(mark["value"], mark["label"]["formatter"]) for mark in series["data"]] == [(75.0, "6/8"), (0.0, "0/5")]
    assert series["data"][0]["url"] == "/2020-09-01/found"
    assert (
        chart.rows == (("2020-09", 8, 6, "75.0%（6/8）"), ("2020-10", 5, 0, "0.0%（0/5）"))
        and "（6/13）" in chart.summary
    )


def test_categories_when_drawn_then_falling_with_their_sum_and_the_rare_ones_together() -> None:
    rows = [CategoryRow("fire", f"c{count}", f"类{count}", count) for count in range(1, 15)]
    rows[0] = CategoryRow("", "", "未分类", 1)
    chart = charts.categories(rows, url=lambda *, domain, category: f"/{domain}/{category}")
    bars, line = chart.option["series"]  # type: ignore[misc]  # as above
    assert bars["data"][0] == {"value": 14, "url": "/fire/c14"} and bars["data"][-1] == 1 + 2
    assert line["data"][0] == round(100 * 14 / 105, 1) and line["data"][-1] == 100 and len(line["data"]) == 13
    assert len(chart.rows) == 14 and chart.rows[-1] == ("未分类", 1, "1.0%（1/105）", "100.0%（105/105）")
    assert "前8类占80.0%（84/105）" in chart.summary


def test_funnel_when_a_rate_stands_on_few_cases_then_it_is_not_told() -> None:
    chart = charts.funnel([Point("甲区", "消防", Rate(8, 10)), Point("乙区", "消防", Rate(1, 3))])
    assert chart.rows[1][2:] == ("<5", "<5", "—")
    assert [series["name"] for series in chart.option["series"] if series["type"] == "scatter"] == ["甲区"]  # type: ignore[attr-defined]  # as above


def test_outlying_when_chance_explains_it_then_is_no_finding() -> None:
    assert not outlying(Rate(6, 10), 0.8)
    assert outlying(Rate(120, 200), 0.8)


def test_rate_when_there_is_no_denominator_then_there_is_no_rate() -> None:
    assert Rate(0, 0).value is None
    assert Rate(1, 4).value == 0.25 and Rate(1, 4).shown is None


def test_quantile_when_asked_of_a_histogram_then_gives_the_bound_that_holds_it() -> None:
    assert [quantile({3: 5, 7: 3, 15: 2}, share) for share in (0.5, 0.75, 0.95)] == [3, 7, 15]


def test_percentile_when_asked_of_counted_days_then_as_sql_gives_it_of_each_case() -> None:
    days = {9: 1, 1: 2, 4: 1}  # 1, 1, 4, 9
    assert [percentile(days, share) for share in (0.0, 0.25, 0.5, 0.75, 0.95)] == pytest.approx([1, 1, 2.5, 5.25, 8.25])
    assert [percentile({7: 3}, share) for share in (0.0, 0.5, 1.0)] == [7, 7, 7]


def test_gantt_when_phases_follow_each_other_then_bars_touch_and_today_is_marked() -> None:
    first = PhaseBar("p1", "一", date(2020, 9, 1), date(2020, 10, 31), found=4, closed=2)
    second = PhaseBar("p2", "二", date(2020, 11, 1), date(2020, 12, 31))
    made = gantt([first, second], date(2020, 11, 26))
    assert made is not None and made.today is not None
    assert made.rows[1].x == pytest.approx(made.rows[0].x + made.rows[0].width, abs=0.02)
    assert made.rows[0].done == pytest.approx(made.rows[0].width / 2, abs=0.02)
    assert gantt([], date(2020, 11, 26)) is None
