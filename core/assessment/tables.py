"""Results of a round as a table to take away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, select

from core.assessment.models import AssessmentSheet, SheetVersion
from core.assessment.permissions import AssessmentPermission
from core.assessment.queries.rounds import TAKES_PART, RoundCard, round_card, rounds_page, sheet_line, sheet_rows
from core.assessment.score import HUNDREDTHS
from core.assessment.sheet import Content
from core.assessment.words import ROUND_STATES
from core.hooks.tables import ExportKind, Question, TableWork
from core.http.paging import Paging
from core.kernel.errors import Invalid, NotFound
from core.kernel.phrases import Phrase
from core.tables.columns import Column, Type

BATCH = 500


class Results(ExportKind):
    """One line for each item of each unit that takes part: what it is, the figure, the points; in name order."""

    slug = "assessment"
    title = "考核结果"
    summary = "一次考核各单位各项目的数值和得分"
    permission = AssessmentPermission.READ
    filters = ("round",)

    def columns(self, work: TableWork) -> Sequence[Column]:
        return (
            Column("unit", "单位", width=26), Column("result", "结果", width=12), Column("points", "总分", width=9),
            Column("item", "考核项目", width=28), Column("figure", "数值", width=12), Column("most", "分值", width=9),
            Column("taken", "扣分", width=9), Column("given", "加分", width=9),
            Column("against", "未达到的件数", Type.INTEGER, width=12), Column("corrected", "申诉更正", width=30),
            Column("clauses", "条款", width=20),
        )  # fmt: skip

    def said(self, work: TableWork, question: Question) -> str:
        card = _card(work, question)
        line, left = card.line, Phrase("；不再参评的%(n)s家未列", n=card.left) if card.left else ""
        return f"{line.title}；{line.starts}—{line.ends}；{ROUND_STATES[line.state]}{left}"

    def count(self, work: TableWork, question: Question) -> int:
        card = _card(work, question)
        units = work.session.scalar(select(func.count()).select_from(_rows(work, card).order_by(None).subquery()))
        return (units or 0) * len(card.frozen.scheme.items)

    def rows(self, work: TableWork, question: Question) -> Iterator[Sequence[Any]]:
        card = _card(work, question)
        latest = and_(SheetVersion.sheet_id == AssessmentSheet.id, SheetVersion.no == AssessmentSheet.latest_no)
        statement = _rows(work, card).add_columns(SheetVersion.content).join(SheetVersion, latest)
        known = {item.code: item for item in card.frozen.scheme.items}
        for row in work.session.execute(statement.execution_options(yield_per=BATCH)):
            sheet = sheet_line(card.frozen, row)
            for own in Content.from_json(row.content).lines:
                item, line = known[own.line.code], own.line
                yield (
                    sheet.unit_name, sheet.grade, sheet.points / HUNDREDTHS, item.label, str(line.figure) if line.figure else "", item.points,
                    line.taken / HUNDREDTHS, line.given / HUNDREDTHS, line.figure.against if line.figure and not item.bonus else None,
                    own.corrected.why if own.corrected else "", "、".join(item.clauses),
                )  # fmt: skip


def _rows(work: TableWork, card: RoundCard) -> Select[Any]:
    """What is summed and compared outside has no units that no longer take part."""
    return sheet_rows(work.actor, card).where(TAKES_PART)


def _card(work: TableWork, question: Question) -> RoundCard:
    """The round asked for, else the latest that is seen. Raises Invalid."""
    asked = question.one("round")
    try:
        if asked:
            return round_card(work.session, work.actor, UUID(asked))
        found = rounds_page(work.session, work.actor, paging=Paging(page_size=1)).items
        if found:
            return round_card(work.session, work.actor, found[0].id)
    except (ValueError, NotFound) as fault:
        raise Invalid(fields={"round": "没有这次考核"}) from fault
    raise Invalid(fields={"round": "还没有考核"})
