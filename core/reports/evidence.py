"""What counts for «report:<code>»: a filing that stands submitted, on the local day of its first submission. And who was let off."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Date, Integer, Select, Text, cast, func, literal, select

from core.db.sessions import TenantSession
from core.hooks.evidence import Evidence
from core.kernel.clock import LOCAL
from core.kernel.obligations import Standing
from core.kernel.schoolyear import Span
from core.reports.life import COUNTED
from core.reports.models import Exemption, Expected, Filing, ReportRound
from core.tenancy.packs.owed import REPORT

KIND, EXEMPTION, CANCELLATION = "filing", "filing_exemption", "filing_cancellation"


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


def exempted(session: TenantSession, span: Span) -> Select[Any]:
    """One row for each unit that need not file after all, on the day when that was decided."""
    found = _excuse(Exemption.unit_id, Exemption.at, EXEMPTION).join(ReportRound, ReportRound.id == Exemption.round_id)
    return found.where(Exemption.lifted_at.is_(None), _day(Exemption.at).between(span.starts, span.ends))


def cancelled(session: TenantSession, span: Span) -> Select[Any]:
    """One row for each unit that owed a round which was cancelled."""
    at = ReportRound.cancelled_at
    found = _excuse(Expected.unit_id, at, CANCELLATION).join(ReportRound, ReportRound.id == Expected.round_id)
    return found.where(at.is_not(None), _day(at).between(span.starts, span.ends))


def _excuse(unit: Any, at: Any, kind: str) -> Select[Any]:
    return select(
        unit.label("unit_id"), (literal(REPORT) + ReportRound.code).label("activity"), cast(literal("{}"), ARRAY(Text)).label("topics"),
        ReportRound.key.label("key"), _day(at).label("on_date"), cast(literal(1), Integer).label("times"),
        cast(literal(kind), Text).label("kind"), ReportRound.id.label("id"),
    )  # fmt: skip


def _day(at: Any) -> ColumnElement[Any]:
    return cast(func.timezone(LOCAL.key, at), Date)


EVIDENCE = (
    Evidence(
        KIND,
        "报送",
        frozenset({REPORT}),
        filed,
        endpoint="reports.filing",
        keyed=True,
        begin=lambda _activity, _topics: ("reports.mine", {}),
    ),
    Evidence(EXEMPTION, "免报", frozenset({REPORT}), exempted, keyed=True, excuse=Standing.EXEMPT),
    Evidence(CANCELLATION, "已取消", frozenset({REPORT}), cancelled, keyed=True, excuse=Standing.CANCELLED),
)
