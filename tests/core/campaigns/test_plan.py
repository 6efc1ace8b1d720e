"""The expanded plan: what 同10月, 同11月 and 同2021年 come down to, on sip's own 172 rows."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from core.campaigns.parties import parties
from core.campaigns.plan import PlanTask, copies_of, expanded
from core.campaigns.standing import Standing, joined, standing
from core.tenancy.packs.check import load
from core.tenancy.packs.model import Pack

ROOT = Path(__file__).parents[3]


@cache
def pack(slug: str) -> Pack:
    return load(ROOT / "tenants" / slug)


@cache
def plan() -> dict[str, PlanTask]:
    return {task.code: task for task in expanded(pack("sip"))}


def rows_of(row: str) -> list[str]:
    return [task.origin for task in plan().values() if task.row == row]


def test_every_row_stands_in_the_plan_and_none_twice() -> None:
    tasks = expanded(pack("sip"))
    assert len({task.code for task in tasks}) == len(tasks)
    assert {task.row for task in tasks} == {task.code for task in pack("sip").tasks}
    assert sum(task.code.startswith("sip-a2-") for task in pack("sip").tasks) == 172


@pytest.mark.parametrize(
    ("row", "origins"),
    [
        ("sip-a2-069", ["sip-a2-039", "sip-a2-040"]),
        ("sip-a2-072", ["sip-a2-042", "sip-a2-043", "sip-a2-044"]),
        # 其他同11月 in December: row 71 is itself 其他同10月, so it comes down to row 41
        ("sip-a2-084", ["sip-a2-070", "sip-a2-041"]),
        ("sip-a2-165", ["sip-a2-133", "sip-a2-134", "sip-a2-135", "sip-a2-136"]),
        ("sip-a2-171", ["sip-a2-155", "sip-a2-156"]),
    ],
)
def test_a_row_that_points_to_others_becomes_copies_of_them(row: str, origins: list[str]) -> None:
    assert rows_of(row) == origins


def test_a_copy_takes_the_work_from_its_origin_and_the_time_from_its_row() -> None:
    origin, copy = plan()["sip-a2-045"], plan()["sip-a2-042"]
    assert origin.remark.startswith("初定10.30")
    november = plan()["sip-a2-072.sip-a2-042"]
    assert (november.label, november.responsible) == (copy.label, copy.responsible) == (
        "教育系统持续开展安全生产宣讲", ("中小学", "幼儿园"),
    )  # fmt: skip
    assert (november.starts, november.ends, november.phase) == (date(2020, 11, 1), date(2020, 11, 30), "p2")
    assert november.said == "同10月"
    assert november.remark == "常态工作"
    assert november.clauses == ("SIP-A2-072",)


def test_2022_repeats_2021_in_its_own_phase_by_label() -> None:
    copies = [task for task in plan().values() if task.row == "sip-a2-162"]
    assert len(copies) == 8
    assert {task.phase for task in copies} == {"p4"}
    assert {task.ends for task in copies} == {date(2022, 12, 31)}


def test_no_copy_is_left_without_words_and_no_label_is_a_remark_of_ours() -> None:
    for slug in ("sip", "wujin", "tongyu", "lianyun", "yongqiao"):
        for task in expanded(pack(slug)):
            assert task.label, task.code
            assert not task.label.startswith("同"), task.code
            assert not re.search("[a-z]{3}", task.label), task.label


def test_labels_are_words_of_the_notice() -> None:
    """Each task of sip says what its clause quotes, up to what was put right and noted."""
    said = {
        clause.id: ["".join(text.split()) for text in (clause.quote, clause.shown_as) if text]
        for clause in pack("sip").clauses
    }
    for task in pack("sip").tasks:
        own = "".join(task.label.split())
        assert any(own in text or text in own for text in said[task.clauses[0]]), task.code


def test_an_origin_knows_its_copies() -> None:
    assert copies_of(plan().values())["sip-a2-041"] == ("sip-a2-071.sip-a2-041", "sip-a2-084.sip-a2-041")


def test_a_circle_ends() -> None:
    rows = pack("sip").tasks[:2]
    first = replace(rows[0], copies=True, same_as=(rows[1].code,))
    second = replace(rows[1], copies=True, same_as=(rows[0].code,))
    assert expanded(replace(pack("sip"), tasks=(first, second))) == ()


def test_who_is_meant_by_the_words() -> None:
    own = pack("sip")
    schools = parties(own, ["中小学", "幼儿园"])
    assert schools.types == {
        "primary", "junior", "nine_year", "senior", "special", "kindergarten", "private_kindergarten",
    }  # fmt: skip
    assert not schools.bureau and not schools.unassigned
    bureau = parties(own, ["教育局"])
    assert bureau.bureau and bureau.unassigned and not bureau.types
    office = parties(own, ["办公室"])
    assert office.departments == ("office",) and not office.unassigned
    some = parties(own, ["相关初中", "相关高中"])
    assert some.some == {"junior", "nine_year", "senior"} and not some.types and some.bureau
    police = parties(own, ["园区公安分局"])
    assert police.bureau and not police.unassigned
    assert parties(own, []).unassigned


DAY = date(2020, 11, 26)


@pytest.mark.parametrize(
    ("starts", "ends", "known", "expected"),
    [
        (date(2020, 12, 1), date(2020, 12, 31), {}, Standing.NOT_YET),
        (date(2020, 11, 1), date(2020, 11, 26), {}, Standing.UNDER_WAY),
        (date(2020, 11, 1), date(2020, 11, 25), {}, Standing.OVERDUE),
        (date(2020, 11, 1), date(2020, 11, 25), {"confirm": True}, Standing.UNCONFIRMED),
        (date(2020, 11, 1), date(2020, 11, 25), {"open_ended": True}, Standing.UNDER_WAY),
        (None, None, {}, Standing.UNDER_WAY),
        (date(2020, 12, 1), None, {"done": True}, Standing.FULFILLED),
    ],
)
def test_how_a_task_stands(starts: date | None, ends: date | None, known: dict[str, bool], expected: Standing) -> None:
    assert standing(today=DAY, starts=starts, ends=ends, **{"done": False, **known}) is expected


def test_several_things_on_one_clause() -> None:
    assert joined([]) is None
    assert joined([Standing.CARRIED, Standing.FULFILLED]) is Standing.FULFILLED
    assert joined([Standing.FULFILLED, Standing.OVERDUE]) is Standing.OVERDUE
    assert joined([Standing.FULFILLED, Standing.NOT_YET]) is Standing.UNDER_WAY
    assert joined([Standing.UNCONFIRMED, Standing.UNDER_WAY]) is Standing.UNCONFIRMED
    assert joined([Standing.EXEMPT, Standing.FULFILLED]) is Standing.FULFILLED
    assert joined([Standing.CARRIED, Standing.CANCELLED]) is Standing.CANCELLED, "nobody did it"
