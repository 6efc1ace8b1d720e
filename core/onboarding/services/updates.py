"""A new version of the pack: offered by the platform, looked at and put in force by the district itself."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select, update

from core.access.actor import Actor
from core.audit.services import record
from core.db.sessions import TenantSession
from core.kernel.errors import NotFound, Refused, Stale
from core.kernel.ids import new_id
from core.onboarding.models import APPLIED, DECLINED, OPEN, REPLACED, PackProposal
from core.onboarding.services.announcing import announce
from core.orgs.services.founding import found_units
from core.tenancy.merge import Side
from core.tenancy.onboarding import switch_on
from core.tenancy.packs.compile import compile_pack, open_compiled
from core.tenancy.packs.model import Pack
from core.tenancy.permissions import TenancyPermission
from core.tenancy.updating import Applied, bring_up, newest


def propose(session: TenantSession, *, actor: Actor, pack: Pack) -> UUID:
    """Offers a version; an offer that is open gives way to it. Raises Refused where it is what is in force already."""
    compiled = compile_pack(pack)
    held = newest(session)
    if held is not None and held.digest == compiled.digest:
        raise Refused("这个版本已经生效")
    session.execute(
        update(PackProposal).where(PackProposal.state == OPEN).values(state=REPLACED, decided_at=session.now())
    )
    proposal = PackProposal(
        id=new_id(), pack_version=pack.version, digest=compiled.digest, content=compiled.content, proposed_at=session.now(),
        proposed_by=actor.name,
    )  # fmt: skip
    session.add(proposal)
    session.flush()
    record(
        session, actor=actor, action="pack.proposed", object_kind="pack_proposal", object_id=proposal.id,
        data={"version": pack.version},
    )  # fmt: skip
    return proposal.id


def apply_proposal(
    session: TenantSession,
    *,
    actor: Actor,
    proposal_id: UUID,
    decisions: Mapping[str, Side],
    version: int,
    in_force: int,
) -> Applied:
    """Puts the offered version in force, all or nothing: pack, switches and units that are new in it, the district's own
    changes as decided. ``in_force``: number of the pack version that the decisions were made on.

    Raises NotFound, Refused for an offer that is decided, Stale, Invalid naming what nobody decided about.
    """
    actor.require(TenancyPermission.SETTING_WRITE)
    proposal = _open(session, proposal_id, version)
    pack = open_compiled(proposal.content)
    applied = bring_up(session, pack, by=actor.name, decisions=decisions, expected=in_force)
    switch_on(session, pack)
    found_units(session, actor=actor, pack=pack)
    proposal.state, proposal.decided_at, proposal.decided_by = APPLIED, session.now(), actor.person_id
    session.flush()
    announce(session, actor=actor, pack=pack, applied=applied)
    return applied


def decline_proposal(session: TenantSession, *, actor: Actor, proposal_id: UUID, version: int) -> None:
    """The version in force stays. Raises NotFound, Refused, Stale."""
    actor.require(TenancyPermission.SETTING_WRITE)
    proposal = _open(session, proposal_id, version)
    proposal.state, proposal.decided_at, proposal.decided_by = DECLINED, session.now(), actor.person_id
    session.flush()
    record(
        session, actor=actor, action="pack.declined", object_kind="pack_proposal", object_id=proposal.id,
        data={"version": proposal.pack_version},
    )  # fmt: skip


def _open(session: TenantSession, proposal_id: UUID, version: int) -> PackProposal:
    proposal = session.scalars(select(PackProposal).where(PackProposal.id == proposal_id).with_for_update()).first()
    if proposal is None:
        raise NotFound()
    if proposal.state != OPEN:
        raise Refused("这个版本已经处理过了")
    if proposal.version != version:
        raise Stale(changes={})
    return proposal
