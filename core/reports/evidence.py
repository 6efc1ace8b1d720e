"""What counts for «report:<code>»: a filing that stands submitted, on the local day of its first submission."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ARRAY, Integer, Select, Text, cast, literal, select

from core.db.sessions import TenantSession
from core.hooks.evidence import Evidence
from core.kernel.schoolyear import Span
from core.reports.life import COUNTED
from core.reports.models import Filing, ReportRound
from core.tenancy.packs.owed import REPORT

KIND = "filing"


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


EVIDENCE = (Evidence(KIND, "报送", frozenset({REPORT}), filed, endpoint="reports.filing", keyed=True),)
