"""Finished visits as evidence for obligations: which kind of inspection counts for which activity, and for whom.

A unit's own checks count for the school. What others do counts for whoever inspects: the inspecting unit, those above it up to
the bureau, and of a 片区互查 the cluster; several visits of one round are one check. The domain of the checklist is the topic.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    Text,
    Uuid,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import array as pg_array
from sqlalchemy.types import String

from core.db.aliases import shared_alias
from core.db.sessions import TenantSession
from core.hooks.evidence import Evidence
from core.inspections.models import Checklist, ChecklistVersion, Round, Visit
from core.kernel.schoolyear import Span
from core.orgs.models import OrgClosure

OWN: Mapping[str, tuple[str, ...]] = {"self_check": ("hazard_check",), "daily": ("daily_check",)}
"""Kind of a unit's own check → activities of obligations."""
KIND_OF = {act: kind for kind, acts in OWN.items() for act in acts}
OTHERS: Mapping[str, tuple[str, ...]] = {
    "special": ("special_check", "supervision_visit"),
    "joint": ("joint_check", "unscheduled_inspection"),
    "peer": ("cluster_check",),
    "blind": ("undercover_visit", "covert_visit"),
}
"""Kind of an inspection by somebody else → activities. A 回头看 belongs to the visit before it and counts for nothing."""
GENERAL = "big_inspection"
"""隐患大排查: a self-check or special check with a checklist that is not of one domain."""
ZONE = "Asia/Shanghai"

Above = shared_alias(OrgClosure)


def finished_in(session: TenantSession, span: Span) -> Select[Any]:
    """Visits finished in ``span``, as core.hooks.evidence.COLUMNS asks."""
    day = cast(func.timezone(ZONE, Visit.finished_at), Date)
    both = union_all(_own(day), _others(day)).subquery("visits")
    return select(
        both.c.unit_id, both.c.activity, func.array_remove(pg_array([both.c.topic]), "").label("topics"), literal("", Text).label("key"), both.c.on_date,
        literal(1, Integer).label("times"), literal("visit", Text).label("kind"), both.c.id,
    ).where(both.c.on_date.between(span.starts, span.ends))  # fmt: skip


def _own(day: ColumnElement[Any]) -> Select[Any]:
    acts = func.unnest(func.string_to_array(_activities(OWN, "self_check"), ",")).label("activity")
    unit = func.coalesce(Visit.school_id, Visit.unit_id).label("unit_id")
    return (
        select(unit, acts, Checklist.domain.label("topic"), day.label("on_date"), Visit.id)
        .join(ChecklistVersion, ChecklistVersion.id == Visit.checklist_version_id)
        .join(Checklist, Checklist.id == ChecklistVersion.checklist_id)
        .where(Visit.state == "finished", Visit.kind.in_(OWN))
    )


def _others(day: ColumnElement[Any]) -> Select[Any]:
    acts = func.unnest(func.string_to_array(_activities(OTHERS, "special"), ",")).label("activity")
    inspecting = and_(Above.descendant_id == Visit.inspecting_unit_id, Above.admin_depth.is_not(None))
    return (
        select(
            Above.ancestor_id.label("unit_id"), acts, Checklist.domain.label("topic"), func.min(day).label("on_date"),
            cast(func.min(cast(Visit.id, String)), Uuid(as_uuid=True)).label("id"),
        )
        .select_from(Visit)
        .join(ChecklistVersion, ChecklistVersion.id == Visit.checklist_version_id)
        .join(Checklist, Checklist.id == ChecklistVersion.checklist_id)
        .outerjoin(Round, Round.id == Visit.round_id)
        .join(Above, or_(inspecting, and_(Above.descendant_id == Round.cluster_id, Above.depth == 0)))
        .where(Visit.state == "finished", Visit.kind.in_(OTHERS))
        .group_by(
            Above.ancestor_id, Visit.kind, Checklist.domain, func.coalesce(Visit.round_id, Visit.id)
        )
    )  # fmt: skip


def _activities(kinds: Mapping[str, tuple[str, ...]], general: str) -> ColumnElement[str]:
    """Joined by commas."""
    words = [(Visit.kind == kind, ",".join(acts)) for kind, acts in kinds.items()]
    wide = case((and_(Visit.kind == general, Checklist.domain == ""), f",{GENERAL}"), else_="")
    return case(*words, else_="").concat(wide)


EVIDENCE = Evidence(
    kind="visit",
    title="检查",
    activities=frozenset({act for kinds in (OWN, OTHERS) for acts in kinds.values() for act in acts} | {GENERAL}),
    facts=finished_in,
    endpoint="inspections.visit",
    begin=lambda activity, _topics: ("inspections.new", {"kind": KIND_OF[activity]}) if activity in KIND_OF else None,
)
