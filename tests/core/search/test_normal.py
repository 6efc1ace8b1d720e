from __future__ import annotations

import pytest

from core.search.grams import grams, wanted
from core.search.marking import excerpt, marked
from core.search.normal import normal, traced
from core.search.places import packed, unpacked
from core.search.variants import SIMPLE


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("ＷＪ－2026－0012", "wj20260012"),
        ("實驗小學 號樓", "实验小学号楼"),
        ("𠮷田", "吉田"),
        ("𠀀𪚥", "𠀀𪚥"),
        ("⼀樓①", "一楼1"),
        ("Ⅳ级 12㎡", "iv级12m2"),
        ("灭火器，（压力）不足。", "灭火器压力不足"),
        ("", ""),
    ],
)
def test_normal_when_written_differently_then_one_form(typed: str, plain: str) -> None:
    assert normal(typed) == plain


def test_variants_when_read_then_nothing_leads_on_or_to_itself() -> None:
    assert len(SIMPLE) > 500
    assert all(len(one) == len(other) == 1 and one != other for one, other in SIMPLE.items())
    assert not set(SIMPLE) & set(SIMPLE.values())


@pytest.mark.parametrize("text", ["消防设施", "wj20260012号楼", "a1消", "𠮷田3楼", "ab", "消"])
def test_grams_when_any_piece_of_a_text_is_asked_then_they_find_it(text: str) -> None:
    """Whatever stands in a text can be found by the index: no piece of it asks for a gram that the text lacks."""
    held = grams(text)
    for start in range(len(text)):
        for end in range(start + 1, len(text) + 1):
            asked = wanted(text[start:end])
            assert set(asked.exact) <= held, (text[start:end], asked)
            if asked.prefix:
                assert any(gram.startswith(asked.prefix) for gram in held), (text[start:end], asked)


def test_wanted_when_term_is_long_then_asks_for_a_few_spread_over_it() -> None:
    asked = wanted("关于开展校园消防安全隐患排查整治专项行动的通知")
    assert len(asked.exact) <= 8
    assert asked.exact[0] == "关于"


def test_marked_when_written_in_another_script_then_marks_what_stands_there() -> None:
    parts = marked("第一實驗小學 ＷＪ-0012 𠮷田樓", ["实验", "wj0012", "吉田"])
    assert [part.text for part in parts if part.hit] == ["實驗", "ＷＪ-0012", "𠮷田"]
    assert "".join(part.text for part in parts) == "第一實驗小學 ＷＪ-0012 𠮷田樓"


def test_excerpt_when_hit_stands_far_then_shows_its_surroundings() -> None:
    text = "前" * 100 + "灭火器" + "后" * 100
    shown = excerpt(text, ["灭火"])
    assert [part.text for part in shown if part.hit] == ["灭火"]
    assert shown[0].text == "…" and shown[-1].text == "…"
    assert excerpt(text, ["食堂"]) == ()


def test_traced_when_a_character_becomes_several_then_all_lead_to_it() -> None:
    assert traced("㈱a") == ("株a", [0, 1])


def test_places_when_packed_then_the_same_again() -> None:
    assert packed([1, 1023]) == b"\x00\x01\x03\xff"
    assert list(unpacked(packed([0, 5, 1023]))) == [0, 5, 1023]
    assert packed([1]) + packed([2]) == packed([1, 2])
