"""What pages and REST both read of a request."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import Any

from core.http.context import RequestContext
from core.kernel.schoolyear import Span
from core.obligations.queries import Asked


def asked_of(context: RequestContext, args: dict[str, Any]) -> Asked:
    """Without days: the month of today."""
    span = span_of(args.get("since"), args.get("until"), today=context.today)
    state, code, clause = args.get("state", ""), args.get("code", ""), args.get("clause", "")
    return Asked(
        span, codes=frozenset({code} - {""}), clauses=frozenset({clause} - {""}), activity=args.get("activity", ""),
        states=frozenset({state} - {""}), key=args.get("key", ""), unit_id=args.get("unit_id"), under=args.get("under"),
        reader=context.actor,
    )  # fmt: skip


def span_of(since: date | None, until: date | None, *, today: date) -> Span:
    month = month_of(today)
    if since is None and until is None:
        return month
    starts = since or until or today
    return Span(starts, max(until or month_of(starts).ends, starts))


def month_of(day: date) -> Span:
    return Span(day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1]))
