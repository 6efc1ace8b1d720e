"""历史台账 as a table to take away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from core.hazards.history.queries import past_count, past_rows
from core.hazards.permissions import HazardPermission
from core.hooks.tables import ExportKind, Question, TableWork
from core.kernel.errors import Invalid
from core.tables.columns import Column, Type

GRADES = {"general": "一般", "major": "重大", "": ""}


class History(ExportKind):
    """What old ledgers told."""

    slug = "hazards.history"
    title = "历史台账"
    summary = "从旧台账导入的已销号隐患"
    permission = HazardPermission.EXPORT
    filters = ("text", "unit_id")

    def columns(self, work: TableWork) -> Sequence[Column]:
        return (
            Column("old_no", "原编号"), Column("unit", "单位", width=26), Column("place", "位置", width=20),
            Column("description", "隐患", width=40), Column("category", "类别"), Column("grade", "等级", width=10),
            Column("found_on", "发现日期", Type.DATE, width=12), Column("found_by", "发现人", width=12, personal=True),
            Column("responsible", "整改责任人", width=12, personal=True), Column("measure_done", "整改情况", width=30),
            Column("due_on", "整改时限", Type.DATE, width=12), Column("closed_on", "销号时间", Type.DATE, width=12),
            Column("closed_by", "销号人", width=12, personal=True), Column("note", "备注", width=24),
        )  # fmt: skip

    def said(self, work: TableWork, question: Question) -> str:
        asked = _asked(question)
        return f"“{asked['text']}”" if asked["text"] else ""

    def count(self, work: TableWork, question: Question) -> int:
        return past_count(work.session, work.actor, **_asked(question))

    def rows(self, work: TableWork, question: Question) -> Iterator[Sequence[Any]]:
        for past in past_rows(work.session, work.actor, **_asked(question)):
            yield (
                past.old_no, past.unit_name, past.place, past.description, past.category, GRADES[past.grade], past.found_on,
                past.found_by_name, past.responsible_name, past.measure_done, past.due_on, past.closed_on, past.closed_by_name, past.note,
            )  # fmt: skip


def _asked(question: Question) -> dict[str, Any]:
    unit = question.one("unit_id")
    try:
        return {"text": question.one("text"), "unit_id": UUID(unit) if unit else None}
    except ValueError as fault:
        raise Invalid(fields={"unit_id": "没有这样的筛选条件"}) from fault
