"""The same thing again: a new case linked to the closed one. A closed case is never opened again."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.hazards.models import Hazard
from core.hazards.permissions import HazardPermission
from core.hazards.services.writing import Written, add_event, locked, save, written
from core.kernel.errors import Forbidden, Invalid, Refused
from core.kernel.phrases import Phrase
from core.tenancy.packs.model import Pack


def link_recurrence(
    session: TenantSession, *, actor: Actor, pack: Pack, hazard_id: UUID, version: int | None, recurrence_of: UUID
) -> Written:
    """Says that this open case is the return of a closed one. Raises Invalid for one that is not closed or elsewhere."""
    case = locked(session, actor=actor, pack=pack, hazard_id=hazard_id, version=version)
    if not actor.may(HazardPermission.REGISTER, case.hazard.unit_id):
        raise Forbidden()
    if pack.lifecycle.canonical(case.hazard.stage).final:
        raise Refused("已经办结，不能再认定复发")
    old = recurred(session, pack=pack, of=recurrence_of, unit_id=case.hazard.unit_id)
    number = session.scalar(select(Hazard.no).where(Hazard.id == old))
    case.hazard.recurrence_of = old
    save(case)
    add_event(
        case, kind="recurrence", code="recurrence", label="认定复发", changes={"recurrence_of": [None, number or str(old)]},
        topics=("hazard.recurred",), version=case.hazard.version, data={"of": str(old)},
    )  # fmt: skip
    session.flush()
    return written(case)


def recurred(session: TenantSession, *, pack: Pack, of: UUID | None, unit_id: UUID) -> UUID | None:
    """``of``, if it is a closed case of the same unit. Raises Invalid."""
    if of is None:
        return None
    found = session.execute(select(Hazard.unit_id, Hazard.canonical).where(Hazard.id == of)).first()
    if found is None or found.unit_id != unit_id or found.canonical != "closed":
        raise Invalid(
            fields={"recurrence_of": Phrase("只能关联本单位已%(closed)s的隐患", closed=pack.lifecycle.closing_word)}
        )
    return of
