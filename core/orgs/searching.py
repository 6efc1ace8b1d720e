"""What units are found by: name, short name, code, address."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, select

from core.access.actor import Actor
from core.db.aliases import shared_alias
from core.db.sessions import TenantSession
from core.hooks.searching import EVERYTHING, Searchable, SearchHit, SearchText
from core.orgs.models import OrgClosure, OrgUnit
from core.orgs.permissions import OrgPermission
from core.orgs.words import KIND_WORDS

BATCH = 1000
Up, Parent = shared_alias(OrgClosure), shared_alias(OrgUnit)


def texts(session: TenantSession, ids: Sequence[UUID] | None) -> Iterator[SearchText]:
    """Those that were made first come first."""
    statement = select(OrgUnit.id, OrgUnit.code, OrgUnit.name, OrgUnit.short_name, OrgUnit.address).order_by(OrgUnit.id)
    if ids is not None:
        statement = statement.where(OrgUnit.id.in_(ids))
    for unit_id, code, name, short_name, address in session.execute(statement.execution_options(yield_per=BATCH)):
        yield SearchText(unit_id, tuple(dict.fromkeys((code, name, short_name, address))))


def seen(session: TenantSession, actor: Actor) -> Select[Any]:
    return select(OrgUnit.id).where(actor.coverage(OrgPermission.UNIT_READ).filter(OrgUnit.id))


def hits(session: TenantSession, actor: Actor, ids: Sequence[UUID]) -> list[SearchHit]:
    up, parent = Up, Parent
    rows = session.execute(
        select(OrgUnit.id, OrgUnit.code, OrgUnit.name, OrgUnit.short_name, OrgUnit.address, OrgUnit.kind, parent.name)
        .outerjoin(up, and_(up.descendant_id == OrgUnit.id, up.admin_depth == 1))
        .outerjoin(parent, parent.id == up.ancestor_id)
        .where(OrgUnit.id.in_(ids), OrgUnit.id.in_(seen(session, actor)))
    )
    return [
        SearchHit(
            id=unit_id, title=name, endpoint="units.show", args=(("unit_id", str(unit_id)),), number=code,
            detail=f"{short_name} {address}" if short_name != name else address, unit=above or "", state=kind,
            state_label=KIND_WORDS.get(kind, kind),
        )
        for unit_id, code, name, short_name, address, kind, above in rows
    ]  # fmt: skip


UNITS = Searchable(
    kind="unit", title="单位", permission=OrgPermission.UNIT_READ, texts=texts, visible=seen, shown=hits, order=10,
    follows={"org.unit_": "unit_id", "org.roster_": EVERYTHING, "tenant.onboarded": EVERYTHING},
)  # fmt: skip
