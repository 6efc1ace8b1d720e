"""The one blueprint that these pages hang on, and what they share."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from flask import url_for

from core.hooks.evidence import Evidence
from core.http.blueprints import PageBlueprint
from core.http.context import RequestContext
from core.http.guard import may_open
from core.http.words import said
from core.obligations.duties import Duty, unit_words
from core.obligations.permissions import ObligationPermission
from core.obligations.queries import missing_sources
from core.obligations.queries.ground import sources_of
from core.obligations.words import DAILY, NUMBERS, STATES, TONES
from core.orgs.queries import UnitCard, unit_cards, unit_options
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


def ways(context: RequestContext, duty: Duty) -> list[tuple[str, str]]:
    """(what is done, its page) for the deeds that count for this duty, where the person's own unit owes it: no dead end."""
    home = home_of(context)
    card = unit_cards(context.session, {home}).get(home) if home is not None else None
    if card is None or not _means(duty, card):
        return []
    found = {}
    for source in sources_of(context.session, context.runtime.plugins):
        one = source.evidence
        to = (
            one.begin(duty.rule.activity, sorted(duty.rule.topics))
            if one.begin and one.concerns(duty.rule.activity)
            else None
        )
        if to is not None and may_open(context, to[0]):
            found[url_for(to[0], **to[1])] = said(one.title)
    return [(title, url) for url, title in found.items()]


def _means(duty: Duty, card: UnitCard) -> bool:
    mine = unit_words(org_type=card.org_type, kind=card.kind, code=card.code)
    return not duty.rule.types or bool(mine & duty.rule.types)


def states() -> list[tuple[str, str]]:
    return [(str(state), said(word)) for state, word in STATES.items()]
