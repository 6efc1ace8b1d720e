"""Records as a table to take away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from marshmallow import EXCLUDE, ValidationError
from sqlalchemy import func, select

from core.hooks.tables import ExportKind, Question, TableWork
from core.kernel.errors import Invalid
from core.records.kinds import kinds_of, topic_label
from core.records.models import Record
from core.records.permissions import RecordPermission
from core.records.queries.entries import STATES, RecordFilter, conditions, lines
from core.records.schemas import RecordArgs
from core.records.tables import names
from core.tables.columns import Column, Type
from core.tenancy import shelf

BATCH = 1000
FILTERS = ("kind", "topic", "state", "unit_id", "since", "until", "text")
"""What the list is asked by; a test holds both together."""


class RecordLedger(ExportKind):
    """工作记录 as the list shows them."""

    slug = "records"
    title = names.RECORDS
    summary = names.LEAVING
    permission = RecordPermission.READ
    filters = FILTERS

    def columns(self, work: TableWork) -> Sequence[Column]:
        return (
            Column("held_on", "日期", Type.DATE, width=12), Column("unit", "单位", width=26), Column("kind", "种类", width=14),
            Column("title", "名称", width=30), Column("topics", "主题", width=20), Column("place", "地点", width=16),
            Column("people", "人数", Type.INTEGER, width=8), Column("minutes", "时长（分钟）", Type.INTEGER, width=10),
            Column("times", "次数", Type.INTEGER, width=8), Column("summary", "内容", width=40), Column("details", "其他", width=30),
            Column("state", "状态", width=10), Column("strike_reason", "作废理由", width=20),
            Column("recorded_by", "记录人", width=12, personal=True), Column("recorded_at", "记录时间", Type.INSTANT, width=17),
        )  # fmt: skip

    def said(self, work: TableWork, question: Question) -> str:
        asked = asked_of(question)
        pack = shelf.current(work.session)
        kinds = kinds_of(pack)
        words = [
            kinds[asked.kind].label if asked.kind in kinds else asked.kind,
            topic_label(pack, asked.topic) if asked.topic else "",
            STATES.get(asked.state, ""),
            asked.text,
        ]
        span = f"{asked.since or ''}—{asked.until or ''}" if asked.since or asked.until else ""
        return "；".join(word for word in (*words, span) if word)

    def count(self, work: TableWork, question: Question) -> int:
        wanted = conditions(work.actor, asked_of(question))
        return work.session.scalar(select(func.count()).select_from(Record).where(*wanted)) or 0

    def rows(self, work: TableWork, question: Question) -> Iterator[Sequence[Any]]:
        pack = shelf.current(work.session)
        kinds = kinds_of(pack)
        statement = (
            lines()
            .add_columns(Record.summary, Record.details, Record.strike_reason)
            .where(*conditions(work.actor, asked_of(question)))
            .order_by(Record.held_on.desc(), Record.id.desc())
        )
        for row in work.session.execute(statement.execution_options(yield_per=BATCH)):
            kind = kinds.get(row.kind)
            details = "；".join(
                f"{own.label}：{(own.choices or {}).get(row.details[own.code], row.details[own.code])}"
                for own in (kind.fields if kind else ())
                if own.code in row.details
            )
            yield (
                row.held_on, row.name, kind.label if kind else row.kind, row.title, "、".join(topic_label(pack, own) for own in row.topics),
                row.place, row.people, row.minutes, row.times, row.summary, details, STATES[row.state], row.strike_reason,
                row.recorded_by_name, row.recorded_at,
            )  # fmt: skip


def asked_of(question: Question) -> RecordFilter:
    """Raises Invalid for what the list cannot be asked."""
    given = {name: question.one(name) for name in FILTERS if question.one(name)}
    try:
        args = RecordArgs(unknown=EXCLUDE).load(given)
    except ValidationError as fault:
        raise Invalid(fields={str(name): "没有这样的筛选条件" for name in fault.messages_dict}) from fault
    return RecordFilter(**{name: args[name] for name in FILTERS})
