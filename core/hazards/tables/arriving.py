"""Old ledgers as a kind of the import centre: open hazards become cases, closed ones 历史台账.

An old ledger cannot show what a district asks for before a hazard counts as closed (photos, a second person's check), so
none of its rows arrives as closed here; docs/decisions/0015.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.hazards.history.models import HazardImport, HistoricalHazard
from core.hazards.permissions import HazardPermission
from core.hazards.queries.brought import brought
from core.hazards.services.importing import Told, import_cases, import_history, take_back
from core.hazards.tables.names import OLD_LEDGER, OLD_LEDGER_SUMMARY, TITLES
from core.hazards.tables.undoing import undoing
from core.hazards.tables.words import Words, words_for
from core.hooks.tables import Did, Faults, ImportKind, ImportRow, Outcome, TableWork, Undoing
from core.kernel.clock import local_date
from core.kernel.errors import XiaoanError
from core.kernel.phrases import Phrase
from core.orgs.models import OrgUnit
from core.orgs.queries.units import unit_cards
from core.tables.cells import narrow
from core.tables.columns import Column, Type

OPEN, CLOSED = "open", "closed"
STATUS = {
    "未整改": OPEN, "整改中": OPEN, "正在整改": OPEN, "未完成": OPEN, "未销号": OPEN, "未办结": OPEN, "待整改": OPEN, "未闭环": OPEN, "否": OPEN,
    "部分整改": OPEN, "长期整改": OPEN, "已整改": CLOSED, "整改完成": CLOSED, "已完成": CLOSED, "完成": CLOSED, "已销号": CLOSED, "已办结": CLOSED,
    "已闭环": CLOSED, "销号": CLOSED, "闭环": CLOSED, "是": CLOSED, "立查立改": CLOSED, "已整改到位": CLOSED, "整改到位": CLOSED,
}  # fmt: skip
EXTRA = (
    "responsible",
    "measure",
    "funds",
    "due_on",
    "measure_done",
    "done_at",
    "note",
    "found_by",
    "category",
    "old_no",
)
"""What a case keeps of the old ledger in its own words."""


@dataclass
class Known:
    """Read once for a file."""

    words: Words
    codes: dict[str, UUID]
    names: dict[str, set[UUID]]
    domains: dict[str, tuple[str, str | None]]
    """Word → (domain, category)."""


class OldLedger(ImportKind):
    """隐患台账 of a school or a district as it was kept before."""

    slug = "hazards"
    title = OLD_LEDGER
    summary = OLD_LEDGER_SUMMARY
    permission = HazardPermission.REGISTER

    def columns(self, work: TableWork) -> Sequence[Column]:
        work.actor.require(HazardPermission.REPORT)
        words = words_for(work)
        grades = {
            "一般": "general",
            "一般隐患": "general",
            "一般事故隐患": "general",
            "重大": "major",
            "重大隐患": "major",
            "重大事故隐患": "major",
        }
        grades |= {grade.label: str(grade.code) for grade in words.pack.lifecycle.grades}
        return (
            Column("old_no", TITLES["old_no"], aliases=("隐患编号", "台账编号", "原编号"), most=60, example="2019-017"),
            Column("unit", TITLES["unit"], required=True, most=80, width=26, example="第一实验小学", aliases=(
                "学校", "学校名称", "单位名称", "单位代码", "学校代码", "隐患单位", "责任单位", "受检单位", "被检查单位")),
            Column("place", TITLES["place"], required=True, most=100, width=20, example="食堂后门", aliases=(
                "位置", "部位", "隐患位置", "隐患地点", "地点", "场所", "具体位置", "存在部位")),
            Column("description", TITLES["description"], required=True, most=2000, width=40, example="疏散门被杂物堵住", aliases=(
                "隐患", "隐患描述", "存在问题", "问题", "存在的问题", "主要问题", "隐患情况", "隐患名称", "问题隐患", "问题描述", "存在的主要隐患和问题")),
            Column("category", TITLES["category"], most=80, aliases=("类别", "类型", "隐患类型", "领域", "问题类别", "所属领域", "分类")),
            Column("grade", TITLES["grade"], Type.CHOICE, choices=grades, aliases=("等级", "级别", "隐患级别", "风险等级")),
            Column("found_at", TITLES["found_at"], Type.INSTANT, required=True, example="2019年10月12日", aliases=(
                "排查时间", "检查时间", "发现日期", "排查日期", "检查日期", "登记时间", "登记日期", "日期", "时间")),
            Column("found_by", TITLES["found_by"], most=60, personal=True, aliases=("排查人", "检查人", "检查人员", "排查人员", "登记人")),
            Column("responsible", TITLES["responsible"], most=60, personal=True, aliases=("责任人", "整改责任", "整改人", "责任人员")),
            Column("measure", TITLES["measure"], most=2000, width=30, aliases=("措施", "整改方案", "防范措施")),
            Column("funds", TITLES["funds"], most=60, aliases=("资金", "经费", "投入资金")),
            Column("due_on", TITLES["due_on"], Type.DATE, aliases=("时限", "整改期限", "期限", "计划完成时间", "限期", "要求完成时间")),
            Column("measure_done", TITLES["measure_done"], most=2000, width=30, aliases=("整改结果", "落实情况", "整改落实情况", "完成情况")),
            Column("done_at", TITLES["done_at"], Type.DATE, aliases=("完成时间", "整改时间", "实际完成时间", "完成日期")),
            Column("status", TITLES["status"], Type.CHOICE, choices=STATUS, aliases=(
                "销号", "销号情况", "整改状态", "状态", "是否整改", "是否整改到位", "是否完成", "是否闭环", "闭环情况", "整改进度")),
            Column("closed_on", TITLES["closed_on"], Type.DATE, aliases=("销号日期", "办结时间", "验收时间", "复查时间", "闭环时间")),
            Column("closed_by", TITLES["closed_by"], most=60, personal=True, aliases=("验收人", "复查人", "复核人")),
            Column("note", TITLES["note"], most=1000, aliases=("说明",)),
        )  # fmt: skip

    def prepare(self, work: TableWork, rows: Iterable[ImportRow]) -> Known:
        words = words_for(work)
        codes: dict[str, UUID] = {}
        names: dict[str, set[UUID]] = defaultdict(set)
        for unit_id, code, name, short in work.session.execute(
            select(OrgUnit.id, OrgUnit.code, OrgUnit.name, OrgUnit.short_name)
        ):
            codes[code] = unit_id
            names[name].add(unit_id)
            names[short].add(unit_id)
        domains: dict[str, tuple[str, str | None]] = {}
        for domain in words.catalogue.active:
            domains.setdefault(domain.title, (domain.code, None))
            for category in domain.categories:
                domains.setdefault(category.title, (domain.code, category.code))
        return Known(words, codes, dict(names), domains)

    def identity(self, row: ImportRow) -> str:
        return fingerprint(row, row.values["unit"])

    def check(self, work: TableWork, rows: Sequence[ImportRow], known: Known) -> Faults:
        """``values`` get unit_id, domain, and whether the row is closed."""
        today = local_date(work.session.now())
        coverage = work.actor.coverage(HazardPermission.REGISTER)
        faults: dict[int, dict[str, str]] = {}
        units: dict[int, UUID] = {}
        for row in rows:
            wrong: dict[str, str] = {}
            unit_id = _unit(row.values["unit"], known, wrong)
            if unit_id is not None and unit_id not in coverage:
                wrong["unit"] = "不在您的管理范围内"
            found_on = local_date(row.values["found_at"])
            if found_on > today:
                wrong["found_at"] = "不能晚于今天"
            for name in ("closed_on", "done_at"):
                day: date | None = row.values.get(name)
                if day is not None and (day < found_on or day > today):
                    wrong[name] = "应在发现之后、今天之前"
            row.values["closed"] = _closed(row)
            row.values["domain"] = known.domains.get(row.values.get("category") or "", ("", None))
            if wrong:
                faults[row.no] = wrong
            elif unit_id is not None:
                row.values["unit_id"] = unit_id
                units[row.no] = unit_id
        cards = unit_cards(work.session, set(units.values()))
        for number, unit_id in units.items():
            card = cards[unit_id]
            if not card.open_on(today):
                faults[number] = {"unit": Phrase("%(name)s已撤销，不能再登记隐患", name=card.name)}
        return faults

    def commit(
        self, work: TableWork, batch_id: UUID, rows: Sequence[ImportRow], known: Known, *, last: bool
    ) -> Sequence[Outcome]:
        prints = {row.no: fingerprint(row, str(row.values["unit_id"])) for row in rows}
        there = _there(work, list(prints.values()))
        first: dict[str, int] = {}
        for row in rows:
            if prints[row.no] not in there:
                first.setdefault(prints[row.no], row.no)  # a school by its name and by its code is one
        new = [row for row in rows if first.get(prints[row.no]) == row.no]
        told = {row.no: _told(row, prints[row.no]) for row in new}
        closed = [told[row.no] for row in new if row.values["closed"]]
        still = [told[row.no] for row in new if not row.values["closed"]]
        outcomes = [
            Outcome(number, Did.CREATED, object_id, {"history": True})
            for number, object_id in import_history(
                work.session, actor=work.actor, batch_id=batch_id, told=closed
            ).items()
        ]
        made = import_cases(
            work.session,
            actor=work.actor,
            pack=known.words.pack,
            catalogue=known.words.catalogue,
            batch_id=batch_id,
            told=still,
        )
        for number, answer in made.items():
            if isinstance(answer, XiaoanError):
                faults = answer.fields or {"": answer.phrase}
                outcomes.append(Outcome(number, Did.REFUSED, faults=faults))
            else:
                outcomes.append(Outcome(number, Did.CREATED, answer, {"history": False}))
        done = {outcome.no: outcome for outcome in outcomes}
        again = [row for row in rows if row.no not in done]
        twins = {row.no: done.get(first.get(prints[row.no], row.no)) for row in again}
        return [*outcomes, *(_again(row.no, there.get(prints[row.no]), twins[row.no]) for row in again)]

    def undoing(self, work: TableWork, batch_id: UUID) -> Undoing:
        return undoing(words_for(work).pack, *brought(work.session, batch_id))

    def undo(self, work: TableWork, batch_id: UUID, done: Sequence[tuple[int, Outcome]]) -> None:
        words = words_for(work)
        take_back(work.session, actor=work.actor, pack=words.pack, batch_id=batch_id)


def _again(number: int, there: UUID | None, twin: Outcome | None) -> Outcome:
    """A row that says what is there already, or what another row of the file said: that one's fate is its own."""
    if twin is not None and twin.did is Did.REFUSED:
        return Outcome(number, Did.REFUSED, faults=twin.faults)
    return Outcome(number, Did.SAME, there or (twin.object_id if twin is not None else None))


def fingerprint(row: ImportRow, unit: str) -> str:
    """Of unit, old number, day and words, whatever their width and spaces."""
    values = row.values
    parts = (
        unit,
        values.get("old_no") or "",
        local_date(values["found_at"]).isoformat(),
        values["place"],
        values["description"],
    )
    return hashlib.sha256("\n".join(narrow(part) for part in parts).encode()).hexdigest()


def _unit(text: str, known: Known, wrong: dict[str, str]) -> UUID | None:
    code = narrow(text)
    if code in known.codes:
        return known.codes[code]
    meant = known.names.get(text, set())
    if len(meant) == 1:
        return next(iter(meant))
    wrong["unit"] = "有几个单位叫这个名称，请填单位代码" if meant else "没有这个单位，请填已有单位的代码或全称"
    return None


def _closed(row: ImportRow) -> bool:
    """As the old ledger says; where it has no such column, by the day on which it was closed or done."""
    status = row.values.get("status")
    if status is not None:
        return bool(status == CLOSED)
    return row.values.get("closed_on") is not None or row.values.get("done_at") is not None


def _there(work: TableWork, prints: list[str]) -> dict[str, UUID]:
    """Entries that an earlier import brought: fingerprint → id."""
    found: dict[str, UUID] = {}
    for column, key in (
        (HazardImport.hazard_id, HazardImport.fingerprint), (HistoricalHazard.id, HistoricalHazard.fingerprint),
    ):  # fmt: skip
        found |= {
            mark: object_id for object_id, mark in work.session.execute(select(column, key).where(key.in_(prints)))
        }
    return found


def _told(row: ImportRow, mark: str) -> Told:
    values: dict[str, Any] = row.values
    domain, category = values["domain"]
    return Told(
        row_no=row.no, fingerprint=mark, unit_id=values["unit_id"], old_no=values.get("old_no") or "", place=values["place"],
        description=values["description"], domain=domain, category=category, category_told=values.get("category") or "",
        grade=values.get("grade"), found_at=values["found_at"], found_by_name=values.get("found_by") or "",
        responsible_name=values.get("responsible") or "", measure_done=values.get("measure_done") or "", due_on=values.get("due_on"),
        closed_on=values.get("closed_on") or values.get("done_at"), closed_by_name=values.get("closed_by") or "",
        note=values.get("note") or "", cells={name: row.cells[name] for name in EXTRA if row.cells.get(name)},
    )  # fmt: skip
