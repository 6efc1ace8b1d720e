"""Drafts follow breaches by themselves; people accept or dismiss them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from core.access.actor import Actor
from core.audit.services import record
from core.db.sessions import TenantSession
from core.hazards.drafts.models import ACCEPTED, DISMISSED, OPEN, WITHDRAWN, HazardDraft
from core.hazards.permissions import HazardPermission
from core.hazards.services.report import Found, report_hazard
from core.hazards.services.writing import Written
from core.hooks.manager import Plugins
from core.jobs.services import emit
from core.kernel.errors import Conflict, Invalid, NotFound, Stale
from core.kernel.events import Event
from core.kernel.phrases import Phrase
from core.registers.models import RegisterBreach
from core.tenancy.packs.model import Pack
from core.tenancy.packs.model.lifecycle import Origin

OPENED, GONE = "hazard_draft.opened", "hazard_draft.withdrawn"
WHO = "hazards.drafts"
PLACE_LENGTH = 60


def follow_breaches(session: TenantSession, *, register: str) -> dict[str, int]:
    """Opens, rewords and withdraws drafts as the breaches of this register are now. Idempotent: whatever was missed in
    between, the end is the same. Three queries and the writes.

    Side effects: drafts, an audit entry and an event for each that opened or was withdrawn.
    """
    actor = Actor.system(session.tenant_id, WHO)
    opened = _open_missing(session, actor, register)
    reworded = _reword(session, register)
    withdrawn = _withdraw_cleared(session, actor, register)
    return {"opened": opened, "reworded": reworded, "withdrawn": withdrawn}


def accept_draft(
    session: TenantSession, *, actor: Actor, pack: Pack, plugins: Plugins, plugins_on: Iterable[str], draft_id: UUID, version: int,
    place: str = "", description: str = "", category: str | None = None, domain: str = "",
) -> Written:  # fmt: skip
    """The draft becomes a hazard whose source is the register's rule. Empty words: as the draft says.

    Raises NotFound, Stale, Conflict for one that was decided, and what reporting a hazard raises.
    """
    draft = _locked(session, actor, draft_id, version, HazardPermission.REPORT)
    first = next((str(entry["title"]) for entry in draft.entries), "")
    found = Found(
        unit_id=draft.unit_id, title=draft.title[:40], place=(place.strip() or first or draft.title)[:PLACE_LENGTH],
        description=description.strip() or f"{draft.title}。{draft.detail}", domain=domain or draft.domain,
        category=category or draft.category, raised_as=Origin.REGISTER, source_note=Phrase("台账规则：%(rule)s", rule=draft.title),
        clauses=tuple(draft.clauses), extra={"register": draft.register, "register_rule": draft.rule},
    )  # fmt: skip
    written = report_hazard(session, actor=actor, pack=pack, plugins=plugins, plugins_on=plugins_on, found=found)
    draft.state, draft.hazard_id = ACCEPTED, written.id
    _decide(session, actor, draft)
    record(
        session, actor=actor, action="hazard_draft.accepted", object_kind="hazard_draft", object_id=draft.id,
        data={"hazard_id": str(written.id), "rule": draft.title},
    )  # fmt: skip
    return written


def dismiss_draft(session: TenantSession, *, actor: Actor, draft_id: UUID, version: int, reason: str) -> None:
    """It is no hazard, and why. It stays so while this breach lasts. Raises Invalid without a reason, NotFound, Stale, Conflict."""
    if not reason.strip():
        raise Invalid(fields={"reason": "写明为什么不是隐患"})
    draft = _locked(session, actor, draft_id, version, HazardPermission.REGISTER)
    draft.state, draft.reason = DISMISSED, reason.strip()
    _decide(session, actor, draft)
    record(
        session, actor=actor, action="hazard_draft.dismissed", object_kind="hazard_draft", object_id=draft.id,
        data={"reason": draft.reason, "rule": draft.title},
    )  # fmt: skip


def _decide(session: TenantSession, actor: Actor, draft: HazardDraft) -> None:
    draft.decided_at, draft.decided_by, draft.decided_by_name = session.now(), actor.person_id, actor.name
    session.flush()


def _locked(session: TenantSession, actor: Actor, draft_id: UUID, version: int, permission: str) -> HazardDraft:
    draft = session.scalars(
        select(HazardDraft)
        .where(HazardDraft.id == draft_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if draft is None:
        actor.require(permission)
        raise NotFound()
    actor.require(permission, draft.unit_id)
    if draft.version != version:
        raise Stale()
    if draft.state != OPEN:
        raise Conflict("这条草稿已经处理过，或规则已重新满足")
    return draft


def _open_missing(session: TenantSession, actor: Actor, register: str) -> int:
    there = select(HazardDraft.id).where(HazardDraft.breach_id == RegisterBreach.id).exists()
    rows = session.scalars(
        select(RegisterBreach)
        .where(
            RegisterBreach.register == register,
            RegisterBreach.cleared_at.is_(None),
            RegisterBreach.assumed.is_(False),
            ~there,
        )
        .with_for_update()  # whoever follows the same breaches waits here, and then finds the drafts
    ).all()
    now = session.now()
    drafts = [
        HazardDraft(unit_id=row.unit_id, breach_id=row.id, register=row.register, rule=row.rule, state=OPEN, opened_at=now, **_words(row))
        for row in rows
    ]  # fmt: skip
    session.add_all(drafts)
    session.flush()
    for draft in drafts:
        record(
            session,
            actor=actor,
            action="hazard_draft.opened",
            object_kind="hazard_draft",
            object_id=draft.id,
            data=_said(draft),
        )
        _tell(session, draft, OPENED)
    return len(drafts)


def _reword(session: TenantSession, register: str) -> int:
    """Open drafts whose breach is another by now, or waits for the district's word."""
    rows = session.execute(
        select(HazardDraft, RegisterBreach)
        .join(RegisterBreach, RegisterBreach.id == HazardDraft.breach_id)
        .where(
            HazardDraft.register == register,
            HazardDraft.state == OPEN,
            RegisterBreach.cleared_at.is_(None),
            # both, for two changes may fall into one instant
            or_(RegisterBreach.changed_at > HazardDraft.told_at, RegisterBreach.detail != HazardDraft.detail),
        )
        .with_for_update(of=HazardDraft)
    ).all()
    for draft, breach in rows:
        for name, value in _words(breach).items():
            setattr(draft, name, value)
    session.flush()
    return len(rows)


def _withdraw_cleared(session: TenantSession, actor: Actor, register: str) -> int:
    drafts = session.scalars(
        select(HazardDraft)
        .join(RegisterBreach, RegisterBreach.id == HazardDraft.breach_id)
        .where(
            HazardDraft.register == register,
            HazardDraft.state == OPEN,
            RegisterBreach.cleared_at.is_not(None) | RegisterBreach.assumed,
        )
        .with_for_update(of=HazardDraft)
    ).all()
    for draft in drafts:
        draft.state, draft.decided_at = WITHDRAWN, session.now()
    session.flush()
    for draft in drafts:
        record(
            session,
            actor=actor,
            action="hazard_draft.withdrawn",
            object_kind="hazard_draft",
            object_id=draft.id,
            data=_said(draft),
        )
        _tell(session, draft, GONE)
    return len(drafts)


def _words(breach: RegisterBreach) -> dict[str, Any]:
    facts = breach.facts
    return {
        "title": breach.title, "detail": breach.detail, "domain": facts.get("domain", ""), "category": facts.get("category") or None,
        "entries": list(facts.get("entries", ())), "clauses": list(facts.get("clauses", ())), "told_at": breach.changed_at,
    }  # fmt: skip


def _said(draft: HazardDraft) -> dict[str, str]:
    return {"register": draft.register, "rule": draft.title, "unit_id": str(draft.unit_id)}


def _tell(session: TenantSession, draft: HazardDraft, topic: str) -> None:
    payload = {"draft_id": str(draft.id), "unit_id": str(draft.unit_id), "register": draft.register, "rule": draft.rule}
    emit(session, Event(topic=topic, tenant_id=session.tenant_id, at=session.now(), payload=payload))
