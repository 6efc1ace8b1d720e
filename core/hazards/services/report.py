"""Brings a new hazard into the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from core.access.actor import EVERYTHING, Actor, Grant
from core.db.sessions import TenantSession
from core.hazards.catalogue import catalogue_of
from core.hazards.lifecycle import CaseState, Entry, Machine
from core.hazards.models import Hazard
from core.hazards.permissions import HazardPermission
from core.hazards.record import columns_of, phase_at
from core.hazards.relations import Ties, standing_before
from core.hazards.services.move import carry_out
from core.hazards.services.recurrence import recurred
from core.hazards.services.writing import Case, Written, files_of, settle, with_evidence
from core.hooks.manager import Plugins
from core.kernel.clock import local_date
from core.kernel.errors import Forbidden, Invalid, NotFound
from core.kernel.ids import new_id
from core.orgs.queries import UnitCard, unit_cards
from core.tenancy.packs.model import Lifecycle, Pack, Scope
from core.tenancy.packs.model.lifecycle import Fact, Origin

OUTSIDE = frozenset({"agency", "third_party", "provider"})
"""Kinds of units whose people find hazards in schools that are not theirs."""
ORIGINS = {
    "bureau": Origin.INSPECTION, "department": Origin.INSPECTION, "cluster": Origin.CLUSTER, "agency": Origin.AGENCY,
    "third_party": Origin.THIRD_PARTY, "provider": Origin.THIRD_PARTY,
}  # fmt: skip
TITLE_LENGTH = 40


@dataclass(frozen=True, kw_only=True)
class Found:
    """What is told of a new hazard. Empty ``source``: by who finds it; ``found_at`` None: now."""

    unit_id: UUID
    place: str
    description: str
    title: str = ""
    domain: str = ""
    category: str | None = None
    grade: str | None = None
    source: str = ""
    source_note: str = ""
    found_at: datetime | None = None
    finder_unit_id: UUID | None = None
    """Whose finding it is, where the source is somebody above; else the reporter's own unit."""
    recurrence_of: UUID | None = None
    parent_id: UUID | None = None
    clauses: tuple[str, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)


def report_hazard(
    session: TenantSession, *, actor: Actor, pack: Pack, plugins: Plugins, plugins_on: Iterable[str], found: Found,
    file_ids: Sequence[UUID] = (),
) -> Written:  # fmt: skip
    """A new hazard in the pack's first stage. Raises NotFound for a unit out of reach, Invalid naming what is missing."""
    case = _opened(session, actor, pack, plugins, plugins_on, found, file_ids)
    return _report(case)


def rectify_on_the_spot(
    session: TenantSession, *, actor: Actor, pack: Pack, plugins: Plugins, plugins_on: Iterable[str], found: Found,
    shortcut: str, entry: Entry, file_ids: Sequence[UUID] = (),
) -> Written:  # fmt: skip
    """立查立改: found and done with in one form. Every rule of every move still holds; closing stays with another person."""
    if shortcut not in {own.code for own in pack.lifecycle.shortcuts}:
        raise Invalid(fields={"shortcut": "本区的规定中没有这种立查立改"})
    done_at = entry.facts.get(Fact.DONE_AT)
    if found.found_at is None and done_at is not None and done_at < session.now():
        found = replace(found, found_at=done_at)  # it was found before it was put right, whenever the form is sent
    case = _opened(session, actor, pack, plugins, plugins_on, found, file_ids)
    case.hazard.on_the_spot = True
    _report(case)
    case.attached = {}
    return carry_out(case, plugins=plugins, plugins_on=plugins_on, move=shortcut, entry=entry)


def _report(case: Case) -> Written:
    entry = with_evidence(Entry(), case.attached)
    decision = case.machine.report(case.state, entry=entry, now=case.now)
    return settle(case, (decision,), entry)


def _opened(
    session: TenantSession, actor: Actor, pack: Pack, plugins: Plugins, plugins_on: Iterable[str], found: Found,
    file_ids: Sequence[UUID],
) -> Case:  # fmt: skip
    now = session.now()
    catalogue = catalogue_of(pack, plugins, plugins_on, today=local_date(now))
    catalogue.require(found.domain, found.category)
    cards = unit_cards(session, _units(actor, found))
    card = cards.get(found.unit_id)
    grant = reporting_grant(actor, found.unit_id, cards)
    if card is None or grant is None or not card.open_on(local_date(now)):
        raise NotFound() if actor.may(HazardPermission.REPORT) else Forbidden()
    home = cards.get(grant.home_unit_id) if grant.home_unit_id else None
    source = _source(pack.lifecycle, found, card, home)
    finder_unit_id = home.id if home else None
    found_by = actor.person_id
    if found.finder_unit_id is not None and found.finder_unit_id != finder_unit_id:
        if not pack.lifecycle.source(source).found_above or found.finder_unit_id not in cards:
            raise Invalid(fields={"finder_unit_id": "只有上级、部门或第三方发现的，才能另填发现单位"})
        finder_unit_id, found_by = found.finder_unit_id, None
    facts = {
        Fact.DESCRIPTION: found.description.strip(), Fact.PLACE: found.place.strip(), Fact.SOURCE: source,
        Fact.FOUND_AT: found.found_at or now, Fact.FINDER: found_by or finder_unit_id or actor.name,
        Fact.DOMAIN: found.domain or None, Fact.CATEGORY: found.category, Fact.GRADE: found.grade,
    }  # fmt: skip
    if found.grade is not None and found.grade not in {own.code for own in pack.lifecycle.grades}:
        raise Invalid(fields={"grade": "隐患等级只有 general（一般）和 major（重大）"})
    state = CaseState(
        stage=pack.lifecycle.initial,
        facts={fact: value for fact, value in facts.items() if value},
        org_type=card.org_type,
    )
    recurrence = recurred(session, pack=pack, of=found.recurrence_of, unit_id=card.id)
    campaign, phase = phase_at(pack.campaigns, local_date(facts[Fact.FOUND_AT]))  # type: ignore[arg-type]  # a datetime
    hazard = Hazard(
        id=new_id(), unit_id=card.id, school_id=card.school_id, org_type=card.org_type, title=_title(found),
        source_note=found.source_note.strip(), found_by=found_by, found_by_name=actor.name if found_by else "",
        finder_unit_id=finder_unit_id, recurrence_of=recurrence, parent_id=found.parent_id, campaign=campaign, phase=phase,
        clauses=list(found.clauses or catalogue.clauses(found.domain, found.category)), extra=dict(found.extra), escalations=[], created_at=now, **columns_of(pack.lifecycle, state),
    )  # fmt: skip
    ties = Ties(card.id, card.school_id, found.domain, found_by, finder_unit_id, None)
    return Case(
        session, actor, pack, Machine(pack.lifecycle), hazard, state, standing_before(session, actor, pack, ties),
        files_of(session, actor=actor, file_ids=file_ids),
    )  # fmt: skip


def reporting_grant(actor: Actor, unit_id: UUID, cards: Mapping[UUID, UnitCard]) -> Grant | None:
    """The grant by which the actor may report a hazard in this unit: the unit's own people first.

    Agencies and third parties hold posts that reach nobody's schools; they may report in any of them.
    """
    if EVERYTHING in actor.grants:
        return EVERYTHING
    school_id = cards[unit_id].school_id if unit_id in cards else None
    reporting = [grant for grant in actor.grants if HazardPermission.REPORT in grant.permissions]
    reaching = [grant for grant in reporting if grant.unit_ids is None or unit_id in grant.unit_ids]
    own = [grant for grant in reaching if grant.home_unit_id in (unit_id, school_id)]
    outside = [grant for grant in reporting if _outside(grant, cards)] if school_id is not None else []
    return next(iter([*own, *reaching, *outside]), None)


def _outside(grant: Grant, cards: Mapping[UUID, UnitCard]) -> bool:
    card = cards.get(grant.home_unit_id) if grant.home_unit_id is not None else None
    return grant.scope == Scope.OWN and card is not None and card.kind in OUTSIDE


def _units(actor: Actor, found: Found) -> set[UUID]:
    homes = {grant.home_unit_id for grant in actor.grants if grant.home_unit_id is not None}
    return homes | {found.unit_id} | ({found.finder_unit_id} if found.finder_unit_id else set())


def _source(life: Lifecycle, found: Found, card: UnitCard, home: UnitCard | None) -> str:
    """The pack's code of the source: as told, else by whose post it was found through."""
    if found.source:
        if found.source not in {own.code for own in life.sources}:
            raise Invalid(fields={"source": "没有这种隐患来源，请从列表中选择"})
        return found.source
    inside = home is None or home.id in (card.id, card.school_id)
    origin = Origin.SELF_CHECK if inside else ORIGINS.get(home.kind if home else "", Origin.INSPECTION)
    fitting = [own.code for own in life.sources if own.origin is origin]
    above = [own.code for own in life.sources if own.found_above]
    return (fitting or ([] if inside else above) or [own.code for own in life.sources])[0]


def _title(found: Found) -> str:
    """As told, else the first words of the description."""
    text = found.title.strip() or next(iter(found.description.strip().splitlines()), "") or found.place.strip()
    return text if len(text) <= TITLE_LENGTH else f"{text[: TITLE_LENGTH - 1]}…"
