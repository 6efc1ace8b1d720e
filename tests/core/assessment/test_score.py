"""Points from figures: capped, never below nothing, nothing for what nobody knows."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.assessment.score import Figure, hundredths, score, verdict
from core.assessment.sheet import Content, content_of
from core.kernel.ids import new_id
from core.tenancy.packs.model import AssessmentItem, Goal, Indicator, Measured, ResultGrade, Scheme, Veto


def _share(code: str, target: float = 100) -> Indicator:
    return Indicator(code=code, label=code, source=Measured.HAZARDS_CLOSED, goal=Goal.AT_LEAST, target=target)


def _count(code: str, target: float | None = 0, goal: Goal = Goal.AT_MOST) -> Indicator:
    return Indicator(code=code, label=code, source=Measured.INCIDENTS, goal=goal, target=target)


KNOWN = {own.code: own for own in (_share("share"), _count("count"), _count("fall", None, Goal.FALLING))}
SCHEME = Scheme(
    code="annual",
    label="考核",
    items=(
        AssessmentItem(code="a", label="a", indicator="share", points=40, each=0.5),
        AssessmentItem(code="b", label="b", indicator="count", points=10, each=4),
        AssessmentItem(code="c", label="c", indicator="fall", points=5),
    ),
    vetoes=(Veto(code="v", label="v", indicator="count", over=2),),
    grades=(ResultGrade(code="good", label="好", least=90), ResultGrade(code="rest", label="其他", least=0)),
)


@pytest.mark.parametrize(
    ("figures", "before", "points", "vetoes", "grade"),
    [
        ({"share": Figure(10, 10), "count": Figure(0), "fall": Figure(1)}, {"fall": Figure(2)}, 10000, (), "good"),
        ({"share": Figure(9, 10), "count": Figure(0), "fall": Figure(0)}, {"fall": Figure(0)}, 9500, (), "good"),  # 10 % short × 0.5
        ({"share": Figure(2, 3), "count": Figure(1), "fall": Figure(2)}, {"fall": Figure(2)}, 7433, (), "rest"),  # 16.67 + 4 + 5
        ({"share": Figure(0, 9), "count": Figure(3), "fall": Figure(1)}, {}, 5000, ("v",), ""),  # both capped; no baseline
        ({"share": Figure(0, 0)}, {}, 10000, (), "good"),  # nothing there, nothing known: nothing taken
    ],
)  # fmt: skip
def test_points_when_figures_are_known_then_as_the_scheme_says(
    figures: dict[str, Figure], before: dict[str, Figure], points: int, vetoes: tuple[str, ...], grade: str
) -> None:
    found = score(SCHEME, KNOWN, figures, before)
    assert (found.points, found.vetoes, found.grade) == (points, vetoes, grade)


def test_item_when_its_indicator_is_of_other_units_then_nothing_to_be_typed_and_nothing_taken() -> None:
    found = score(SCHEME, KNOWN, {"share": Figure(9, 10)}, {}, foreign=("count", "fall"))
    assert [(line.code, line.verdict, line.taken) for line in found.lines] == [
        ("a", "missed", 500),
        ("b", "nothing", 0),
        ("c", "nothing", 0),
    ]
    assert content_of(found, {}, {}).unknown == 0


def test_verdict_when_the_fall_is_named_then_by_per_cent() -> None:
    own = _count("fall", 20, Goal.FALLING)
    assert [verdict(own, Figure(now), Figure(10)) for now in (8, 9)] == ["reached", "missed"]
    assert verdict(own, Figure(8), None) == verdict(own, None, Figure(10)) == "unknown"
    assert verdict(_share("x"), Figure(0, 0), None) == "nothing"
    assert verdict(_count("x", None, Goal.NONE), Figure(3), None) == "unjudged"


def test_bonus_when_the_text_says_so_then_given_and_capped() -> None:
    bonus = (AssessmentItem(code="b", label="b", indicator="count", points=3, each=2, bonus=True),)
    scheme = Scheme(code="s", label="s", items=bonus)
    assert [score(scheme, KNOWN, {"count": Figure(n)}, {}).points for n in (0, 1, 5)] == [10000, 10200, 10300]


FIGURES = st.fixed_dictionaries(
    {
        "share": st.tuples(st.integers(0, 50), st.integers(0, 50)).map(lambda pair: Figure(min(pair), max(pair))),
        "count": st.integers(0, 50).map(Figure),
    }
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(FIGURES, st.integers(0, 5))
def test_points_when_anything_happens_then_within_bounds_and_never_better_for_more_faults(
    figures: dict[str, Figure], more: int
) -> None:
    found = score(SCHEME, KNOWN, figures, {})
    assert 0 <= found.points <= hundredths(SCHEME.full)
    assert all(line.taken <= hundredths(item.points) for line, item in zip(found.lines, SCHEME.items, strict=True))
    worse = {**figures, "count": Figure(figures["count"].part + more)}
    assert score(SCHEME, KNOWN, worse, {}).points <= found.points


def test_sheet_when_kept_and_read_again_then_the_same_and_a_correction_changes_one_line() -> None:
    figures = {"share": Figure(1, 2), "count": Figure(3), "fall": Figure(1)}
    content = content_of(score(SCHEME, KNOWN, figures, {}), {}, {})
    assert Content.from_json(content.to_json()) == content and content.unknown == 1
    better = content.corrected("a", taken=0, why="有误", appeal=new_id())
    assert better.score(SCHEME).points == content.score(SCHEME).points + content.lines[0].line.taken
    assert better.lines[1:] == content.lines[1:] and better.lines[0].corrected is not None
    assert content.corrected("v", taken=0, why="有误", appeal=new_id()).score(SCHEME).vetoes == ()
    with pytest.raises(KeyError):
        content.corrected("none", taken=0, why="有误", appeal=new_id())
