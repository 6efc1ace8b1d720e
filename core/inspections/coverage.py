"""Rounds that reached every school as evidence: one fact on the day of the round's last visit, for whoever inspected.

「对各校督查」 and 「对辖区学校联合督查」 are done when no school is left out: a round counts for a unit when every school and
kindergarten under it, by any link and open on that day, has a finished visit of the round. Two half rounds are no whole one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ARRAY, Date, Integer, Select, Text, Uuid, and_, case, cast, exists, func, literal, or_, select

from core.db.aliases import shared_alias
from core.db.sessions import TenantSession
from core.hooks.evidence import Evidence
from core.inspections.evidence import ZONE
from core.inspections.models import Visit
from core.kernel.schoolyear import Span
from core.orgs.models import OrgClosure, OrgUnit

WHOLE: Mapping[str, tuple[str, ...]] = {
    "special": ("inspection_of_all",),
    "joint": ("inspection_of_all", "joint_supervision"),
}
"""Kind of a round → activities of obligations that leave no school out."""
SCHOOLS = ("school", "kindergarten")

Above = shared_alias(OrgClosure)
Area = shared_alias(OrgClosure)
Seen = shared_alias(Visit)


def whole_rounds_in(session: TenantSession, span: Span) -> Select[Any]:
    """Rounds that became whole in ``span``, as core.hooks.evidence.COLUMNS asks."""
    day = cast(func.timezone(ZONE, func.max(Visit.finished_at)), Date)
    inspecting = and_(Above.descendant_id == Visit.inspecting_unit_id, Above.admin_depth.is_not(None))
    held = (
        select(Above.ancestor_id.label("unit_id"), Visit.round_id.label("id"), Visit.kind, day.label("on_date"))
        .join(Above, inspecting)
        .where(Visit.state == "finished", Visit.kind.in_(WHOLE), Visit.round_id.is_not(None))
        .group_by(Above.ancestor_id, Visit.round_id, Visit.kind)
    ).subquery("rounds")
    visited = exists().where(
        Seen.round_id == held.c.id, Seen.state == "finished", func.coalesce(Seen.school_id, Seen.unit_id) == OrgUnit.id
    )
    schools = (
        select(OrgUnit.id)
        .join(Area, Area.descendant_id == OrgUnit.id)
        .where(
            Area.ancestor_id == held.c.unit_id, Area.depth > 0, OrgUnit.kind.in_(SCHOOLS),
            OrgUnit.valid_from <= held.c.on_date, or_(OrgUnit.valid_to.is_(None), OrgUnit.valid_to >= held.c.on_date),
        )
    )  # fmt: skip
    words = case(*[(held.c.kind == kind, ",".join(acts)) for kind, acts in WHOLE.items()])
    return select(
        held.c.unit_id, func.unnest(func.string_to_array(words, ",")).label("activity"),
        cast(literal("{}"), ARRAY(Text)).label("topics"), literal("", Text).label("key"), held.c.on_date,
        literal(1, Integer).label("times"), literal("round", Text).label("kind"), cast(held.c.id, Uuid(as_uuid=True)).label("id"),
    ).where(
        held.c.on_date.between(span.starts, span.ends), schools.exists(), ~schools.where(~visited).exists()
    )  # fmt: skip


WHOLE_ROUND = Evidence(
    kind="round",
    title="全覆盖检查",
    activities=frozenset(act for acts in WHOLE.values() for act in acts),
    facts=whole_rounds_in,
    endpoint="inspections.round",
)
