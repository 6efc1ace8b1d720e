"""Links to accounts in other tenants."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select

from core.db.prepared import Prepared
from core.db.sessions import TenantSession
from core.identity.models import Person, PersonLink
from core.identity.services.sign_in import Proven

_LINKS = Prepared(  # every page shows them
    select(PersonLink.other_tenant_id, PersonLink.other_person_id)
    .where(PersonLink.person_id == bindparam("person_id", type_=Uuid(as_uuid=True)))
    .order_by(PersonLink.other_tenant_id)
)


@dataclass(frozen=True)
class LinkedAccount:
    """This side's half of a link; whether it opens anything is known to the other side."""

    tenant_id: int
    person_id: UUID


def linked_tenants(session: TenantSession, person_id: UUID) -> tuple[LinkedAccount, ...]:
    return tuple(LinkedAccount(*row) for row in _LINKS.rows(session, person_id=person_id))


def mutual_link(
    session: TenantSession, *, person_id: UUID, other_tenant_id: int, other_person_id: UUID
) -> Proven | None:
    """Asked in the scope of the tenant to be entered: its person, if active and if its half names the other side."""
    row = session.execute(
        select(Person.id, Person.name, Person.must_change)
        .join(PersonLink, PersonLink.person_id == Person.id)
        .where(
            Person.id == person_id, Person.active, PersonLink.other_tenant_id == other_tenant_id,
            PersonLink.other_person_id == other_person_id,
        )
    ).first()  # fmt: skip
    return Proven(*row) if row else None
