"""The district sends a round on to somebody outside, and the receipt number comes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from core.access.actor import Actor
from core.audit.services import record
from core.db.sessions import TenantSession
from core.kernel.clock import local_date
from core.kernel.errors import Invalid, NotFound
from core.kernel.ids import new_id
from core.reports.life import COUNTED
from core.reports.models import Filing, Forwarding, ReportRound
from core.reports.permissions import ReportPermission


@dataclass(frozen=True)
class Sent:
    """``receipt_no`` empty: none yet; a further entry brings it."""

    recipient: str
    sent_on: date
    receipt_no: str = ""
    note: str = ""


def forward(session: TenantSession, *, actor: Actor, round_id: UUID, sent: Sent) -> UUID:
    """Writes down that the round went to ``sent.recipient``; entries stay. Raises Forbidden, NotFound, Invalid."""
    actor.require(ReportPermission.MANAGE)
    round_ = session.scalars(select(ReportRound).where(ReportRound.id == round_id)).first()
    if round_ is None or not actor.coverage(ReportPermission.MANAGE).everywhere:
        raise NotFound()
    faults = {}
    if not sent.recipient.strip():
        faults["recipient"] = "请写明报给谁"
    if sent.sent_on > local_date(session.now()):
        faults["sent_on"] = "不能晚于今天"
    elif sent.sent_on < round_.opens_on:
        faults["sent_on"] = "不能早于本期开始"
    if faults:
        raise Invalid(fields=faults)
    filed = session.scalar(select(func.count()).where(Filing.round_id == round_id, Filing.state.in_(COUNTED)))
    row = Forwarding(
        id=new_id(), round_id=round_id, recipient=sent.recipient.strip(), sent_on=sent.sent_on, receipt_no=sent.receipt_no.strip(),
        filed=filed or 0, note=sent.note.strip(), at=session.now(), by_id=actor.person_id, by_name=actor.name,
    )  # fmt: skip
    session.add(row)
    session.flush()
    record(
        session, actor=actor, action="report_round.forwarded", object_kind="report_round", object_id=round_id,
        data={"recipient": row.recipient, "receipt_no": row.receipt_no, "filed": row.filed},
    )  # fmt: skip
    return row.id
