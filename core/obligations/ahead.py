"""What would fall due for units that are only planned: a pack and a roster, nobody has recorded anything. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import timedelta

from core.kernel.clock import start_of_day
from core.kernel.obligations import FOREVER, Standing, UnitFacts, owes, standing
from core.kernel.schoolyear import Span
from core.obligations.duties import Duty, duties, unit_words
from core.obligations.expected import Expected, Served, expected, served
from core.tenancy.packs.model import Domain, Pack
from core.tenancy.packs.owed import school_calendar
from core.tenancy.packs.preview import PlannedUnit

AROUND = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class AheadRow:
    """One unit, one occurrence, as it stands on the first morning asked for."""

    expected: Expected
    unit: PlannedUnit
    party: tuple[str, ...]
    state: Standing


def rows_ahead(pack: Pack, units: Collection[PlannedUnit], asked: Span) -> Iterator[AheadRow]:
    """By due day. Domains are on as the pack would switch them at onboarding. Raises ValueError for a rule that makes no sense."""
    now = start_of_day(asked.starts)
    calendar = school_calendar(pack, asked=Span(asked.starts - AROUND, asked.ends + AROUND))
    known = [(unit, _facts(pack, unit)) for unit in units]
    for one in expected(duties(pack), calendar, asked, domains=_switched(pack), strict=False):
        for unit, facts in known:
            if owes(one.found, facts):
                yield AheadRow(one, unit, _party(one.duty, facts), standing(one.found, (), unit=facts, now=now))


def only_some(pack: Pack) -> tuple[str, ...]:
    """Titles of the duties that only units with something owe, and who that is: a roster does not say, so none is in the rows."""
    found = [one for one in pack.obligations if one.having is not None]
    return tuple(f"{one.label}（{one.having.label}）" for one in found if one.having is not None)


def _facts(pack: Pack, unit: PlannedUnit) -> UnitFacts:
    return UnitFacts(
        types=unit_words(org_type=unit.org_type, kind=unit.kind, code=unit.code),
        domains=frozenset(domain.code for domain in pack.domains if domain.on and _serves(domain, unit)),
        open_from=unit.open_from or FOREVER.starts,
    )


def _serves(domain: Domain, unit: PlannedUnit) -> bool:
    return not domain.stages or not unit.stages or bool({str(one) for one in domain.stages} & {*unit.stages})


def _switched(pack: Pack) -> dict[str, Served]:
    """As core.tenancy.onboarding switches the plugins on."""
    on = {
        domain.code: Served(
            Span(domain.starts or FOREVER.starts, domain.ends or FOREVER.ends),
            frozenset(map(str, domain.stages)) or None,
        )
        for domain in pack.domains
        if domain.on and domain.plugin
    }
    return {**served(pack, {}), **on}


def _party(duty: Duty, facts: UnitFacts) -> tuple[str, ...]:
    return duty.party(facts.types)
