"""A district opens itself to a bureau and closes again. The decision is the district's alone."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import select

from core.access.actor import Actor
from core.audit.services import record
from core.db.sessions import TenantSession
from core.jobs.services import emit
from core.kernel.clock import local_date
from core.kernel.errors import Conflict, Invalid, NotFound, Refused, Stale
from core.kernel.events import Event, Scalar
from core.oversight import indicators
from core.oversight.models import Consent
from core.oversight.permissions import OversightPermission
from core.tenancy.directory import TenantCard


def grant_consent(
    session: TenantSession,
    *,
    actor: Actor,
    bureau: TenantCard | None,
    shown: Collection[str],
    rows_granted: bool,
    valid_from: date | None = None,
    valid_until: date | None = None,
) -> UUID:
    """Lets ``bureau`` see the groups ``shown`` from a day (None: today) to a day. Side effects: audit entry, event.

    Raises Invalid for what is no bureau, an unknown group or dates the wrong way round; Conflict where one is in force.
    """
    actor.require(OversightPermission.CONSENT)
    today = local_date(session.now())
    valid_from = valid_from or today
    faults: dict[str, str] = {}
    if bureau is None or not bureau.is_bureau:
        faults["bureau_id"] = "请选择一个上级单位"
    if not shown or not set(shown) <= indicators.CODES:
        faults["indicators"] = "至少选一组数字"
    if valid_until is not None and valid_until < max(valid_from, today):
        faults["valid_until"] = "截止日期不能早于开始日期和今天"
    if faults or bureau is None:
        raise Invalid(fields=faults)
    standing = session.scalar(
        select(Consent).where(Consent.bureau_id == bureau.id, Consent.revoked_at.is_(None)).with_for_update()
    )
    if standing is not None:
        if standing.valid_until is None or standing.valid_until >= today:
            raise Conflict("对该上级已有一份有效授权，请先收回再重新授权")
        # it ran out by itself; only its place in the unique key is still taken
        standing.revoked_at, standing.revoked_by_name = session.now(), "到期"
        session.flush()
    consent = Consent(
        bureau_id=bureau.id, indicators=sorted(set(shown)), rows_granted=rows_granted, valid_from=valid_from, valid_until=valid_until,
        granted_by=actor.person_id, granted_by_name=actor.name, granted_at=session.now(),
    )  # fmt: skip
    session.add(consent)
    session.flush()
    data = {
        "bureau": bureau.name, "indicators": consent.indicators, "rows": rows_granted,
        "from": valid_from.isoformat(), "until": valid_until.isoformat() if valid_until else None,
    }  # fmt: skip
    record(session, actor=actor, action="consent.granted", object_kind="consent", object_id=consent.id, data=data)
    _tell(session, "consent.granted", consent)
    return consent.id


def revoke_consent(session: TenantSession, *, actor: Actor, consent_id: UUID, version: int) -> None:
    """Takes effect with the bureau's next request. Raises NotFound, Stale, Refused where it was revoked before."""
    actor.require(OversightPermission.CONSENT)
    consent = session.scalar(select(Consent).where(Consent.id == consent_id).with_for_update())
    if consent is None:
        raise NotFound()
    if consent.version != version:
        raise Stale(changes={"version": [version, consent.version]})
    if consent.revoked_at is not None:
        raise Refused("这份授权已经收回")
    consent.revoked_at, consent.revoked_by, consent.revoked_by_name = session.now(), actor.person_id, actor.name
    session.flush()
    record(
        session,
        actor=actor,
        action="consent.revoked",
        object_kind="consent",
        object_id=consent.id,
        data={"bureau_id": consent.bureau_id},
    )
    _tell(session, "consent.revoked", consent)


def _tell(session: TenantSession, topic: str, consent: Consent) -> None:
    payload: dict[str, Scalar] = {"consent_id": str(consent.id), "bureau_id": consent.bureau_id}
    emit(session, Event(topic=topic, tenant_id=session.tenant_id, at=session.now(), payload=payload))
