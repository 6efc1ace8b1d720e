"""免报, and rounds that are cancelled: nobody is asked for them any more, and whatever was filed stays."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import func, literal, select, update
from sqlalchemy.dialects.postgresql import insert

from core.access.actor import Actor
from core.audit.services import record
from core.db.sessions import TenantSession
from core.jobs.services import emit
from core.kernel.clock import local_date
from core.kernel.errors import Invalid, NotFound, Refused, Stale
from core.kernel.events import Event
from core.kernel.phrases import Phrase
from core.orgs.models import OrgUnit
from core.reports.models import Exemption, Expected, Filing, ReportRound
from core.reports.permissions import ReportPermission
from core.reports.queries.owing import joined, unsent
from core.reports.services.reminders import MOST_UNITS

REASON_MAX = 500
CLOSED = "单位已撤销"


def exempt(session: TenantSession, *, actor: Actor, round_id: UUID, unit_ids: Collection[UUID], reason: str) -> int:
    """The chosen units need not file this round. Returns how many were exempted; who filed, or is exempted already, is passed over.

    Raises Forbidden, NotFound, Refused for a cancelled round, Invalid without a reason, for none or too many units.
    """
    said = _reason(reason, unit_ids)
    _managed(session, actor, round_id)
    row = {"cause": "district", "reason": said, "at": session.now(), "by_id": actor.person_id, "by_name": actor.name}
    found = _exempt(session, row, Expected.round_id == round_id, Expected.unit_id.in_(unit_ids))
    _told(session, actor, "exempted", round_id, units=len(found), reason=said)
    return len(found)


def lift(session: TenantSession, *, actor: Actor, round_id: UUID, unit_ids: Collection[UUID], reason: str) -> int:
    """恢复应报: the chosen units owe the round again. Returns how many. Raises as :func:`exempt`."""
    said = _reason(reason, unit_ids)
    _managed(session, actor, round_id)
    lifted = session.execute(
        update(Exemption)
        .where(Exemption.round_id == round_id, Exemption.unit_id.in_(unit_ids), Exemption.lifted_at.is_(None))
        .values(lifted_at=session.now())
        .returning(Exemption.unit_id)
    ).all()
    _told(session, actor, "owed_again", round_id, units=len(lifted), reason=said)
    return len(lifted)


def exempt_closed(session: TenantSession, *, actor: Actor) -> int:
    """Units that were closed before a round was due, after it had opened: by the clock, once a day. Idempotent.

    An exemption that somebody lifted stays lifted.
    """
    row = {"cause": "closed", "reason": CLOSED, "at": session.now(), "by_id": None, "by_name": actor.name}
    closed = (
        OrgUnit.valid_to < local_date(session.now()),
        OrgUnit.valid_to <= func.coalesce(ReportRound.due_on, ReportRound.span_to),
    )
    known = select(Exemption.unit_id).where(
        Exemption.round_id == Expected.round_id, Exemption.unit_id == Expected.unit_id
    )
    found = _exempt(session, row, *closed, ReportRound.cancelled_at.is_(None), ~known.correlate(Expected).exists())
    for round_id in sorted({round_id for round_id, _ in found}):
        units = sum(1 for own, _ in found if own == round_id)
        _told(session, actor, "exempted", round_id, units=units, reason=CLOSED)
    return len(found)


def cancel_round(session: TenantSession, *, actor: Actor, round_id: UUID, version: int, reason: str) -> None:
    """取消本期: nobody owes it any more; it stays to be read with all that was filed. It cannot be taken back.

    Raises Forbidden, NotFound, Stale, Refused if it is cancelled already, Invalid without a reason.
    """
    said = _reason(reason, None)
    row = _managed(session, actor, round_id)
    if row.version != version:
        raise Stale()
    row.cancelled_at, row.cancel_reason = session.now(), said
    row.cancelled_by, row.cancelled_by_name = actor.person_id, actor.name
    session.flush()
    filed = session.scalar(select(func.count()).where(Filing.round_id == round_id, Filing.latest_no > 0)) or 0
    _told(session, actor, "cancelled", round_id, filed=filed, reason=said)
    payload = {"round_id": str(round_id), "code": row.code}
    emit(session, Event("report.cancelled", session.tenant_id, session.now(), payload))


def _exempt(session: TenantSession, row: dict[str, Any], *chosen: Any) -> list[tuple[UUID, UUID]]:
    """(round, unit) of those that owed it and have filed nothing. One statement."""
    values = {name: literal(value, Exemption.__table__.c[name].type) for name, value in row.items()}
    owing = (
        select(literal(session.tenant_id), Expected.round_id, Expected.unit_id, *values.values())
        .join(ReportRound, ReportRound.id == Expected.round_id)
        .join(OrgUnit, OrgUnit.id == Expected.unit_id)
        .outerjoin(Filing, joined())
        .where(unsent(), *chosen)
    )
    made = insert(Exemption).from_select(["tenant_id", "round_id", "unit_id", *values], owing)
    again = {name: made.excluded[name] for name in values} | {"lifted_at": None}
    stated = made.on_conflict_do_update(
        index_elements=["tenant_id", "round_id", "unit_id"], set_=again, where=Exemption.lifted_at.is_not(None)
    )
    return [
        (found.round_id, found.unit_id)
        for found in session.execute(stated.returning(Exemption.round_id, Exemption.unit_id))
    ]


def _managed(session: TenantSession, actor: Actor, round_id: UUID) -> ReportRound:
    """The round under a lock, for who manages the whole district."""
    actor.require(ReportPermission.MANAGE)
    row = session.scalars(
        select(ReportRound)
        .where(ReportRound.id == round_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if row is None or not actor.coverage(ReportPermission.MANAGE).everywhere:
        raise NotFound()
    if row.cancelled_at is not None:
        raise Refused("本期已取消")
    return row


def _reason(text: str, unit_ids: Collection[UUID] | None) -> str:
    said = text.strip()
    wrong: dict[str, str] = {}
    if not said or len(said) > REASON_MAX:
        wrong["reason"] = "请写明理由"
    if unit_ids is not None and not 0 < len(unit_ids) <= MOST_UNITS:
        wrong["unit_ids"] = Phrase("请选择1到%(most)s个单位", most=MOST_UNITS)
    if wrong:
        raise Invalid(fields=wrong)
    return said


def _told(session: TenantSession, actor: Actor, act: str, round_id: UUID, **data: Any) -> None:
    if data.get("units") == 0:
        return
    record(
        session, actor=actor, action=f"report_round.{act}", object_kind="report_round", object_id=round_id, data=data
    )
