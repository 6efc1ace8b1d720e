"""What counts for «report:<code>»: a filing that stands submitted, on the local day of its first submission."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ARRAY, Date, Integer, Select, Text, cast, func, literal, select, union_all

from core.db.sessions import TenantSession
from core.hooks.evidence import Evidence
from core.kernel.clock import LOCAL
from core.kernel.schoolyear import Span
from core.reports.life import COUNTED
from core.reports.models import Exemption, Expected, Filing, ReportRound
from core.tenancy.packs.owed import REPORT

KIND, EXCUSE = "filing", "excuse"


def filed(session: TenantSession, span: Span) -> Select[Any]:
    """One row for each filing; the key of its round says for which period. A returned one does not count until it is signed
    again, and then with its first day."""
    found: Any = (
        select(
            Filing.unit_id.label("unit_id"),
            (literal(REPORT) + ReportRound.code).label("activity"),
            cast(literal("{}"), ARRAY(Text)).label("topics"),
            ReportRound.key.label("key"),
            Filing.submitted_on.label("on_date"),
            cast(literal(1), Integer).label("times"),
            cast(literal(KIND), Text).label("kind"),
            Filing.id.label("id"),
        )
        .join(ReportRound, ReportRound.id == Filing.round_id)
        .where(Filing.state.in_(COUNTED), Filing.submitted_on.between(span.starts, span.ends))
    )
    statement: Select[Any] = found
    return statement


def excused(session: TenantSession, span: Span) -> Select[Any]:
    """Who need not file after all owes nothing: an exemption, or a cancelled round, settles the duty on its day, never late."""
    day = func.least(cast(func.timezone(LOCAL.key, Exemption.at), Date), ReportRound.due_on)
    ended = func.least(cast(func.timezone(LOCAL.key, ReportRound.cancelled_at), Date), ReportRound.due_on)
    exempted: Any = _excuse(Exemption.unit_id, day).select_from(Exemption)
    cancelled: Any = _excuse(Expected.unit_id, ended).select_from(Expected)
    both = union_all(
        exempted.join(ReportRound, ReportRound.id == Exemption.round_id).where(Exemption.lifted_at.is_(None)),
        cancelled.join(ReportRound, ReportRound.id == Expected.round_id).where(ReportRound.cancelled_at.is_not(None)),
    ).subquery("excused")
    # a unit that is exempted from a round that is cancelled too, or that filed before, is settled once more: no matter
    statement: Select[Any] = select(*both.c).where(both.c.on_date.between(span.starts, span.ends))
    return statement


def _excuse(unit: Any, day: Any) -> Any:
    return select(
        unit.label("unit_id"), (literal(REPORT) + ReportRound.code).label("activity"), cast(literal("{}"), ARRAY(Text)).label("topics"),
        ReportRound.key.label("key"), day.label("on_date"), cast(literal(1), Integer).label("times"),
        cast(literal(EXCUSE), Text).label("kind"), ReportRound.id.label("id"),
    )  # fmt: skip


EVIDENCE = (
    Evidence(KIND, "报送", frozenset({REPORT}), filed, endpoint="reports.filing", keyed=True),
    Evidence(EXCUSE, "免报和取消", frozenset({REPORT}), excused, keyed=True),
)
