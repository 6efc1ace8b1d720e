"""Lists of a dossier that no other export has: papers, visits, filings, duties, exams. Each row by the right of its own list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select

from core.exams.permissions import ExamPermission
from core.exams.queries.results import unit_results
from core.hooks.tables import ExportKind, Question, TableWork
from core.http.paging import Paging
from core.inspections.permissions import InspectionPermission
from core.inspections.queries.visits import VisitFilter, visits_page
from core.inspections.words import KINDS as VISIT_KINDS
from core.kernel.schoolyear import Span
from core.obligations.permissions import ObligationPermission
from core.obligations.queries import Asked as DueAsked
from core.obligations.queries import stream_rows
from core.obligations.words import STATES as DUE_STATES
from core.orgs.models import OrgUnit
from core.papers.models import Paper, PaperRecipient
from core.papers.permissions import PaperPermission
from core.papers.scope import reached
from core.reports.models import Expected, Filing, ReportRound
from core.reports.permissions import ReportPermission
from core.reports.queries.owing import joined
from core.reports.queries.scope import visible as filings_seen
from core.tables.columns import Column, Type
from core.workbench.dossier.queries import exams_held, under
from core.workbench.dossier.shapes import Asked

BATCH = 500
FILED = {
    "submitted": "已报送", "passed": "片区已核转", "accepted": "审核通过", "correcting": "更正中", "returned": "已退回", "draft": "未报送",
}  # fmt: skip


class DossierTable(ExportKind):
    """One list of the dossier's days. Lives inside the folder only; nobody orders it by itself."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked

    def count(self, work: TableWork, question: Question) -> int:
        return 0


class PaperTable(DossierTable):
    slug, title, permission = "dossier.papers", "公文", PaperPermission.READ

    def columns(self, work: TableWork) -> Sequence[Column]:
        return (
            Column("no", "文号", width=24), Column("title", "标题", width=40), Column("issued_on", "成文日期", Type.DATE, width=12),
            Column("unit", "主送单位", width=26), Column("received_at", "签收时间", Type.INSTANT, width=17),
            Column("received_by", "签收人", width=12, personal=True), Column("state", "状态", width=10),
        )  # fmt: skip

    def rows(self, work: TableWork, question: Question) -> Iterator[Sequence[Any]]:
        rows = work.session.execute(
            select(
                Paper.no, Paper.title, Paper.issued_on, OrgUnit.name, PaperRecipient.received_at, PaperRecipient.received_by_name,
                Paper.withdrawn_at,
            )
            .join(PaperRecipient, PaperRecipient.paper_id == Paper.id)
            .join(OrgUnit, OrgUnit.id == PaperRecipient.unit_id)
            .where(reached(work.actor), under(PaperRecipient.unit_id, self.asked), Paper.issued_on.between(self.asked.since, self.asked.until))
            .order_by(Paper.issued_on, Paper.id, OrgUnit.name_sort)
            .execution_options(yield_per=BATCH)
        )  # fmt: skip
        for row in rows:
            state = "已作废" if row[6] is not None else "已签收" if row[4] is not None else "未签收"
            yield (*row[:6], state)


class VisitTable(DossierTable):
    slug, title, permission = "dossier.visits", "检查记录", InspectionPermission.READ

    def columns(self, work: TableWork) -> Sequence[Column]:
        return (
            Column("planned_on", "检查日期", Type.DATE, width=12), Column("unit", "单位", width=26), Column("kind", "检查方式", width=12),
            Column("title", "名称", width=30), Column("items", "项目数", Type.INTEGER, width=8), Column("failed", "不合格", Type.INTEGER, width=8),
            Column("order_no", "整改通知书", width=24), Column("inspectors", "检查人员", width=20, personal=True),
        )  # fmt: skip

    def rows(self, work: TableWork, question: Question) -> Iterator[Sequence[Any]]:
        asked = VisitFilter(
            state="finished", unit_id=self.asked.unit_id, since=self.asked.since, until=self.asked.until
        )
        page = 1
        while True:
            found = visits_page(work.session, work.actor, asked=asked, paging=Paging(page=page, page_size=BATCH))
            for line in found.items:
                yield (
                    line.planned_on, line.unit_name, VISIT_KINDS[line.kind], line.title, line.items, line.failed, line.order_no,
                    "、".join(line.inspectors),
                )  # fmt: skip
            if page * BATCH >= found.total:
                return
            page += 1


class FilingTable(DossierTable):
    slug, title, permission = "dossier.filings", "报表和总结", ReportPermission.READ

    def columns(self, work: TableWork) -> Sequence[Column]:
        return (
            Column("title", "名称", width=30), Column("period", "期次", width=20), Column("due_on", "截止日期", Type.DATE, width=12),
            Column("unit", "单位", width=26), Column("state", "状态", width=12), Column("zero", "零报告", width=8), Column("late", "迟报", width=8),
        )  # fmt: skip

    def rows(self, work: TableWork, question: Question) -> Iterator[Sequence[Any]]:
        rows = work.session.execute(
            select(ReportRound.title, ReportRound.period_title, ReportRound.due_on, OrgUnit.name, Filing.state, Filing.zero, Filing.late)
            .select_from(Expected)
            .join(ReportRound, ReportRound.id == Expected.round_id)
            .join(OrgUnit, OrgUnit.id == Expected.unit_id)
            .outerjoin(Filing, joined())
            .where(
                filings_seen(work.actor), under(Expected.unit_id, self.asked), ReportRound.due_on.between(self.asked.since, self.asked.until),
                ReportRound.cancelled_at.is_(None),
            )
            .order_by(ReportRound.due_on, ReportRound.id, OrgUnit.name_sort)
            .execution_options(yield_per=BATCH)
        )  # fmt: skip
        for row in rows:
            marks = ("是" if flag else "" for flag in (row[5], row[6]))
            yield (*row[:4], FILED.get(row[4] or "draft", row[4]), *marks)


class DutyTable(DossierTable):
    slug, title, permission = "dossier.duties", "履职情况", ObligationPermission.READ

    def columns(self, work: TableWork) -> Sequence[Column]:
        return (
            Column("due_on", "应完成日期", Type.DATE, width=12), Column("title", "工作", width=34), Column("unit", "单位", width=26),
            Column("party", "责任主体", width=16), Column("state", "状态", width=12), Column("done", "已完成次数", Type.INTEGER, width=10),
            Column("wanted", "应完成次数", Type.INTEGER, width=10),
        )  # fmt: skip

    def rows(self, work: TableWork, question: Question) -> Iterator[Sequence[Any]]:
        asked = DueAsked(Span(self.asked.since, self.asked.until), under=self.asked.unit_id, reader=work.actor)
        coverage = work.actor.coverage(ObligationPermission.READ)
        for row in stream_rows(work.session, work.plugins, coverage=coverage, asked=asked):
            yield (
                row.due_on, str(row.duty.rule.title), row.unit_name, "、".join(row.party), DUE_STATES[row.state], row.done, row.wanted
            )  # fmt: skip


class ExamTable(DossierTable):
    """By unit, as the results page shows them: no names, no scores."""

    slug, title, permission = "dossier.exams", "应知应会考试", ExamPermission.RESULTS

    def columns(self, work: TableWork) -> Sequence[Column]:
        return (
            Column("title", "考试", width=30), Column("closes_on", "截止日期", Type.DATE, width=12), Column("unit", "单位", width=26),
            Column("asked", "应考人数", Type.INTEGER, width=10), Column("passed", "已通过", Type.INTEGER, width=10),
            Column("failed", "未通过", Type.INTEGER, width=10), Column("not_yet", "未考", Type.INTEGER, width=10),
        )  # fmt: skip

    def rows(self, work: TableWork, question: Question) -> Iterator[Sequence[Any]]:
        inside = None if self.asked.unit_id is None else _inside(work, self.asked)
        for exam in exams_held(work.session, self.asked):
            page = 1
            while True:
                found = unit_results(work.session, work.actor, exam.id, paging=Paging(page=page, page_size=BATCH))
                for line in found.items:
                    if inside is None or line.unit_id in inside:
                        yield (
                            exam.title,
                            exam.closes_on,
                            line.unit_name,
                            line.asked,
                            line.passed,
                            line.failed,
                            line.not_yet,
                        )
                if page * BATCH >= found.total:
                    break
                page += 1


def _inside(work: TableWork, asked: Asked) -> frozenset[Any]:
    return frozenset(work.session.scalars(select(OrgUnit.id).where(under(OrgUnit.id, asked))))


TABLES: tuple[type[DossierTable], ...] = (DutyTable, VisitTable, FilingTable, PaperTable, ExamTable)
