"""What people are told about a hazard at once, in the transaction of what happened. What falls due is told by core.hazards.jobs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from core.db.sessions import TenantSession
from core.hazards.models import Hazard
from core.hazards.queries.addressees import addressees
from core.notify.services import notify
from core.tenancy.packs.model import Pack


def tell_supervisor(session: TenantSession, *, row: Hazard) -> None:
    """The one who was named supervisor."""
    if row.supervisor_id is not None:
        notify(
            session, to=row.supervisor_id, kind="hazard.supervised", title=f"您被指定为督办责任人：{row.title}",
            body=f"督办编号 {row.supervision_no}，隐患编号 {row.no}", link=_page(row.id),
        )  # fmt: skip


def tell_failed_check(session: TenantSession, *, row: Hazard) -> None:
    """Whoever answers for the hazard and whoever watches it: the controls do not hold."""
    people = {person for person in (row.responsible_person_id, row.watcher_id, row.supervisor_id) if person is not None}
    notify(
        session, to=people, kind="hazard.check_failed", title=f"管控措施没有落实：{row.title}",
        body="请立即落实管控措施；落实不了的，停用并上报。", link=_page(row.id),
    )  # fmt: skip


def tell_extension(session: TenantSession, *, row: Hazard, to: UUID | None, until: date | None, note: str) -> None:
    """Whoever asked for a later limit: granted ``until`` then, or not."""
    if to is not None:
        decided = f"同意延期至{until}" if until is not None else "不同意延期"
        notify(
            session,
            to=to,
            kind="hazard.extension_decided",
            title=f"{decided}：{row.title}",
            body=note,
            link=_page(row.id),
        )


def tell_granters(
    session: TenantSession, *, row: Hazard, to: Iterable[UUID], until: date, reason: str
) -> None:  # fmt: skip
    """Whoever may grant a later limit: the unit asks for it."""
    notify(
        session, to=frozenset(to), kind="hazard.extension_asked", title=f"延期申请待审批：{row.title}",
        body=f"申请延期至{until}：{reason}", link=_page(row.id),
    )  # fmt: skip


def tell_addressees(session: TenantSession, *, pack: Pack, row: Hazard, codes: Iterable[str]) -> int:
    """The people to whom these escalations go; returns how many were told. One query for each escalation."""
    told = 0
    for rule in [own for own in pack.lifecycle.escalations if own.code in set(codes)]:
        sent = notify(
            session, to=addressees(session, pack, rule.to), kind="hazard.escalated", title=f"{rule.label}：{row.title}",
            body=rule.list_label, link=_page(row.id),
        )  # fmt: skip
        told += len(sent)
    return told


def _page(hazard_id: UUID) -> str:
    return f"/hazards/{hazard_id}"
