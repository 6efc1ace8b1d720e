"""What the plugin keeps as evidence for obligations: 防火检查 and 全员消防培训 of whole units, on the topic fire."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Integer, Select, Text, case, literal, select
from sqlalchemy.dialects.postgresql import array

from core.sdk.domain import Span, TenantSession
from core.sdk.hooks import Evidence
from plugins.fire.models import Activity

ACTIVITIES = {"check": "hazard_check", "training": "training"}
"""Kind of the plugin's activity → activity of obligations. Patrols are counted by the plugin itself, by place and day."""
TOPIC = "fire"


def kept_in(session: TenantSession, span: Span) -> Select[Any]:
    """Activities in ``span``, as core.hooks.evidence.COLUMNS asks."""
    activity = case(*((Activity.kind == kind, word) for kind, word in ACTIVITIES.items()))
    return select(
        Activity.unit_id.label("unit_id"), activity.label("activity"), array([literal(TOPIC, Text)]).label("topics"),
        literal("", Text).label("key"), Activity.on.label("on_date"), literal(1, Integer).label("times"),
        literal("fire_activity", Text).label("kind"), Activity.id.label("id"),
    ).where(Activity.kind.in_(ACTIVITIES), Activity.on.between(span.starts, span.ends))  # fmt: skip


EVIDENCE = Evidence(
    kind="fire_activity", title="消防检查和培训", activities=frozenset(ACTIVITIES.values()), facts=kept_in
)
