"""隐患台账 as a table to take away: the question of the ledger page, all of it, in its order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from marshmallow import EXCLUDE, ValidationError, fields

from core.hazards.permissions import HazardPermission
from core.hazards.queries.exported import exported_count, exported_rows
from core.hazards.queries.filters import LedgerFilter
from core.hazards.record import plan_of
from core.hazards.schemas import LedgerArgs, asked_of
from core.hazards.tables.words import Words, words_for
from core.hazards.telling import part_cell
from core.hooks.tables import ExportKind, Question, TableWork
from core.kernel.errors import Invalid
from core.kernel.phrases import Phrase
from core.orgs.queries import unit_cards
from core.tables.columns import Column, Type
from core.tenancy.packs.model.lifecycle import PartKind, PlanPart

PAGING = ("page", "page_size")
DUE_WORDS = {"overdue": "逾期", "soon": "临期", "normal": "未到期"}
STATE_WORDS = {"open": "未办结", "closed": "已办结", "cancelled": "误报"}


class HazardLedger(ExportKind):
    """Every hazard that the actor may export."""

    slug = "hazards"
    title = "隐患台账"
    summary = "隐患的全部登记内容、方案各项、时限和办结情况"
    permission = HazardPermission.EXPORT
    filters = tuple(name for name in LedgerArgs._declared_fields if name not in PAGING)

    def columns(self, work: TableWork) -> Sequence[Column]:
        return columns_of(words_for(work))

    def said(self, work: TableWork, question: Question) -> str:
        asked, _ = _asked(question)
        return "；".join(_said(work, words_for(work), asked))

    def count(self, work: TableWork, question: Question) -> int:
        asked, _ = _asked(question)
        return exported_count(work.session, work.actor, words_for(work).pack, asked=asked)

    def rows(self, work: TableWork, question: Question) -> Iterator[Sequence[Any]]:
        words = words_for(work)
        asked, sort = _asked(question)
        catalogue, parts = words.catalogue, words.pack.lifecycle.parts
        for line, photos in exported_rows(work.session, work.actor, words.pack, asked=asked, sort=sort):
            plan = plan_of(line.plan)
            yield (
                line.no, line.description or line.title, line.where, line.place, catalogue.title(line.domain),
                catalogue.category_title(line.domain, line.category), words.grade(line.grade, graded=line.graded),
                words.source(line.source), line.found_by_name, line.found_at, words.stage(line.stage), words.ground(line.ground),
                *(part_cell(part.kind, plan[part.code]) if part.code in plan else None for part in parts),
                line.due_on, line.measure_done, line.rectified_at, line.control_until, line.supervision_no, line.escalated_to,
                line.closed_by_name, line.closed_at, photos,
            )  # fmt: skip


def columns_of(words: Words) -> tuple[Column, ...]:
    closing = words.pack.lifecycle.closing_word
    return (
        Column("no", "编号", width=18), Column("description", "隐患", width=40), Column("unit", "单位", width=26),
        Column("place", "位置", width=20), Column("domain", "领域", width=14), Column("category", "类别", width=22),
        Column("grade", "等级", width=10), Column("source", "来源", width=14), Column("found_by", "发现人", width=12, personal=True),
        Column("found_at", "发现时间", Type.INSTANT, width=17), Column("stage", "阶段", width=10), Column("ground", "整改情形", width=16),
        *(_part_column(part) for part in words.pack.lifecycle.parts),
        Column("due_on", "整改时限", Type.DATE, width=12), Column("measure_done", "整改情况", width=30),
        Column("rectified_at", "完成时间", Type.INSTANT, width=17), Column("control_until", "管控到期日", Type.DATE, width=12),
        Column("supervision_no", "督办编号", width=14), Column("escalated_to", "上报", width=16),
        Column("closed_by", Phrase("%(closed)s人", closed=closing), width=12, personal=True),
        Column("closed_at", Phrase("%(closed)s时间", closed=closing), Type.INSTANT, width=17),
        Column("photos", "照片", Type.PHOTOS, width=8),
    )  # fmt: skip


def _part_column(part: PlanPart) -> Column:
    """Money in yuan, so that a sheet can add it up; a day as a day. A waived part says so in words instead."""
    if part.kind is PartKind.MONEY:
        return Column(f"plan_{part.code}", Phrase("%(part)s（元）", part=part.label), Type.MONEY, width=14)
    if part.kind is PartKind.DATE:
        return Column(f"plan_{part.code}", part.label, Type.DATE, width=12)
    return Column(f"plan_{part.code}", part.label, width=20)


def _asked(question: Question) -> tuple[LedgerFilter, str | None]:
    """Raises Invalid for what the ledger cannot be asked."""
    schema = LedgerArgs(unknown=EXCLUDE)
    given: dict[str, Any] = {}
    for name, field in schema.load_fields.items():
        values = [text.strip() for text in question.values.get(name, ()) if text.strip()]
        if values:
            given[name] = values if isinstance(field, fields.List) else values[0]
    try:
        args = schema.load(given)
    except ValidationError as fault:
        raise Invalid(fields={str(name): "没有这样的筛选条件" for name in fault.messages_dict}) from fault
    return asked_of(args), args["sort"]


def _said(work: TableWork, words: Words, asked: LedgerFilter) -> Iterator[str]:
    """The conditions in words, for the file's head and the list of exports."""
    catalogue = words.catalogue
    unit = unit_cards(work.session, [asked.unit_id]).get(asked.unit_id) if asked.unit_id is not None else None
    told: dict[str, list[str]] = {
        "text": [f"“{asked.text}”"] if asked.text else [],
        "unit_id": [unit.name if unit else str(asked.unit_id)] if asked.unit_id is not None else [],
        "domains": [catalogue.title(code) for code in asked.domains],
        "category": [catalogue.category_title(next(iter(asked.domains), None), asked.category)]
        if asked.category
        else [],
        "grade": [words.grade(asked.grade)] if asked.grade else [],
        "stages": [words.stage(code) for code in asked.stages],
        "state": [STATE_WORDS[asked.state]] if asked.state else [],
        "source": [words.source(asked.source)] if asked.source else [],
        "due": [DUE_WORDS[asked.due]] if asked.due else [],
    }
    for found in told.values():
        yield from found
    spans = (
        ("发现", asked.found_from, asked.found_to), ("时限", asked.due_from, asked.due_to), ("办结", asked.closed_from, asked.closed_to),
    )  # fmt: skip
    yield from (f"{label} {first or ''}—{last or ''}" for label, first, last in spans if first or last)
    known = sum(1 for found in told.values() if found) + sum(bool(day) for _, *days in spans for day in days)
    if asked.active > known:
        yield f"另有{asked.active - known}个条件"
