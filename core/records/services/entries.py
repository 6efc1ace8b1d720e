"""A record is made, corrected, struck out. Nothing that was said is ever lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.kernel.clock import local_date
from core.kernel.errors import Invalid, Refused
from core.records.kinds import DRILL
from core.records.privacy import refuse_personal
from core.records.services.writing import (
    RecordFacts,
    checked,
    for_unit,
    hang,
    keep_wording,
    kind_named,
    locked,
    new_record,
    note,
    set_facts,
)
from core.tenancy.packs.model import Pack

REASON_MAX = 500


def add_record(
    session: TenantSession, *, actor: Actor, pack: Pack | None, facts: RecordFacts, file_ids: Sequence[UUID] = ()
) -> UUID:
    """Something done, with its evidence; counts at once. Raises Forbidden, NotFound for a unit out of reach, Invalid by field,
    Refused for a drill, which is measured and not typed in."""
    if facts.kind == DRILL:
        raise Refused("演练请先制定计划，现场计时和清点人数，总结后自动计数")
    card = for_unit(session, actor=actor, unit_id=facts.unit_id)
    facts = checked(pack, facts, today=local_date(session.now()))
    if kind_named(pack, facts.kind).evidence and not file_ids:
        raise Invalid(fields={"photos": "请附上文件或照片，这类记录以材料为准"})
    row = new_record(session, actor=actor, card=card, facts=facts, state="held")
    hang(session, actor=actor, record_id=row.id, file_ids=file_ids)
    note(session, actor=actor, row=row, act="held", held_on=row.held_on.isoformat())
    return row.id


def correct_record(
    session: TenantSession, *, actor: Actor, pack: Pack | None, record_id: UUID, version: int, facts: RecordFacts, reason: str,
    file_ids: Sequence[UUID] = (),
) -> int:  # fmt: skip
    """A new wording beside the old ones. Kind and unit stay. Returns the row's new version.

    Raises NotFound, Forbidden, Stale, Refused for what is struck out, Invalid without a reason.
    """
    row = locked(session, actor=actor, record_id=record_id, version=version)
    if row.state == "struck":
        raise Refused("已作废的记录不能再更正")
    if facts.kind != row.kind or facts.unit_id != row.unit_id:
        raise Invalid(fields={"kind": "单位和种类不能更正；记错了请作废后另记"})
    facts = checked(pack, facts, today=local_date(session.now()), planned=row.state == "planned")
    if row.kind == DRILL:
        facts = replace(facts, details=row.details)
        if row.state == "held":  # what was measured stays as it was measured
            facts = replace(facts, people=row.people, minutes=row.minutes, held_on=row.held_on)
    set_facts(row, facts)
    row.latest_no += 1
    session.flush()
    keep_wording(session, actor=actor, row=row, reason=_reason(reason))
    hang(session, actor=actor, record_id=row.id, file_ids=file_ids)
    note(session, actor=actor, row=row, act="corrected", reason=reason.strip(), no=row.latest_no)
    return row.version


def strike_record(session: TenantSession, *, actor: Actor, record_id: UUID, version: int, reason: str) -> int:
    """作废: it stays to be read and counts no more. Returns the row's new version. Raises NotFound, Forbidden, Stale, Refused, Invalid."""
    row = locked(session, actor=actor, record_id=record_id, version=version)
    if row.state == "struck":
        raise Refused("已经作废")
    row.state, row.strike_reason = "struck", _reason(reason)
    session.flush()
    note(session, actor=actor, row=row, act="struck", reason=row.strike_reason)
    return row.version


def _reason(text: str) -> str:
    """Raises Invalid."""
    said = text.strip()
    if not said or len(said) > REASON_MAX:
        raise Invalid(fields={"reason": "请写明理由"})
    refuse_personal({"reason": said})
    return said
