"""Moves a hazard on, as the district's lifecycle allows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.hazards.catalogue import catalogue_of
from core.hazards.lifecycle import Entry
from core.hazards.services.naming import with_names
from core.hazards.services.writing import Case, Written, locked, settle, with_evidence
from core.hooks.manager import Plugins
from core.hooks.meta import Refusal
from core.kernel.clock import local_date
from core.kernel.errors import Refused
from core.orgs.queries import unit_card
from core.tenancy.packs.model import Pack
from core.tenancy.packs.model.lifecycle import Fact
from core.tenancy.switches import serving, switches


def move_hazard(
    session: TenantSession, *, actor: Actor, pack: Pack, plugins: Plugins, plugins_on: Iterable[str], hazard_id: UUID,
    version: int | None, move: str, entry: Entry, file_ids: Sequence[UUID] = (),
) -> Written:  # fmt: skip
    """Makes a move or a shortcut of the pack. ``entry.evidence`` is counted from ``file_ids``.

    Raises NotFound, Stale (naming what changed), Invalid (naming what is missing or wrong), Forbidden, Refused.
    """
    case = locked(session, actor=actor, pack=pack, hazard_id=hazard_id, version=version, file_ids=file_ids)
    return carry_out(case, plugins=plugins, plugins_on=plugins_on, move=move, entry=entry)


def carry_out(case: Case, *, plugins: Plugins, plugins_on: Iterable[str], move: str, entry: Entry) -> Written:
    """The move on a case that is locked (or new)."""
    entry = with_names(case.session, life=case.pack.lifecycle, entry=with_evidence(entry, case.attached))
    if {Fact.DOMAIN, Fact.CATEGORY} & entry.facts.keys():
        stages = unit_card(case.session, case.hazard.unit_id).school_stages
        meant = serving(frozenset(plugins_on), switches(case.session), stages)
        known = catalogue_of(case.pack, plugins, meant, today=local_date(case.now))
        facts = {**case.state.facts, **entry.facts}
        known.require(facts.get(Fact.DOMAIN), facts.get(Fact.CATEGORY), prefix="facts.")
    decisions = case.machine.decide(case.state, move, entry=entry, standing=case.standing, now=case.now)
    for decision in decisions:
        refusal: Refusal | None = plugins.first_refusal(
            "refuse_hazard_move", plugins_on, session=case.session, actor=case.actor, hazard_id=case.hazard.id,
            domain=decision.after.domain or "", move=decision.code,
        )  # fmt: skip
        if refusal is not None:
            if refusal.source:
                raise Refused("%(why)s（依据%(source)s）", why=refusal.message, source=refusal.source)
            raise Refused(refusal.message)
    data: dict[str, Any] = {"move": move} if len(decisions) > 1 else {}
    if entry.verification is not None:
        data |= {"gone": entry.verification.gone, "seen": entry.verification.note}
    return settle(case, decisions, entry, note=entry.reason.strip() or entry.note.strip(), data=data)
