"""Simple records as a kind of the import centre: a term's meetings and trainings out of the table in which they were kept.

Drills do not arrive so (they are measured), nor what counts only with its papers.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.audit.services import record
from core.hooks.tables import Did, Faults, ImportKind, ImportRow, Outcome, TableWork
from core.kernel.clock import local_date
from core.kernel.errors import Invalid, Refused
from core.orgs.models import OrgUnit
from core.orgs.queries import unit_cards
from core.records.kinds import RecordKind, kinds_of, topics_of
from core.records.models import Record
from core.records.permissions import RecordPermission
from core.records.scope import recordable
from core.records.services.writing import RecordFacts, checked, new_record, note
from core.records.tables import names
from core.tables.cells import narrow
from core.tables.columns import Column, Type
from core.tenancy import shelf
from core.tenancy.packs.model import Pack

FIELDS = {"title": "name", "place": "place", "summary": "summary"}


@dataclass
class Known:
    """Read once for a file."""

    pack: Pack | None
    units: dict[str, set[UUID]]


class RecordTable(ImportKind):
    """工作记录 of a school or a department as a table."""

    slug = "records"
    title = names.RECORDS
    summary = names.ARRIVING
    permission = RecordPermission.WRITE

    def columns(self, work: TableWork) -> Sequence[Column]:
        pack = shelf.current(work.session)
        kinds = _importable(pack)
        topics = {own.label: own.code for kind in kinds.values() for own in topics_of(pack, kind)}
        return (
            Column("unit", "单位", required=True, most=80, width=26, example="第一实验小学", aliases=("学校", "单位名称", "单位代码", "学校名称")),
            Column("kind", "种类", Type.CHOICE, required=True, choices={kind.label: code for code, kind in kinds.items()}, aliases=("类别", "类型", "工作类型")),
            Column("held_on", "日期", Type.DATE, required=True, aliases=("时间", "活动日期", "开展时间", "召开时间")),
            Column("name", "名称", most=100, width=30, aliases=("主题名称", "活动名称", "标题")),
            Column("topics", "主题", Type.CHOICES, choices=topics, width=20),
            Column("place", "地点", most=100), Column("people", "人数", Type.INTEGER, aliases=("参加人数", "参训人数")),
            Column("minutes", "时长", Type.INTEGER, aliases=("分钟", "时长（分钟）")),
            Column("summary", "内容", most=4000, width=40, aliases=("主要内容", "情况", "备注")),
        )  # fmt: skip

    def prepare(self, work: TableWork, rows: Iterable[ImportRow]) -> Known:
        units: dict[str, set[UUID]] = defaultdict(set)
        found = work.session.execute(select(OrgUnit.id, OrgUnit.code, OrgUnit.name, OrgUnit.short_name))
        for unit_id, *words in found:
            for name in words:
                units[narrow(name)].add(unit_id)
        return Known(shelf.current(work.session), dict(units))

    def identity(self, row: ImportRow) -> str:
        return fingerprint(row, row.values["unit"])

    def check(self, work: TableWork, rows: Sequence[ImportRow], known: Known) -> Faults:
        """``values`` get facts: what will be kept."""
        today = local_date(work.session.now())
        reach = recordable(work.session, work.actor)
        faults: dict[int, dict[str, str]] = {}
        meant: dict[int, UUID] = {}
        for row in rows:
            found = known.units.get(narrow(row.values["unit"]), set())
            unit_id = next(iter(found)) if len(found) == 1 else None
            if unit_id is None:
                faults[row.no] = {
                    "unit": "有几个单位叫这个名称，请填单位代码" if found else "没有这个单位，请填已有单位的代码或全称"
                }
            elif unit_id not in reach:
                faults[row.no] = {"unit": "只能为本单位记录"}
            else:
                meant[row.no] = unit_id
        cards = unit_cards(work.session, set(meant.values()))
        for row in rows:
            if row.no not in meant:
                continue
            card = cards[meant[row.no]]
            if not card.open_on(today):
                faults[row.no] = {"unit": "这个单位已撤销"}
                continue
            try:
                row.values["facts"] = checked(known.pack, _facts(row, card.id), today=today)
            except Invalid as fault:
                faults[row.no] = {FIELDS.get(name, name): said for name, said in fault.fields.items()}
            row.values["card"] = card
        return faults

    def commit(
        self, work: TableWork, batch_id: UUID, rows: Sequence[ImportRow], known: Known, *, last: bool
    ) -> Sequence[Outcome]:
        prints = {row.no: fingerprint(row, str(row.values["card"].id)) for row in rows}
        there = {
            mark: record_id
            for record_id, mark in work.session.execute(
                select(Record.id, Record.fingerprint).where(
                    Record.fingerprint.in_(list(prints.values())), Record.state != "struck"
                )
            )
        }
        outcomes = []
        for row in rows:
            mark = prints[row.no]
            if mark in there:
                outcomes.append(Outcome(row.no, Did.SAME, there[mark]))
                continue
            made = new_record(
                work.session, actor=work.actor, card=row.values["card"], facts=row.values["facts"], state="held", batch_id=batch_id,
                fingerprint=mark,
            )  # fmt: skip
            note(work.session, actor=work.actor, row=made, act="imported", held_on=made.held_on.isoformat())
            there[mark] = made.id
            outcomes.append(Outcome(row.no, Did.CREATED, made.id, {"version": made.version}))
        return outcomes

    def undo(self, work: TableWork, batch_id: UUID, done: Sequence[tuple[int, Outcome]]) -> None:
        """Struck out, not deleted. Refused where one was corrected since."""
        versions = {own.object_id: (no, own) for no, own in done if own.did is Did.CREATED}
        rows = work.session.scalars(select(Record).where(Record.batch_id == batch_id).with_for_update()).all()
        changed = {}
        for row in rows:
            if row.id not in versions:
                continue
            no, own = versions[row.id]
            undo = own.undo if isinstance(own.undo, dict) else {}
            if row.version != undo.get("version"):
                changed[f"第{no}行"] = "导入后又更正或作废过"
        if changed:
            raise Refused("有记录在导入后改动过，不能撤销", fields=changed)
        for row in rows:
            row.state, row.strike_reason = "struck", "撤销导入"
        work.session.flush()
        for row in rows:
            note(work.session, actor=work.actor, row=row, act="struck", reason=row.strike_reason)
        if rows:
            record(
                work.session, actor=work.actor, action="record.taken_back", object_kind="record", object_id=batch_id,
                data={"rows": len(rows)},
            )  # fmt: skip


def fingerprint(row: ImportRow, unit: str) -> str:
    """Of unit, kind, day and name, whatever their width and spaces."""
    values = row.values
    parts = (unit, values["kind"], values["held_on"].isoformat(), values.get("name") or "", values.get("summary") or "")
    return hashlib.sha256("\n".join(narrow(part) for part in parts).encode()).hexdigest()


def _importable(pack: Pack | None) -> dict[str, RecordKind]:
    """Kinds without required fields of their own and without papers."""
    return {
        code: kind
        for code, kind in kinds_of(pack).items()
        if kind.imported and not kind.evidence and not any(own.required for own in kind.fields)
    }


def _facts(row: ImportRow, unit_id: UUID) -> RecordFacts:
    values: dict[str, Any] = row.values
    return RecordFacts(
        unit_id=unit_id, kind=values["kind"], held_on=values["held_on"], title=values.get("name") or "",
        topics=tuple(values.get("topics") or ()), place=values.get("place") or "", people=values.get("people"),
        minutes=values.get("minutes"), summary=values.get("summary") or "",
    )  # fmt: skip
