"""Limits of time that the law, the pack or the district sets, with the product's own (待确认) where nobody does."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from core.db.sessions import TenantSession
from core.tenancy.packs.keys import KEYS
from core.tenancy.values import layers


@dataclass(frozen=True)
class Limits:
    """As they bind today."""

    first_report: timedelta
    """首报, from when the unit knew. 生产安全事故报告和调查处理条例 art. 9: one hour."""
    further_report: timedelta
    drill_target_s: int
    """中小学幼儿园应急疏散演练指南: about two minutes."""
    review_months: int


def limits(session: TenantSession) -> Limits:
    """At most two small queries a session."""
    said = layers(session)

    def number(key: str) -> int:
        value = said.effective(key).value if said is not None else KEYS[key].default
        return int(value if value is not None else KEYS[key].default)

    return Limits(
        first_report=timedelta(minutes=number("incident.first_minutes")),
        further_report=timedelta(hours=number("incident.further_hours")),
        drill_target_s=number("drill.target_seconds"),
        review_months=number("plan.review_months"),
    )


def months_later(day: date, months: int) -> date:
    """The same day of the month so many months on, the month's last where it has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
