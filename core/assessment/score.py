"""From figures to points. Pure: exact fractions inside, hundredths of a point outside.

Nothing is taken for what nobody knows (待填报) and for what there was nothing of; nothing is taken twice; never more than an item's
points, never below zero in all.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from core.assessment.words import MISSED, NOTHING, REACHED, UNJUDGED, UNKNOWN
from core.tenancy.packs.model import AssessmentItem, Goal, Indicator, Scheme, Veto

HUNDREDTHS = 100


class Figure(NamedTuple):
    """``part`` of ``whole``; a count has no whole."""

    part: int
    whole: int | None = None

    @property
    def against(self) -> int:
        """How many are not as they should be: what a share lacks, all of a count."""
        return self.part if self.whole is None else self.whole - self.part

    def __str__(self) -> str:
        return str(self.part) if self.whole is None else f"{self.part}/{self.whole}"


@dataclass(frozen=True)
class Line:
    """One item of a sheet: what it cost (``taken``) or gave (``given``), in hundredths of a point."""

    code: str
    indicator: str
    figure: Figure | None
    before: Figure | None
    """What it is compared with, for a falling goal."""
    verdict: str
    taken: int = 0
    given: int = 0


@dataclass(frozen=True)
class Score:
    """A unit's result. ``vetoes``: codes of the vetoes that hold; ``grade``: code, or empty where the scheme has none or a veto holds."""

    points: int
    lines: tuple[Line, ...]
    vetoes: tuple[str, ...]
    grade: str


def verdict(own: Indicator, figure: Figure | None, before: Figure | None) -> str:
    """How the figure stands to its target."""
    if figure is None:
        return UNKNOWN
    if own.goal is Goal.NONE:
        return UNJUDGED
    if own.goal is Goal.FALLING:
        if before is None:
            return UNKNOWN
        return REACHED if _fallen(figure.part, before.part, own.target) else MISSED
    if own.is_share and not figure.whole:
        return NOTHING
    return MISSED if _off(own, figure) > 0 else REACHED


def score(
    scheme: Scheme, indicators: Mapping[str, Indicator], figures: Mapping[str, Figure], before: Mapping[str, Figure],
    foreign: Collection[str] = (),
) -> Score:  # fmt: skip
    """``figures`` and ``before`` by code of the indicator; one that is missing is not known. ``foreign``: indicators that are not of
    units of this type, so that there is nothing of them and nothing to be typed."""
    lines = tuple(
        Line(item.code, item.indicator, None, None, NOTHING)
        if item.indicator in foreign
        else _line(item, indicators[item.indicator], figures, before)
        for item in scheme.items
    )
    vetoes = tuple(veto.code for veto in scheme.vetoes if _vetoed(veto, figures))
    return total(scheme, lines, vetoes)


def total(scheme: Scheme, lines: Sequence[Line], vetoes: Sequence[str]) -> Score:
    """The sum of what is there, after an appeal too."""
    points = max(0, hundredths(scheme.full) - sum(line.taken for line in lines)) + sum(line.given for line in lines)
    grade = next((own.code for own in scheme.grades if points >= hundredths(own.least)), "")
    return Score(points, tuple(lines), tuple(vetoes), "" if vetoes else grade)


def hundredths(points: float | Fraction) -> int:
    """Rounded half up, so that 0.125 points are 13 hundredths."""
    exact = points if isinstance(points, Fraction) else Fraction(str(points))
    return int(exact * HUNDREDTHS + Fraction(1, 2))


def in_points(own: int) -> str:
    """Hundredths as they are written: 93.5, without idle zeros."""
    return f"{own / HUNDREDTHS:.2f}".rstrip("0").rstrip(".")


def _line(
    item: AssessmentItem, own: Indicator, figures: Mapping[str, Figure], before: Mapping[str, Figure]
) -> Line:  # fmt: skip
    figure, then = figures.get(own.code), before.get(own.code)
    said = verdict(own, figure, then)
    at_most = hundredths(item.points)
    if figure is None or said in (UNKNOWN, NOTHING):
        return Line(item.code, own.code, figure, then, said)
    if item.bonus:
        given = _times(item, figure.part, at_most) if not own.is_share else (at_most if said == REACHED else 0)
        return Line(item.code, own.code, figure, then, said, given=given)
    if said != MISSED:
        return Line(item.code, own.code, figure, then, said)
    taken = at_most if own.goal is Goal.FALLING else _times(item, _off(own, figure), at_most)
    return Line(item.code, own.code, figure, then, said, taken=taken)


def _times(item: AssessmentItem, how_many: Fraction | int, at_most: int) -> int:
    if not how_many:
        return 0
    return at_most if not item.each else min(at_most, hundredths(Fraction(str(item.each)) * how_many))


def _off(own: Indicator, figure: Figure) -> Fraction:
    """Per cent short of a share's target, or so many over a count's; 0 where it is reached."""
    target = Fraction(str(own.target or 0))
    if own.is_share:
        return max(Fraction(0), target - Fraction(100 * figure.part, figure.whole or 1))
    return max(Fraction(0), figure.part - target)


def _fallen(now: int, then: int, percent: float | None) -> bool:
    if percent is None:
        return now < then or now == then == 0
    return now <= Fraction(then) * (1 - Fraction(str(percent)) / 100)


def _vetoed(veto: Veto, figures: Mapping[str, Figure]) -> bool:
    figure = figures.get(veto.indicator)
    return figure is not None and figure.part > veto.over
