"""What falls due in each district over its campaign, day by day: ``golden/<slug>.txt``, read by people.

A change there is a change of what schools owe: it is written by ``XIAOAN_GOLDEN=1 pytest tests/tenants/test_due.py``,
and read before it is committed.
"""

from __future__ import annotations

import os
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from core.kernel.obligations import occurrences
from core.kernel.periods import Period
from core.kernel.schoolyear import Span
from core.tenancy.packs.check import load
from core.tenancy.packs.model import Pack
from core.tenancy.packs.owed import rules, school_calendar

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parent / "golden"
ASKED = {
    "wujin": Span(date(2020, 9, 1), date(2022, 12, 31)),
    "sip": Span(date(2020, 6, 1), date(2022, 12, 31)),
    "yongqiao": Span(date(2023, 1, 1), date(2024, 1, 31)),
    "lianyun": Span(date(2021, 1, 1), date(2021, 12, 31)),
    "tongyu": Span(date(2018, 11, 1), date(2019, 5, 31)),
}
DAILY = (Period.DAY, Period.SCHOOL_DAY)


@cache
def pack(slug: str) -> Pack:
    return load(ROOT / "tenants" / slug)


def due_list(slug: str) -> list[str]:
    """One line a due day; daily duties as their number and first and last day."""
    found, asked = pack(slug), ASKED[slug]
    calendar = school_calendar(found, asked=asked)
    lines = []
    for rule in rules(found):
        days = [one.due_on for one in occurrences(rule, calendar, asked) if one.due_on]
        if rule.period in DAILY and days:
            lines.append(f"{days[0]}..{days[-1]} {rule.code} ×{len(days)}")
        else:
            lines += [f"{day} {rule.code}" for day in days]
    return sorted(lines)


@pytest.mark.parametrize("slug", list(ASKED))
def test_due_days_are_the_golden_ones(slug: str) -> None:
    lines, file = due_list(slug), GOLDEN / f"{slug}.txt"
    if os.environ.get("XIAOAN_GOLDEN"):
        file.parent.mkdir(exist_ok=True)
        file.write_text("\n".join(lines) + "\n")
    assert lines == file.read_text().splitlines()


def test_what_the_notices_say_by_name() -> None:
    """The dates that the issue names, so that a wrong golden list cannot pass."""
    tongyu = due_list("tongyu")
    ten_days = [line.split()[0] for line in tongyu if line.endswith(" ten-day")]
    assert (len(ten_days), ten_days[0], ten_days[1], ten_days[-1]) == (15, "2018-11-26", "2018-12-06", "2019-04-15")
    assert {"2018-12-19 interim1", "2019-03-20 interim2", "2019-04-22 summary"} <= set(tongyu)
    assert {"2020-12-31 fire-pass-report", "2020-12-31 one-year-task"} <= set(due_list("wujin"))
    assert {"2021-06-30 chemicals-survey", "2021-12-31 chemicals-assault"} <= set(due_list("lianyun"))
    assert {"2023-03-31 school-plan", "2023-12-31 summary"} <= set(due_list("yongqiao"))
    sip = set(due_list("sip"))
    assert {"2020-10-28 a2-051", "2020-10-31 a2-039", "2020-11-01 3-3-04-early", "2020-11-03 a2-052"} <= sip
    # SIP-3.3-04 with reading C05: from 2021 on; the months before are optional, shown and never a breach
    assert "2021-02-01 3-3-04" in sip and not any(line.endswith(" 3-3-04") and line < "2021-02" for line in sip)
    weekly = {
        code: [line.split()[0] for line in sorted(sip) if line.endswith(f" {code}")] for code in ("a2-053", "a2-054")
    }
    assert {date.fromisoformat(day).isoweekday() for day in weekly["a2-053"]} == {3}
    assert {date.fromisoformat(day).isoweekday() for day in weekly["a2-054"]} == {4}
    assert [weekly[code][end] for code in weekly for end in (0, -1)] == [
        "2020-10-07", "2020-12-30", "2020-10-01", "2020-12-31",
    ]  # fmt: skip


@pytest.mark.parametrize("slug", list(ASKED))
def test_everybody_who_owes_something_is_there(slug: str) -> None:
    found = pack(slug)
    for rule in rules(found):
        assert rule.types, rule.code
        assert all(clause in {one.id for one in found.clauses} for clause in rule.sources)
