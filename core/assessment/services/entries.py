"""Figures that the platform has no facts of, typed by an assessor with what they rest on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from core.access.actor import Actor
from core.assessment.models import IndicatorEntry
from core.assessment.permissions import AssessmentPermission
from core.audit.services import record
from core.db.sessions import TenantSession
from core.kernel.clock import local_date
from core.kernel.errors import Invalid, NotFound, Refused
from core.kernel.ids import new_id
from core.orgs.models import OrgUnit
from core.orgs.queries import root_unit_id
from core.tenancy.packs.model import Indicator, Measured, Pack
from core.tenancy.packs.owed import who_types

MOST = 10_000_000


@dataclass(frozen=True)
class EntryFacts:
    """``part`` of ``whole`` (None: a count), true up to ``as_of`` (local day). ``basis`` names no persons."""

    unit_id: UUID
    as_of: date
    part: int
    whole: int | None
    basis: str


def type_figure(session: TenantSession, *, actor: Actor, pack: Pack, indicator: str, facts: EntryFacts) -> UUID:
    """A new figure; earlier ones stay. Raises NotFound for an unknown indicator or unit out of reach,
    Refused for one that is computed, Invalid for what does not fit."""
    own = next((one for one in pack.indicators if one.code == indicator), None)
    if own is None:
        raise NotFound()
    actor.require(AssessmentPermission.WRITE, facts.unit_id)
    _check(own, facts, today=local_date(session.now()))
    _whose(session, pack, own, facts.unit_id)
    row = IndicatorEntry(
        id=new_id(), indicator=indicator, unit_id=facts.unit_id, as_of=facts.as_of, part=facts.part, whole=facts.whole,
        basis=facts.basis.strip(), made_at=session.now(), made_by=actor.person_id, made_by_name=actor.name,
    )  # fmt: skip
    session.add(row)
    session.flush()
    record(
        session, actor=actor, action="indicator_entry.typed", object_kind="indicator_entry", object_id=row.id,
        data={"indicator": own.label, "figure": f"{facts.part}/{facts.whole}" if facts.whole is not None else str(facts.part)},
    )  # fmt: skip
    return row.id


def _check(own: Indicator, facts: EntryFacts, *, today: date) -> None:
    if own.source is not Measured.TYPED:
        raise Refused("这个指标由平台的事实计算，不能填报")
    if facts.as_of > today:
        raise Invalid(fields={"as_of": "不能晚于今天"})
    if not facts.basis.strip():
        raise Invalid(fields={"basis": "请写明依据"})
    if own.is_share and (facts.whole is None or not 0 < facts.whole <= MOST):
        raise Invalid(fields={"whole": "请填写总数"})
    if not own.is_share and facts.whole is not None:
        raise Invalid(fields={"whole": "这个指标只填一个数"})
    if not 0 <= facts.part <= (facts.whole if facts.whole is not None else MOST):
        raise Invalid(fields={"part": "应在0到总数之间"})


def _whose(session: TenantSession, pack: Pack, own: Indicator, unit_id: UUID) -> None:
    if own.district:
        if unit_id != root_unit_id(session):
            raise Invalid(fields={"unit_id": "这个指标全区只有一个数"})
        return
    org_type = session.scalar(select(OrgUnit.org_type).where(OrgUnit.id == unit_id))
    if org_type not in set(who_types(pack, own.who)):
        raise Invalid(fields={"unit_id": "这个指标不适用于该单位"})
