"""Matters as occasions: a unit that was summoned or told off may owe something after it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import TIMESTAMP, DateTime, Select, Text, cast, func, null, select

from core.accountability.models import Matter
from core.accountability.permissions import AccountabilityPermission
from core.accountability.words import CANCELLED
from core.db.sessions import TenantSession
from core.hooks.occasions import Occasion
from core.kernel.clock import LOCAL
from core.kernel.schoolyear import Span
from core.tenancy.packs.model import After


def decided_in(session: TenantSession, span: Span) -> Select[Any]:
    """Matters decided in ``span``; time runs from the beginning of that day."""
    found: Any = select(
        Matter.unit_id, Matter.id, func.timezone(LOCAL.key, cast(Matter.decided_on, DateTime)).label("at"),
        func.concat(cast(Matter.year, Text), "-", cast(Matter.seq, Text)).label("no"),
        cast(null(), TIMESTAMP(timezone=True)).label("answered_at"),
    ).where(Matter.state != CANCELLED, Matter.decided_on.between(span.starts, span.ends))  # fmt: skip
    statement: Select[Any] = found
    return statement


OCCASION = Occasion(After.MATTER, "约谈通报问责%(no)s", decided_in, permission=AccountabilityPermission.READ)
