"""Figures that the platform has no facts of, typed by an assessor with what they rest on: of one unit, or a whole table at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from core.access.actor import Actor
from core.assessment.models import IndicatorEntry
from core.assessment.permissions import AssessmentPermission
from core.assessment.queries.typed import table_version
from core.audit.services import record
from core.db.gathering import insert_rows
from core.db.sessions import TenantSession
from core.kernel.clock import local_date
from core.kernel.errors import Invalid, NotFound, Refused, Stale
from core.kernel.ids import new_id
from core.kernel.phrases import Phrase
from core.orgs.models import OrgUnit
from core.orgs.queries import root_unit_id
from core.tenancy.packs.model import Indicator, Measured, Pack
from core.tenancy.packs.owed import who_types

WRITE = AssessmentPermission.WRITE
MOST = 10_000_000


@dataclass(frozen=True)
class EntryFacts:
    """``part`` of ``whole`` (None: a count), true up to ``as_of`` (local day). ``basis`` names no persons."""

    unit_id: UUID
    as_of: date
    part: int
    whole: int | None
    basis: str


@dataclass(frozen=True)
class TableFacts:
    """Figures of many units of the same day; each row with its own basis, or the empty text for that of the table."""

    as_of: date
    basis: str
    rows: Sequence[RowFacts]


@dataclass(frozen=True)
class RowFacts:
    unit_id: UUID
    part: int
    whole: int | None
    basis: str = ""


def type_figure(session: TenantSession, *, actor: Actor, pack: Pack, indicator: str, facts: EntryFacts) -> UUID:
    """A new figure; earlier ones stay. Raises NotFound for an unknown indicator or unit out of reach,
    Refused for one that is computed, Invalid for what does not fit."""
    own = _indicator(pack, indicator)
    actor.require(WRITE, facts.unit_id)
    _in_time(facts.as_of, today=local_date(session.now()))
    faults = dict(_faults(own, facts.part, facts.whole, facts.basis))
    if faults:
        raise Invalid(fields=faults)
    _whose(session, pack, own, facts.unit_id)
    _lock(session, indicator)
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


def type_table(
    session: TenantSession, *, actor: Actor, pack: Pack, indicator: str, version: int, facts: TableFacts
) -> int:
    """All figures or none; how many. ``version``: of the table that the actor saw (queries.typed.table_version).

    Raises Stale where somebody typed one meanwhile, Invalid with a fault for each wrong field (``part.<unit id>`` …) that names the
    unit, NotFound for an unknown indicator or a unit out of reach, Refused for an indicator that is computed. Four statements, however
    many units."""
    own = _indicator(pack, indicator)
    _in_time(facts.as_of, today=local_date(session.now()))
    if not facts.rows:
        raise Invalid(fields={"rows": "至少填写一个单位"})
    _lock(session, indicator)
    if table_version(session, indicator) != version:
        raise Stale()
    units = _reached(session, actor, facts.rows)
    faults = _row_faults(session, pack, own, facts, units)
    if faults:
        raise Invalid(fields=faults)
    signed = {
        "tenant_id": session.tenant_id, "indicator": indicator, "as_of": facts.as_of, "made_at": session.now(), "made_by": actor.person_id,
        "made_by_name": actor.name,
    }  # fmt: skip
    insert_rows(
        session,
        IndicatorEntry,
        [
            {**signed, "id": new_id(), "unit_id": row.unit_id, "part": row.part, "whole": row.whole, "basis": _basis(facts, row)}
            for row in facts.rows
        ],
    )  # fmt: skip
    record(
        session, actor=actor, action="indicator.typed", object_kind="indicator", object_id=indicator,
        data={"indicator": own.label, "units": len(facts.rows), "as_of": facts.as_of.isoformat()},
    )  # fmt: skip
    return len(facts.rows)


def _indicator(pack: Pack, code: str) -> Indicator:
    own = next((one for one in pack.indicators if one.code == code), None)
    if own is None:
        raise NotFound()
    if own.source is not Measured.TYPED:
        raise Refused("这个指标由平台的事实计算，不能填报")
    return own


def _in_time(as_of: date, *, today: date) -> None:
    if as_of > today:
        raise Invalid(fields={"as_of": "不能晚于今天"})


def _lock(session: TenantSession, indicator: str) -> None:
    """Of two who type figures of the same indicator the second waits, and then sees another version of the table."""
    session.execute(select(func.pg_advisory_xact_lock(session.tenant_id, func.hashtext(f"indicator:{indicator}"))))


def _faults(own: Indicator, part: int, whole: int | None, basis: str) -> Iterator[tuple[str, str]]:
    """(field, what would be right)"""
    if not basis.strip():
        yield "basis", "请写明依据"
    if own.is_share and (whole is None or not 0 < whole <= MOST):
        yield "whole", "请填写总数"
    elif not own.is_share and whole is not None:
        yield "whole", "这个指标只填一个数"
    elif not 0 <= part <= (whole if whole is not None else MOST):
        yield "part", "应在0到总数之间"


def _row_faults(
    session: TenantSession, pack: Pack, own: Indicator, facts: TableFacts, units: dict[UUID, tuple[str, str | None]]
) -> dict[str, str]:
    """``<field>.<unit id>`` → the unit's name and what would be right."""
    types, root = set(who_types(pack, own.who)), root_unit_id(session) if own.district else None
    often = Counter(row.unit_id for row in facts.rows)
    found: dict[str, str] = {}
    for row in facts.rows:
        name, org_type = units[row.unit_id]
        wrong = dict(_faults(own, row.part, row.whole, _basis(facts, row)))
        if (row.unit_id != root) if own.district else (org_type not in types):
            wrong["unit_id"] = "这个指标不适用于该单位"
        elif often[row.unit_id] > 1:
            wrong["unit_id"] = "填了不止一次"
        for field, right in wrong.items():
            found[f"{field}.{row.unit_id}"] = Phrase("%(unit)s：%(right)s", unit=name, right=Phrase(right))
    return found


def _reached(session: TenantSession, actor: Actor, rows: Sequence[RowFacts]) -> dict[UUID, tuple[str, str | None]]:
    """Unit → (name, type). Raises NotFound where one is out of reach."""
    wanted = {row.unit_id for row in rows}
    known = session.execute(
        select(OrgUnit.id, OrgUnit.name, OrgUnit.org_type).where(
            OrgUnit.id.in_(wanted), actor.coverage(WRITE).filter(OrgUnit.id)
        )
    )
    found = {row.id: (row.name, row.org_type) for row in known}
    if len(found) < len(wanted):
        raise NotFound()
    return found


def _basis(facts: TableFacts, row: RowFacts) -> str:
    return row.basis.strip() or facts.basis.strip()


def _whose(session: TenantSession, pack: Pack, own: Indicator, unit_id: UUID) -> None:
    if own.district:
        if unit_id != root_unit_id(session):
            raise Invalid(fields={"unit_id": "这个指标全区只有一个数"})
        return
    org_type = session.scalar(select(OrgUnit.org_type).where(OrgUnit.id == unit_id))
    if org_type not in set(who_types(pack, own.who)):
        raise Invalid(fields={"unit_id": "这个指标不适用于该单位"})
