"""The one blueprint that these pages hang on, and what they share."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from core.hooks.evidence import Evidence
from core.http.blueprints import PageBlueprint
from core.http.context import RequestContext
from core.http.words import said
from core.obligations.permissions import ObligationPermission
from core.obligations.queries import missing_sources
from core.obligations.words import DAILY, NUMBERS, STATES, TONES
from core.orgs.queries import unit_options
from core.tenancy.packs.brief import PERIODS

bp = PageBlueprint("due", "core.obligations")
OWING = ("bureau", "department", "cluster", "school", "kindergarten", "training_institution", "agency", "third_party")
WORDS = {
    "states": {str(state): word for state, word in STATES.items()},
    "tones": {str(state): tone for state, tone in TONES.items()},
    "periods": {str(period): word for period, word in PERIODS.items()},
    "numbers": NUMBERS,
    "daily": {str(period) for period in DAILY},
}


def units_of(context: RequestContext, kinds: tuple[str, ...] = OWING) -> list[tuple[str, str]]:
    coverage = context.actor.coverage(ObligationPermission.READ)
    return [(str(own.id), own.name) for own in unit_options(context.session, coverage, kinds)]


def home_of(context: RequestContext) -> UUID | None:
    """The unit in which this person's first post with the right to look is held."""
    homes = (grant.home_unit_id for grant in context.actor.grants if grant.gives(ObligationPermission.READ))
    return next((home for home in homes if home is not None), None)


def quotes(context: RequestContext, clauses: Iterable[str]) -> dict[str, str]:
    """Clause id → its words in the notice."""
    found: dict[str, str] = context.pack.quotes(clauses) if context.pack is not None else {}
    return found


def missing(context: RequestContext) -> tuple[Evidence, ...]:
    """What would count and cannot be read now; asked after the figures, for then it is known."""
    return missing_sources(context.session, context.runtime.plugins)


def states() -> list[tuple[str, str]]:
    return [(str(state), said(word)) for state, word in STATES.items()]
