"""Figures that no ledger holds are typed by hand, for one school, table and period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.access.actor import Actor
from core.audit.services import record
from core.db.sessions import TenantSession
from core.jobs.services import emit
from core.kernel.errors import Conflict, Invalid, NotFound, Refused, Stale
from core.kernel.events import Event
from core.kernel.phrases import Phrase
from core.kernel.schoolyear import Span
from core.orgs.models.units import SCHOOL_KINDS
from core.orgs.queries import unit_card
from core.statistics.heads import origin_of
from core.statistics.models import Entry
from core.statistics.permissions import StatisticsPermission
from core.statistics.queries.declared import table as declared
from core.statistics.sheet import Origin
from core.tenancy.packs.model import ColumnType, RowsBy, TableColumn

MOST = 10**13
"""Of one figure; also fen."""
LONGEST = 200


@dataclass(frozen=True)
class Typed:
    """``figures``: column → whole number (money in fen); ``words``: column → one of its words; ``reasons``: column → why it
    is not what the ledger says. A column left out is not filled."""

    figures: Mapping[str, int] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)


def type_entry(session: TenantSession, *, actor: Actor, table: str, unit_id: UUID, span: Span, typed: Typed) -> Entry:
    """The first figures of a period. Raises NotFound, Invalid with each column's fault, Conflict where there are some already,
    Refused where another period that meets this one has some: they would count twice."""
    actor.require(StatisticsPermission.TYPE, unit_id)
    _check(session, table, unit_id, typed)
    meeting = session.scalars(
        select(Entry)
        .where(
            Entry.table_code == table, Entry.unit_id == unit_id, Entry.starts <= span.ends, Entry.ends >= span.starts
        )
        .with_for_update()
    ).all()  # fmt: skip
    for other in meeting:
        if (other.starts, other.ends) == (span.starts, span.ends):
            raise Conflict("本期已填报过，请在原来的填报上修改")
        raise Refused("与已填报的 %(starts)s 至 %(ends)s 重叠，会重复计数", starts=other.starts, ends=other.ends)
    row = Entry(table_code=table, unit_id=unit_id, starts=span.starts, ends=span.ends)
    session.add(row)
    data = _write(session, actor, row, typed)
    record(
        session,
        actor=actor,
        action="statistics_entry.typed",
        object_kind="statistics_entry",
        object_id=row.id,
        data=data,
    )
    _tell(session, row, "statistics_entry.typed")
    return row


def correct_entry(session: TenantSession, *, actor: Actor, entry_id: UUID, version: int, typed: Typed) -> Entry:
    """Other figures for the same period; what stood there before stays in the log. Raises NotFound, Stale, Invalid."""
    row = session.scalars(select(Entry).where(Entry.id == entry_id).with_for_update()).first()
    if row is None:
        raise NotFound()
    actor.require(StatisticsPermission.TYPE, row.unit_id)
    if row.version != version:
        raise Stale(changes={"figures": [None, dict(row.figures)]})
    _check(session, row.table_code, row.unit_id, typed)
    data = _write(session, actor, row, typed)
    record(
        session, actor=actor, action="statistics_entry.corrected", object_kind="statistics_entry", object_id=row.id,
        data=data,
    )  # fmt: skip
    _tell(session, row, "statistics_entry.corrected")
    return row


def _check(session: TenantSession, table: str, unit_id: UUID, typed: Typed) -> None:
    found = declared(session, table)
    if found.by is RowsBy.DOMAINS:
        raise Invalid(fields={"table": "按领域分行的表没有手工填报的列"})
    if unit_card(session, unit_id).kind not in SCHOOL_KINDS:
        raise Invalid(fields={"unit_id": "请选择学校、幼儿园或培训机构"})
    columns = {column.code: column for column in found.leaves() if origin_of(column) is Origin.TYPED}
    faults: dict[str, str] = {}
    for code, number in typed.figures.items():
        if (wrong := _number_fault(columns.get(code), number)) is not None:
            faults[code] = wrong
    for code, word in typed.words.items():
        if (wrong := _word_fault(columns.get(code), word)) is not None:
            faults[code] = wrong
    for code, reason in typed.reasons.items():
        if code not in columns or not columns[code].check:
            faults[f"reason.{code}"] = "这一列不与台账核对，不填原因"
        elif not 0 < len(reason) <= LONGEST:
            faults[f"reason.{code}"] = Phrase("不超过%(a)s个字", a=LONGEST)
    if faults:
        raise Invalid(fields=faults)


def _number_fault(column: TableColumn | None, number: Any) -> str | None:
    if column is None or column.type not in (ColumnType.INT, ColumnType.MONEY):
        return "这一列不能手工填数字"
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < MOST:
        return "请填写不小于 0 的整数"
    return None


def _word_fault(column: TableColumn | None, word: str) -> str | None:
    """Free words are not taken: a table holds counts and matters, never names."""
    if column is None or column.type is not ColumnType.ENUM:
        return "这一列不能填文字"
    return None if word in column.values else Phrase("可选：%(a)s", a=list(column.values))


def _write(session: TenantSession, actor: Actor, row: Entry, typed: Typed) -> dict[str, Any]:
    """What the log says of it: before and after of whatever changed."""
    before = {"figures": row.figures or {}, "words": row.words or {}, "reasons": row.reasons or {}}
    row.figures, row.words, row.reasons = dict(typed.figures), dict(typed.words), dict(typed.reasons)
    row.set_at, row.set_by, row.set_by_name = session.now(), actor.person_id, actor.name
    session.flush()
    after = {"figures": row.figures, "words": row.words, "reasons": row.reasons}
    return {
        "table": row.table_code, "unit_id": str(row.unit_id), "starts": row.starts.isoformat(), "ends": row.ends.isoformat(),
        **{name: [before[name], after[name]] for name in after if before[name] != after[name]},
    }  # fmt: skip


def _tell(session: TenantSession, row: Entry, event: str) -> None:
    payload = {"entry_id": str(row.id), "unit_id": str(row.unit_id)}
    emit(session, Event(event, session.tenant_id, session.now(), payload))
