"""Who owes what to whom, as the packs say it; and the chain of a month in sip."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest

from core.kernel.obligations import occurrences
from core.kernel.schoolyear import Span
from core.reports.owed import opens_on, owing, recipients
from core.tenancy.packs.check import load
from core.tenancy.packs.model import Pack, Report
from core.tenancy.packs.owed import rule, school_calendar
from tests.factories.world import ROOT

OCTOBER = Span(date(2020, 10, 1), date(2020, 11, 5))
DISTRICTS = ("wujin", "sip", "yongqiao", "lianyun", "tongyu")


@cache
def pack(slug: str) -> Pack:
    return load(ROOT / "tenants" / slug)


def report(slug: str, code: str) -> Report:
    return next(own for own in pack(slug).reports if own.code == code)


def due_days(slug: str, code: str, asked: Span) -> list[date]:
    calendar = school_calendar(pack(slug), asked=asked)
    found = occurrences(rule(pack(slug), report(slug, code)), calendar, asked)
    return [one.due_on for one in found if one.due_on is not None]


@pytest.mark.parametrize(
    ("code", "day"),
    [
        ("a2-051", date(2020, 10, 28)),
        ("a2-039", date(2020, 10, 31)),
        ("3-3-04-early", date(2020, 11, 1)),
        ("a2-052", date(2020, 11, 3)),
    ],
)
def test_the_chain_of_october_in_sip(code: str, day: date) -> None:
    """28日 → 月底 → 次月1日前 → 次月3日."""
    assert day in due_days("sip", code, OCTOBER)


@pytest.mark.parametrize(("code", "weekday"), [("a2-053", 2), ("a2-054", 3)])
def test_the_weekly_reports_of_sip(code: str, weekday: int) -> None:
    found = due_days("sip", code, Span(date(2020, 10, 5), date(2020, 12, 31)))
    assert len(found) >= 12 and {day.weekday() for day in found} == {weekday}


def test_the_ten_day_report_opens_the_day_after_the_one_before() -> None:
    asked = Span(date(2018, 11, 26), date(2018, 12, 16))
    calendar = school_calendar(pack("tongyu"), asked=asked)
    found = list(occurrences(rule(pack("tongyu"), report("tongyu", "ten-day")), calendar, asked))
    assert [(opens_on(one), one.due_on) for one in found] == [
        (date(2018, 11, 21), date(2018, 11, 26)), (date(2018, 11, 27), date(2018, 12, 6)), (date(2018, 12, 7), date(2018, 12, 16)),
    ]  # fmt: skip


def test_a_report_of_a_year_opens_a_month_before_it_is_due() -> None:
    asked = Span(date(2018, 12, 1), date(2018, 12, 31))
    calendar = school_calendar(pack("tongyu"), asked=asked)
    (found,) = occurrences(rule(pack("tongyu"), report("tongyu", "annual-assessment")), calendar, asked)
    assert opens_on(found) == date(2018, 11, 30)


def test_a_body_without_an_office_is_filed_for_by_the_bureau_in_its_name() -> None:
    found = owing(pack("sip"), report("sip", "a2-088"))
    assert (found.org_types, dict(found.codes), found.root) == (
        frozenset({"bureau"}), {}, ("园区校园和校车安全专业委员会",),
    )  # fmt: skip


def test_a_post_is_filed_for_by_the_bureau_and_a_department_by_itself() -> None:
    assert owing(pack("sip"), report("sip", "a1-l2-06")).root == ("分管安全工作局领导",)
    assert dict(owing(pack("sip"), report("sip", "a1-11-06")).codes) == {"safety": ""}


def test_recipients_outside_the_district_are_told_apart() -> None:
    assert [(one.label, one.outside) for one in recipients(pack("sip"), report("sip", "a1-11-06"))] == [
        ("江苏省校园安全风险管控系统", True), ("苏州市安全生产问题处置监管平台", True),
    ]  # fmt: skip
    assert [(one.label, one.outside) for one in recipients(pack("tongyu"), report("tongyu", "ten-day"))] == [
        ("领导小组办公室", False)
    ]
    assert [one.outside for one in recipients(pack("sip"), report("sip", "a2-061"))] == [True]


@pytest.mark.parametrize("slug", DISTRICTS)
def test_every_report_of_every_pack_is_owed_by_somebody(slug: str) -> None:
    for own in pack(slug).reports:
        found = owing(pack(slug), own)
        assert found.org_types or found.codes or found.root, own.code
        assert recipients(pack(slug), own), own.code
