"""A unit says its own number (the n of 8+n)."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from core.access.actor import Actor
from core.audit.services import record
from core.db.sessions import TenantSession
from core.jobs.services import emit
from core.kernel.errors import Invalid, NotFound, Stale
from core.kernel.events import Event
from core.obligations.models import OwnNumber
from core.obligations.permissions import ObligationPermission
from core.obligations.queries.ground import pack_duties
from core.orgs.queries import unit_card

MOST = 1000


def set_number(session: TenantSession, *, actor: Actor, unit_id: UUID, name: str, number: int, version: int) -> int:
    """``version`` 0: it had none. Returns the version. Raises NotFound (unit out of reach, no obligation asks for such a
    number), Invalid, Stale. Side effects: audit entry, event ``obligation.number_set``."""
    actor.require(ObligationPermission.NUMBER_WRITE, unit_id)
    unit_card(session, unit_id)
    if name not in {duty.rule.plus for duty in pack_duties(session)} - {""}:
        raise NotFound()
    if not 0 <= number <= MOST:
        raise Invalid(fields={"number": "应为0到1000的整数"})
    wanted = select(OwnNumber).where(OwnNumber.unit_id == unit_id, OwnNumber.name == name).with_for_update()
    row = session.scalars(wanted).first()
    if (row.version if row else 0) != version:
        raise Stale(changes={"number": [None, row.number if row else None]})
    before = row.number if row else None
    if row is None:
        row = OwnNumber(unit_id=unit_id, name=name)
        session.add(row)
    row.number, row.set_at, row.set_by, row.set_by_name = number, session.now(), actor.person_id, actor.name
    session.flush()
    data = {"name": name, "number": [before, number]}
    record(session, actor=actor, action="obligation.number_set", object_kind="obligation", object_id=unit_id, data=data)
    emit(
        session,
        Event("obligation.number_set", session.tenant_id, session.now(), {"unit_id": str(unit_id), "name": name}),
    )
    return row.version
