"""Brings a new hazard into the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.hazards.catalogue import catalogue_of
from core.hazards.lifecycle import CaseState, Entry, Machine
from core.hazards.models import Hazard
from core.hazards.permissions import HazardPermission
from core.hazards.record import columns_of, phase_at
from core.hazards.relations import Ties, standing_of
from core.hazards.services.move import carry_out
from core.hazards.services.recurrence import recurred
from core.hazards.services.writing import Case, Written, files_of, settle, with_evidence
from core.hazards.sources import Way, way_of, ways_of
from core.hooks.manager import Plugins
from core.kernel.clock import local_date
from core.kernel.errors import Forbidden, Invalid, NotFound
from core.kernel.ids import new_id
from core.orgs.queries import UnitCard, unit_cards
from core.tenancy.packs.model import Lifecycle, Pack
from core.tenancy.packs.model.lifecycle import Fact, Origin
from core.tenancy.switches import serving, switches

TITLE_LENGTH = 40


@dataclass(frozen=True, kw_only=True)
class Found:
    """What is told of a new hazard. Empty ``source``: the usual one of the reporter's post; ``found_at`` None: now."""

    unit_id: UUID
    id: UUID | None = None
    """Given by the device that kept the report while it had no network; else a new one."""
    place: str
    description: str
    title: str = ""
    domain: str = ""
    category: str | None = None
    grade: str | None = None
    source: str = ""
    source_note: str = ""
    found_at: datetime | None = None
    raised_as: Origin | None = None
    """Where no person found it but a rule of a register, or a visit did: said by code, never by a form."""
    finder_unit_id: UUID | None = None
    """Whose finding it is, where an office enters what others told; else the reporter's own unit."""
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
    cards = unit_cards(session, _units(actor, found))
    card = cards.get(found.unit_id)
    ways = ways_of(pack.lifecycle, actor, card, cards) if card is not None and card.open_on(local_date(now)) else ()
    if card is None or not ways:
        raise NotFound() if actor.may(HazardPermission.REPORT) else Forbidden()
    meant = serving(frozenset(plugins_on), switches(session), card.school_stages)
    catalogue = catalogue_of(pack, plugins, meant, today=local_date(now))
    catalogue.require(found.domain, found.category)
    way = way_of(ways, source=found.source, raised_as=found.raised_as)
    source = _raised(pack.lifecycle, found.raised_as) or way.source.code
    finder_unit_id, found_by = way.grant.home_unit_id, actor.person_id
    if found.finder_unit_id is not None and found.finder_unit_id != finder_unit_id:
        _refuse_finder(way, cards.get(found.finder_unit_id), card)
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
        id=found.id or new_id(), unit_id=card.id, school_id=card.school_id, org_type=card.org_type, title=_title(found),
        source_note=found.source_note.strip(), found_by=found_by, found_by_name=actor.name if found_by else "",
        finder_unit_id=finder_unit_id, recurrence_of=recurrence, parent_id=found.parent_id, campaign=campaign, phase=phase,
        clauses=list(found.clauses or catalogue.clauses(found.domain, found.category)), extra=dict(found.extra), escalations=[], created_at=now, **columns_of(pack.lifecycle, state),
    )  # fmt: skip
    ties = Ties(card.id, card.school_id, found.domain, found_by, finder_unit_id, None)
    return Case(
        session, actor, pack, Machine(pack.lifecycle), hazard, state, standing_of(actor, pack, ties, cards),
        files_of(session, actor=actor, file_ids=file_ids),
    )  # fmt: skip


def _units(actor: Actor, found: Found) -> set[UUID]:
    homes = {grant.home_unit_id for grant in actor.grants if grant.home_unit_id is not None}
    return homes | {found.unit_id} | ({found.finder_unit_id} if found.finder_unit_id else set())


def _raised(life: Lifecycle, origin: Origin | None) -> str | None:
    """The pack's source of that origin; None where it has none or a person found it."""
    return next((own.code for own in life.sources if own.origin is origin), None)


def _refuse_finder(way: Way, finder: UnitCard | None, card: UnitCard) -> None:
    """Another unit found it only where an office enters what it was told, and never the school that is to rectify it."""
    if not (way.records and way.source.found_above):
        raise Invalid(fields={"finder_unit_id": "只有代录上级、部门或第三方发现的隐患，才能另填发现单位"})
    if finder is None or {finder.id, finder.school_id} & {card.id, card.school_id or card.id}:
        raise Invalid(fields={"finder_unit_id": "发现单位不能是隐患所在的单位"})


def _title(found: Found) -> str:
    """As told, else the first words of the description."""
    return title_of(found.title.strip() or found.description, found.place)


def title_of(description: str, place: str) -> str:
    text = next(iter(description.strip().splitlines()), "") or place.strip()
    return text if len(text) <= TITLE_LENGTH else f"{text[: TITLE_LENGTH - 1]}…"
