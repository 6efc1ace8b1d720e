"""The notice with its live state: for each clause what carries it and how that stands, for the district, a cluster or a
school. A fixed number of queries, however long the notice is."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from core.access.actor import Actor
from core.campaigns.carriers import Carrier, carriers
from core.campaigns.permissions import CampaignPermission
from core.campaigns.queries.board import board
from core.campaigns.queries.overview import CampaignCard, campaign_cards
from core.campaigns.queries.scope import scope_of
from core.campaigns.standing import Standing, joined
from core.db.sessions import TenantSession
from core.hooks.manager import Plugins
from core.kernel.clock import local_date
from core.kernel.obligations import Standing as Due
from core.kernel.schoolyear import Span
from core.obligations.queries import Asked, Tally, clause_tallies
from core.tenancy.packs.coverage import State
from core.tenancy.packs.model import Clause, Pack
from core.tenancy.shelf import pack_of

AROUND = timedelta(days=366)
"""What fell or falls due so far from today counts for the state of a clause."""
TIMED = frozenset({"tasks", "campaigns", "obligations", "reports"})
"""Sections whose elements have a time; all others simply run."""
OF_DUE = {
    Due.FULFILLED: Standing.FULFILLED, Due.LATE: Standing.FULFILLED, Due.UNDER_WAY: Standing.UNDER_WAY,
    Due.OVERDUE: Standing.OVERDUE, Due.NOT_YET: Standing.NOT_YET, Due.OPEN: Standing.UNDER_WAY,
    Due.TO_CONFIRM: Standing.UNCONFIRMED, Due.EXEMPT: Standing.EXEMPT, Due.CANCELLED: Standing.CANCELLED,
}  # fmt: skip


@dataclass(frozen=True)
class Sentence:
    """The place in the notice that something comes from."""

    clause: str
    document: str
    paragraph: int
    quote: str


@dataclass(frozen=True)
class ClauseState:
    """``settled`` of ``asked``: what obligations on it make due around today; 0 of 0 where there is none.

    ``confirm``: it rests on values that nobody has confirmed. ``reason``: why nothing carries it, for authors of packs. ``waiting``: something of the pack names it, and nothing runs that yet.
    """

    clause: Clause
    standing: Standing
    carriers: tuple[Carrier, ...]
    settled: int
    asked: int
    confirm: bool
    reason: str
    waiting: bool


def sentences(pack: Pack, clauses: Iterable[str]) -> tuple[Sentence, ...]:
    """Where these clauses stand; ids that the pack does not know are left out. No query."""
    wanted = set(clauses)
    return tuple(Sentence(own.id, own.document, own.paragraph, own.text) for own in pack.clauses if own.id in wanted)


def clause_states(
    session: TenantSession, actor: Actor, plugins: Plugins, *, unit_id: UUID | None = None
) -> dict[str, ClauseState]:
    """Every clause of the pack by id. Raises NotFound for a unit out of reach."""
    pack, today = pack_of(session), local_date(session.now())
    covered, named = carriers(pack)
    timed = _timed(session, actor, unit_id=unit_id)
    scope = scope_of(session, actor, unit_id=unit_id)
    owed = clause_tallies(
        session, plugins, coverage=actor.coverage(CampaignPermission.READ),
        asked=Asked(_span(pack, today), under=scope.under),
    )  # fmt: skip
    found = {}
    for clause in pack.clauses:
        own, tally = named.get(clause.id, ()), owed.get(clause.id, Tally())
        state = covered[clause.id]
        standings = [*timed.get(clause.id, ()), *standings_of(tally)]
        if not standings and (state.state is State.CARRIED or any(each.section in TIMED for each in own)):
            standings = [Standing.CARRIED]
        standing = joined(standings)
        if standing is None:
            standing = Standing.TEXT_ONLY if state.state is State.TEXT_ONLY else Standing.NOT_CARRIED
        found[clause.id] = ClauseState(
            clause=clause, standing=standing, carriers=own, settled=tally.settled, asked=tally.owed,
            confirm=bool(clause.confirm) or any(each.confirm for each in own),
            reason=state.reason if standing is Standing.NOT_CARRIED else "",
            waiting=standing is Standing.NOT_CARRIED and bool(state.elements),
        )  # fmt: skip
    return found


def standing_counts(states: Iterable[ClauseState]) -> dict[Standing, int]:
    counts = Counter(own.standing for own in states)
    return {standing: counts.get(standing, 0) for standing in Standing}


def _timed(session: TenantSession, actor: Actor, *, unit_id: UUID | None) -> Mapping[str, list[Standing]]:
    """Clause → how the tasks and phases on it stand."""
    found: dict[str, list[Standing]] = defaultdict(list)
    scope = scope_of(session, actor, unit_id=unit_id)
    for line in board(session, pack_of(session), scope):
        if scope.whole or line.concerns:
            for clause in line.task.clauses:
                found[clause].append(line.standing)
    for card in campaign_cards(session, actor, unit_id=unit_id):
        _add_phases(found, card)
    return found


def _add_phases(found: dict[str, list[Standing]], card: CampaignCard) -> None:
    for clause in card.clauses:
        found[clause].append(card.standing)
    for phase in card.phases:
        for clause in dict.fromkeys((*phase.clauses, *(own for window in phase.others for own in window.clauses))):
            found[clause].append(phase.standing)


def standings_of(tally: Tally) -> list[Standing]:
    """How what is due stands, in the words of campaigns."""
    return [OF_DUE[own] for own, number in tally.counts.items() if number]


def _span(pack: Pack, today: date) -> Span:
    """Around today, inside what the campaigns span; at least one day."""
    first = min((own.starts for own in pack.campaigns), default=today)
    starts = max(today - AROUND, min(first, today))
    return Span(starts, today + AROUND)


def sentences_of_category(pack: Pack, domain: str, category: str) -> tuple[Sentence, ...]:
    """What the notice says of a category of hazards: its own clauses, else those of its domain. No query."""
    found = next((own for own in pack.domains if own.code == domain), None)
    if found is None:
        return ()
    own = next((each for each in found.categories if each.code == category), None)
    return sentences(pack, (own.clauses if own else ()) or found.clauses)
