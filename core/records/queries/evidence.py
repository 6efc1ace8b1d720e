"""Records as evidence for obligations: counted where they lie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, Text, literal, select

from core.db.sessions import TenantSession
from core.hooks.evidence import Evidence
from core.kernel.schoolyear import Span
from core.records.kinds import BY_CODE, DRILL, ELSEWHERE
from core.records.models import Record


def held_in(session: TenantSession, span: Span) -> Select[Any]:
    """What was done in ``span``. Planned drills and what was struck out do not count."""
    found: Any = select(
        Record.unit_id.label("unit_id"), Record.kind.label("activity"), Record.topics.label("topics"), literal("", Text).label("key"),
        Record.held_on.label("on_date"), Record.times.label("times"), literal("record", Text).label("kind"), Record.id.label("id"),
    ).where(Record.state == "held", Record.held_on.between(span.starts, span.ends))  # fmt: skip
    statement: Select[Any] = found
    return statement


def begin(activity: str, topics: Sequence[str]) -> tuple[str, Mapping[str, Any]]:
    """The form of that kind, with the topics that make it count."""
    if activity == DRILL:
        return "records.new_drill", {"topics": list(topics)}
    return "records.new", {"record_kind": activity, "topics": list(topics)}


EVIDENCE = Evidence(
    kind="record",
    title="工作记录",
    activities=frozenset(BY_CODE),
    facts=held_in,
    endpoint="records.record",
    begin=begin,
    all_but=ELSEWHERE,
)
