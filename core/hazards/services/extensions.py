"""延期: asked for by the unit, granted or refused by whoever the pack names; granted also without being asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.hazards.extensions.models import ASKED, GRANTED, REFUSED, WITHDRAWN, ExtensionRequest
from core.hazards.lifecycle import Entry
from core.hazards.queries.addressees import holders_over
from core.hazards.relations import standing_before, ties_of
from core.hazards.services.notices import tell_extension, tell_granters
from core.hazards.services.timeline import post_title
from core.hazards.services.writing import Case, Written, locked, settle, with_evidence
from core.kernel.clock import local_date
from core.kernel.errors import Refused
from core.orgs.queries.grants import resolve_grants
from core.tenancy.packs.model import Pack


def ask_extension(
    session: TenantSession, *, actor: Actor, pack: Pack, hazard_id: UUID, version: int | None, until: date, reason: str,
) -> Written:  # fmt: skip
    """Asks for a later limit; the limit stays until it is granted.

    Raises NotFound, Stale, Invalid, Forbidden, Refused (also while an earlier request waits).
    """
    case = locked(session, actor=actor, pack=pack, hazard_id=hazard_id, version=version)
    decision = case.machine.ask_extension(case.state, until=until, reason=reason, standing=case.standing)
    waiting = _waiting(case)
    if waiting is not None:
        raise Refused("已申请延期到 %(until)s，正在等待审批", until=waiting.until)
    last = session.scalar(select(func.max(ExtensionRequest.no)).where(ExtensionRequest.hazard_id == hazard_id)) or 0
    session.add(
        ExtensionRequest(
            hazard_id=hazard_id, no=last + 1, due_on=case.state.due_on, until=until, reason=reason.strip(), state=ASKED,
            asked_at=case.now, asked_by=actor.person_id, asked_by_name=actor.name, asked_post=post_title(actor, case.hazard.unit_id),
        )
    )  # fmt: skip
    written = settle(case, (decision,), Entry(), note=reason.strip(), data={"until": until.isoformat()})
    tell_granters(session, row=case.hazard, to=_granters(case), until=until, reason=reason.strip())
    return written


def withdraw_extension(
    session: TenantSession, *, actor: Actor, pack: Pack, hazard_id: UUID, version: int | None,
) -> Written:  # fmt: skip
    """The unit takes the request back that waits; it may ask anew. Raises NotFound, Stale, Forbidden, Refused."""
    case = locked(session, actor=actor, pack=pack, hazard_id=hazard_id, version=version)
    decision = case.machine.withdraw_extension(case.state, standing=case.standing)
    waiting = _waiting(case)
    if waiting is None:
        raise Refused("没有等待审批的延期申请")
    written = settle(case, (decision,), Entry())
    waiting.state, waiting.decided_at = WITHDRAWN, case.now
    waiting.decided_by, waiting.decided_by_name = actor.person_id, actor.name
    session.flush()
    return written


def decide_extension(
    session: TenantSession, *, actor: Actor, pack: Pack, hazard_id: UUID, version: int | None, granted: bool,
    until: date | None = None, note: str = "",
) -> Written:  # fmt: skip
    """Grants the request that waits, for ``until`` instead of what was asked where that is given, or refuses it with a reason.

    Raises NotFound, Stale, Invalid, Forbidden, Refused. Whoever asked is told.
    """
    case = locked(session, actor=actor, pack=pack, hazard_id=hazard_id, version=version)
    waiting = _waiting(case)
    if waiting is None:
        raise Refused("没有等待审批的延期申请")
    said = note.strip()
    if not granted:
        refusal = case.machine.refuse_extension(case.state, reason=said, standing=case.standing)
        written = settle(case, (refusal,), Entry(), note=said)
        _decided(case, waiting, REFUSED, note=said)
        return written
    day, entry = until or waiting.until, Entry(reason=waiting.reason)
    decision = case.machine.extend(case.state, until=day, entry=entry, standing=case.standing, now=case.now)
    written = settle(case, (decision,), entry, note=said or waiting.reason)
    _decided(case, waiting, GRANTED, until=day, note=said)
    return written


def extend(
    session: TenantSession, *, actor: Actor, pack: Pack, hazard_id: UUID, version: int | None, until: date, reason: str,
    file_ids: Sequence[UUID] = (),
) -> Written:  # fmt: skip
    """Puts off the time limit; a request that waits is granted with it. Raises NotFound, Stale, Invalid, Forbidden, Refused."""
    case = locked(session, actor=actor, pack=pack, hazard_id=hazard_id, version=version, file_ids=file_ids)
    entry = replace(with_evidence(Entry(), case.attached), reason=reason.strip())
    decision = case.machine.extend(case.state, until=until, entry=entry, standing=case.standing, now=case.now)
    waiting = _waiting(case)
    written = settle(case, (decision,), entry, note=reason.strip())
    if waiting is not None:
        _decided(case, waiting, GRANTED, until=until, note=reason.strip())
    return written


def _granters(case: Case) -> frozenset[UUID]:
    """Whoever could grant it now. A few people hold such a post; each is asked as when they act."""
    rule = case.pack.lifecycle.extension
    if rule is None:
        return frozenset()
    today = local_date(case.now)
    ties, found = ties_of(case.hazard), set()
    for person, name in holders_over(case.session, case.pack, permission=rule.permission, unit_id=case.hazard.unit_id):
        grants = resolve_grants(case.session, person, today, case.pack)
        other = Actor(case.session.tenant_id, person, name, "person", grants)
        if case.machine.may_extend(case.state, standing_before(case.session, other, case.pack, ties)):
            found.add(person)
    return frozenset(found - {case.actor.person_id})


def _waiting(case: Case) -> ExtensionRequest | None:
    return case.session.scalars(
        select(ExtensionRequest)
        .where(ExtensionRequest.hazard_id == case.hazard.id, ExtensionRequest.state == ASKED)
        .with_for_update()
    ).one_or_none()


def _decided(case: Case, row: ExtensionRequest, state: str, *, note: str, until: date | None = None) -> None:
    row.state, row.granted_until, row.note = state, until, note
    row.decided_at, row.decided_by, row.decided_by_name = case.now, case.actor.person_id, case.actor.name
    case.session.flush()
    tell_extension(case.session, row=case.hazard, to=row.asked_by, until=until, note=note)
