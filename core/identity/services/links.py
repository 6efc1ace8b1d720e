"""Links between accounts of one human being in two tenants. Each side writes its own half, in its own scope."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from core.audit.services import Signed, record
from core.db.sessions import TenantSession
from core.identity.models import PersonLink


def agree_link(
    session: TenantSession, *, actor: Signed, person_id: UUID, other_tenant_id: int, other_person_id: UUID
) -> None:
    """This side's half; without the other's it opens nothing. Repeating it changes nothing."""
    made = session.execute(
        insert(PersonLink)
        .values(
            tenant_id=session.tenant_id, person_id=person_id, other_tenant_id=other_tenant_id, other_person_id=other_person_id,
            created_at=session.now(),
        )
        .on_conflict_do_nothing()
        .returning(PersonLink.person_id)
    ).first()  # fmt: skip
    if made is not None:
        record(
            session, actor=actor, action="person.linked", object_kind="person", object_id=person_id,
            data={"other_tenant_id": other_tenant_id},
        )  # fmt: skip


def break_link(session: TenantSession, *, actor: Signed, person_id: UUID, other_tenant_id: int) -> bool:
    """Takes back this side's half, which is enough to close the way in both directions. Returns whether there was one."""
    gone = session.execute(
        delete(PersonLink)
        .where(PersonLink.person_id == person_id, PersonLink.other_tenant_id == other_tenant_id)
        .returning(PersonLink.person_id)
    ).first()
    if gone is not None:
        record(
            session, actor=actor, action="person.unlinked", object_kind="person", object_id=person_id,
            data={"other_tenant_id": other_tenant_id},
        )  # fmt: skip
    return gone is not None
