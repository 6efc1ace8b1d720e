"""Indicators as the district reads them: the figure of all, and of each unit. In name order; nobody is ranked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from core.access.actor import Actor, Coverage
from core.assessment.permissions import AssessmentPermission
from core.assessment.queries.figures import Figures, facts_of, figures_of
from core.assessment.score import Figure, verdict
from core.assessment.sources import Facts
from core.assessment.words import MISSED, NOTHING, UNKNOWN
from core.db.sessions import TenantSession
from core.hooks.manager import Plugins
from core.kernel.errors import NotFound
from core.kernel.schoolyear import Span
from core.orgs.queries import unit_card, unit_cards
from core.tenancy.packs.model import Indicator, Pack

READ = AssessmentPermission.READ


@dataclass(frozen=True)
class IndicatorLine:
    """``figure`` of all units within reach together, ``before`` where it is compared; ``units`` of them, ``missed`` that do not reach the
    target, ``unknown`` for which nobody typed a figure."""

    indicator: Indicator
    figure: Figure | None
    before: Figure | None
    verdict: str
    units: int
    missed: int
    unknown: int


@dataclass(frozen=True)
class UnitFigure:
    unit_id: UUID
    unit_name: str
    figure: Figure | None
    before: Figure | None
    verdict: str


def indicator_lines(
    session: TenantSession, plugins: Plugins, actor: Actor, pack: Pack, *, span: Span
) -> tuple[IndicatorLine, ...]:
    """In the order of the pack. As many statements as there are indicators of what is owed, and three."""
    reach = actor.coverage(READ)
    figures = figures_of(session, plugins, pack, indicators=pack.indicators, span=span, coverage=reach)
    return tuple(_line(own, figures) for own in pack.indicators if not own.district or reach.everywhere)


def unit_figures(
    session: TenantSession, plugins: Plugins, actor: Actor, pack: Pack, *, code: str, span: Span
) -> tuple[IndicatorLine, tuple[UnitFigure, ...]]:
    """One indicator of every unit within reach, in name order. Raises NotFound."""
    own = indicator_of(pack, code)
    figures = figures_of(session, plugins, pack, indicators=(own,), span=span, coverage=actor.coverage(READ))
    names = {unit.id: unit.name for unit in figures.units}
    if own.district:
        names = {key: card.name for key, card in unit_cards(session, figures.meant[code]).items()}
    return _line(own, figures), tuple(_unit(own, unit, names.get(unit, ""), figures) for unit in figures.meant[code])


def unit_facts(
    session: TenantSession, plugins: Plugins, actor: Actor, pack: Pack, *, code: str, unit_id: UUID, span: Span
) -> tuple[Indicator, UnitFigure, Facts]:
    """One figure with the facts behind it. Raises NotFound."""
    own = indicator_of(pack, code)
    if not actor.may(READ, unit_id):
        raise NotFound()
    card = unit_card(session, unit_id)
    only: dict[str, Any] = {
        "indicators": (own,), "span": span, "coverage": Coverage(frozenset({unit_id})), "unit_id": unit_id,
    }  # fmt: skip
    figures = figures_of(session, plugins, pack, **only)
    facts = facts_of(session, plugins, pack, **only)
    return own, _unit(own, unit_id, card.name, figures), facts.get((code, unit_id), Facts(0, ()))


def indicator_of(pack: Pack, code: str) -> Indicator:
    """Raises NotFound."""
    own = next((one for one in pack.indicators if one.code == code), None)
    if own is None:
        raise NotFound()
    return own


def _line(own: Indicator, figures: Figures) -> IndicatorLine:
    now, then = figures.now[own.code], figures.before.get(own.code, {})
    whole, earlier = _sum(own, now.values()), _sum(own, then.values())
    units = [_unit(own, unit, "", figures) for unit in figures.meant[own.code]]
    return IndicatorLine(
        own, whole, earlier, verdict(own, whole, earlier) if units else NOTHING, len(units), sum(one.verdict == MISSED for one in units),
        sum(one.verdict == UNKNOWN for one in units),
    )  # fmt: skip


def _unit(own: Indicator, unit_id: UUID, name: str, figures: Figures) -> UnitFigure:
    figure, before = figures.now[own.code].get(unit_id), figures.before.get(own.code, {}).get(unit_id)
    return UnitFigure(unit_id, name, figure, before, verdict(own, figure, before))


def _sum(own: Indicator, found: Iterable[Figure]) -> Figure | None:
    """None where nobody knows anything; for what is typed, of those for whom somebody did."""
    figures = list(found)
    if not figures:
        return None
    whole = sum(figure.whole or 0 for figure in figures) if own.is_share else None
    return Figure(sum(figure.part for figure in figures), whole)
