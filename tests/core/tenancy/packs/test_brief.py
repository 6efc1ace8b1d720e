"""Values of a pack in a few words: in Chinese as they always were, and apart from their values, so that English can say them."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import Any

import pytest

from core.kernel.phrases import Phrase
from core.tenancy.packs.brief import LONGEST, due_words, short
from core.tenancy.packs.difference import SECTIONS
from core.tenancy.packs.model import Pack
from core.tenancy.packs.unconfirmed import unconfirmed
from tests.factories.world import compiled


@pytest.mark.parametrize(
    ("due", "words", "msgid"),
    [
        ({"on": "2020-12-31"}, "2020-12-31", None),
        ({"within_minutes": 60}, "60分钟内", "%(n)s分钟内"),
        ({"within_minutes": 0}, "立即", "立即"),
        ({"within_days": 5, "working": True}, "5个工作日内", "%(n)s个工作日内"),
        ({"within_days": 3}, "3日内", "%(n)s日内"),
        ({"at": "month_day", "day": 28}, "当月28日", "当月%(day)s日"),
        ({"at": "month_day"}, "当月末日", "当月末日"),
        ({"at": "month_day", "day": 3, "months_after": 1}, "次月3日", "次月%(day)s日"),
        ({"at": "year_day", "month": 12, "day": 31}, "12月末日", "%(month)s月末日"),
        ({"at": "weekday", "day": 4}, "星期四", "星期四"),
        ({"at": "last_working_day"}, "最后一个工作日", "最后一个工作日"),
        ({"at": "start", "days": 14}, "期初后14天", "%(when)s后%(days)s天"),
        ({"days": -5}, "期末前5天", "%(when)s前%(days)s天"),
    ],
)
def test_due_in_words(due: dict[str, Any], words: str, msgid: str | None) -> None:
    said = due_words(due)
    assert said == words
    assert (said.msgid if isinstance(said, Phrase) else None) == msgid


def test_sections_when_a_pack_can_hold_one_then_it_has_a_title() -> None:
    """``format``, ``slug`` and ``kind`` never change from one version to the next."""
    assert {field.name for field in fields(Pack)} - SECTIONS.keys() == {"format", "slug", "kind"}


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, ""), ([], ""), ({}, ""), (True, "是"), (False, "否"), (3, "3"), ("甲", "甲"), (["甲", "乙"], "甲、乙"),
        ({"code": "x", "label": "隐患"}, "隐患"), ({"days": 5, "confirm": True}, "5天"), ({"value": 7}, "7"),
        ({"starts": "2020-09-01", "ends": "2020-10-31"}, "2020-09-01至2020-10-31"),
        ({"yearly_from": "11-01", "yearly_to": "03-31"}, "每年11-01至03-31"),
        ({"who": ["schools"], "at_least": 2}, "责任单位：schools、次数：2"),
    ],
)  # fmt: skip
def test_value_in_words(value: object, words: str) -> None:
    assert short(value) == words


def test_many_are_counted_and_none_is_longer_than_a_line_or_two() -> None:
    assert short([f"第{n}项工作要求" for n in range(40)]) == "第0项工作要求、第1项工作要求、第2项工作要求…（40）"
    assert len(short({f"key{n}": "长" * 40 for n in range(9)})) <= LONGEST + 1
    assert short("长" * 500) == "长" * LONGEST


def test_what_waits_for_a_word_shows_numbers_days_and_periods_only() -> None:
    found = {one.at: one.value for one in unconfirmed(Pack.from_json(compiled("wujin").content))}
    assert found["lifecycle.grades[0].deadline"] == "30天"
    assert found["lifecycle.risk_control"] == "最长天数：90、可续期次数：1、检查间隔（天）：7"
    assert "周期：每学期、截止：期初后14天" in found.values()
    assert not [value for value in found.values() if re.search(r"hazard:|scope|permission|_", value)]
