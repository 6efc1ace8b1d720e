"""What the writes of filings share: the row under a lock, its round, the log, telling people. Decides nothing itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select

from core.access.actor import Actor
from core.audit.services import record
from core.db.sessions import TenantSession
from core.jobs.services import emit
from core.kernel.errors import Forbidden, NotFound, Refused, Stale
from core.kernel.events import Event, Scalar
from core.notify.services import notify
from core.orgs.models import OrgUnit
from core.orgs.queries import people_in_charge
from core.reports.life import State, Step, after
from core.reports.models import Expected, Filing, ReportRound
from core.reports.permissions import ReportPermission
from core.reports.queries.scope import may_file, visible
from core.reports.words import named

FILED = "report.filed"


@dataclass(frozen=True)
class Owed:
    """What a write has to know of the round and the unit."""

    round_id: UUID
    unit_id: UUID
    unit_kind: str
    unit_name: str
    code: str
    title: str
    period_title: str
    span_from: date
    span_to: date
    due_at: datetime | None
    zero: bool
    figures: tuple[str, ...]
    form: str
    cancelled: bool

    @property
    def name(self) -> str:
        """As notices call it."""
        return named(self.title, self.period_title)


def owed(session: TenantSession, *, actor: Actor, round_id: UUID, unit_id: UUID) -> Owed:
    """Raises NotFound where that unit does not owe the round or is out of reach."""
    row = session.execute(
        select(
            ReportRound.id, Expected.unit_id, Expected.unit_kind, OrgUnit.name, ReportRound.code, ReportRound.title, ReportRound.period_title,
            ReportRound.span_from, ReportRound.span_to, ReportRound.due_at, ReportRound.zero, ReportRound.figures, ReportRound.form,
            ReportRound.cancelled_at.is_not(None),
        )
        .join(ReportRound, ReportRound.id == Expected.round_id)
        .join(OrgUnit, OrgUnit.id == Expected.unit_id)
        .where(and_(Expected.round_id == round_id, Expected.unit_id == unit_id), visible(actor))
    ).first()  # fmt: skip
    if row is None:
        raise NotFound()
    facts: tuple[Any, ...] = tuple(row)
    values: tuple[Any, ...] = (*facts[:11], tuple(facts[11]), *facts[12:])
    return Owed(*values)


def locked(session: TenantSession, *, actor: Actor, filing_id: UUID, version: int) -> Filing:
    """The filing under a row lock. Raises NotFound for what the actor does not see, Stale."""
    row = session.scalars(
        select(Filing)
        .join(Expected, and_(Expected.round_id == Filing.round_id, Expected.unit_id == Filing.unit_id))
        .where(Filing.id == filing_id, visible(actor))
        .with_for_update(of=Filing)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotFound()
    if row.version != version:
        raise Stale()
    return row


def refuse_cancelled(what: Owed) -> None:
    """Raises Refused."""
    if what.cancelled:
        raise Refused("本期已取消，不再填报")


def require_filer(actor: Actor, what: Owed) -> None:
    """Raises Forbidden for who only looks, Refused for a round that was cancelled."""
    refuse_cancelled(what)
    if not may_file(actor, what.unit_id, what.unit_kind):
        raise Forbidden("只有本单位的填报人和负责人可以填写")


def step(row: Filing, wanted: Step) -> None:
    """Moves the row. Raises Refused in words."""
    row.state = after(wanted, State(row.state), latest_no=row.latest_no, accepted_no=row.accepted_no)


def audit(
    session: TenantSession, *, actor: Actor, row: Filing, act: str, data: Mapping[str, Any] | None = None
) -> None:
    """And flushes first, so that the version is the one written."""
    session.flush()
    record(
        session,
        actor=actor,
        action=f"report_filing.{act}",
        object_kind="report_filing",
        object_id=row.id,
        data=data or {},
    )


def tell_filers(session: TenantSession, *, actor: Actor, row: Filing, title: str, body: str = "", kind: str) -> None:
    """Those who write and sign for the unit, but not whoever acts."""
    people: set[UUID] = set()
    for permission in (ReportPermission.WRITE, ReportPermission.SIGN):
        people |= people_in_charge(session, permission=permission, units=[row.unit_id]).get(row.unit_id, frozenset())
    _tell(session, actor, people, kind, title, body, row.id)


def tell_signers(session: TenantSession, *, actor: Actor, row: Filing, title: str) -> None:
    found = people_in_charge(session, permission=ReportPermission.SIGN, units=[row.unit_id])
    _tell(session, actor, found.get(row.unit_id, frozenset()), "report.ready", title, "", row.id)


def told(session: TenantSession, *, row: Filing, what: Owed, late: bool) -> None:
    """After the commit: a filing was submitted."""
    payload: dict[str, Scalar] = {
        "filing_id": str(row.id),
        "unit_id": str(row.unit_id),
        "code": what.code,
        "no": row.latest_no,
        "late": late,
    }
    emit(session, Event(FILED, session.tenant_id, session.now(), payload))


def post_of(actor: Actor, unit_id: UUID) -> str:
    """The title under which the actor acts for the unit; empty for jobs."""
    own = [grant for grant in actor.grants_in(unit_id) if not grant.everything]
    home = [grant for grant in own if grant.home_unit_id == unit_id]
    return next((grant.post_title for grant in (*home, *own) if grant.post_title), "")


def _tell(
    session: TenantSession, actor: Actor, people: Iterable[UUID], kind: str, title: str, body: str, filing_id: UUID
) -> None:
    notify(
        session, to=set(people) - {actor.person_id} if actor.person_id else people, kind=kind, title=title, body=body,
        link=f"/reports/filings/{filing_id}",
    )  # fmt: skip
