"""Obligations and reports: somebody owes them, in a window that is there, by a day that can be told."""

from __future__ import annotations

from core.kernel.due import Anchor
from core.kernel.periods import OPEN, Period
from core.tenancy.packs.checks.register import conditions, having
from core.tenancy.packs.checks.report import Report, check
from core.tenancy.packs.faults import Path, nearest
from core.tenancy.packs.model import GROUPS, After, FieldKind, Obligation, Owed, Pack
from core.tenancy.packs.owed import rule, who_types

SECTIONS = ("obligations", "reports")
PARAMS = frozenset({"figures"})
"""Words of ``params`` that something reads: which figures a report computes (core.reports.services.rounds)."""


@check(*SECTIONS, "registers", "org_types", "departments", "bodies", "posts", "campaigns", "calendar", "domains")
def owed(pack: Pack, report: Report) -> None:
    """Codes, who owes it, windows and due days."""
    domains = frozenset(domain.code for domain in pack.domains)
    windows = frozenset(
        [campaign.code for campaign in pack.campaigns]
        + [phase.code for campaign in pack.campaigns for phase in campaign.phases]
        + [period.code for period in pack.calendar.key_periods]
    )
    for section in SECTIONS:
        elements: tuple[Owed, ...] = getattr(pack, section)
        report.codes((section,), elements)
        for index, element in enumerate(elements):
            path: Path = (section, index)
            report.one((*path, "domain"), element.domain, domains, "领域", "no-such-domain")
            report.one((*path, "window"), element.window, windows, "活动、阶段或重点时段", "no-such-window")
            for word in element.params:
                report.one((*path, "params", word), word, PARAMS, "参数", "no-such-param")
            if not element.clauses:
                report.fault(path, "no-source", f"{element.label} 没有写明出处", "在 clauses 写明条款")
            if isinstance(element, Obligation) and element.having is not None:
                having(pack, element.having, (*path, "having"), report)
            _entry(pack, element, path, report)
            if _who(pack, element, path, report):
                _when(pack, element, path, report)


def _who(pack: Pack, element: Owed, path: Path, report: Report) -> bool:
    known = {org_type.code for org_type in pack.org_types} | GROUPS.keys()
    known |= {f"department:{one.code}" for one in pack.departments}
    known |= {f"body:{one.code}" for one in pack.bodies} | {f"post:{one.code}" for one in pack.posts}
    sound = bool(element.who)
    if not sound:
        report.fault((*path, "who"), "nobody", f"{element.label} 没有写明由谁做", "在 who 写单位类型、部门、机构或岗位")
    for position, word in enumerate(element.who):
        try:
            list(who_types(pack, (word,)))
        except ValueError:
            sound = False
            report.fault((*path, "who", position), "no-such-who", f"没有 {word}", nearest(word, known))
    return sound


def _entry(pack: Pack, element: Owed, path: Path, report: Report) -> None:
    entry = element.entry if isinstance(element, Obligation) else None
    if (element.after is After.ENTRY) != (entry is not None):
        wrong = f"{element.label} 的 after 和 entry 不符"
        report.fault((*path, "after"), "entry", wrong, "obligations 中 after: entry 时写明 entry（register、on）")
    if entry is None:
        return
    here = (*path, "entry")
    if element.due.within_minutes is not None:
        report.fault((*path, "due"), "no-hours", f"{element.label} 从台账登记起算，只能按天", "due: {within_days: 1}")
    open_ = {one.code: one for one in pack.registers if not one.extends and not one.read_by}
    report.one((*here, "register"), entry.register, open_, "人人可看的台账", "no-such-register")
    if entry.register in open_:
        dates = {field.code for field in open_[entry.register].fields if field.kind is FieldKind.DATE}
        report.one((*here, "on"), entry.on, dates, "日期字段", "no-such-field")
        conditions(pack, entry.register, entry.where, here, report)


def _when(pack: Pack, element: Owed, path: Path, report: Report) -> None:
    due = element.due
    if element.starts and element.ends and element.ends < element.starts:
        report.fault(
            (*path, "ends"), "ends-before-start", f"{element.label} 结束早于开始", f"应不早于 {element.starts}"
        )
    if (due.on is not None) and element.period is not Period.ONCE:
        report.fault((*path, "due", "on"), "not-once", f"{element.label} 写了日期，却不是一次性的", "period: once")
    if (due.within_days is not None or due.within_minutes is not None) and element.period is not Period.EVENT:
        report.fault((*path, "due"), "no-event", f"{element.label} 的期限从事件起算", "period: event")
    if element.after is not None and (
        element.period is not Period.EVENT or (due.within_days is due.within_minutes is None)
    ):
        report.fault(
            (*path, "after"),
            "no-event",
            f"{element.label} 写了事件，却没有从事件起算的期限",
            "period: event，due 写 within_minutes 或 within_days",
        )
    if element.period is Period.EVERY_DAYS and element.starts is None and not element.window:
        report.fault((*path, "period"), "no-start", f"{element.label} 没有写从哪天起", "写 starts 或 window")
    if element.period in OPEN and due.at is not Anchor.END:
        report.fault((*path, "due"), "never-due", f"{element.label} 不按日历到期", "去掉 due 中的 at")
    if element.period is Period.ONCE and due.on is None and not element.confirm:
        report.fault(
            (*path, "due"), "no-day", f"{element.label} 没有写日期", "写 due: {on: 日期}；文件未写明的标 confirm"
        )
    try:
        rule(pack, element)
    except ValueError as error:
        report.fault(path, "bad-rule", f"{element.label} 不成立（{error}）", "对照 docs/packs.md 的 obligations 一节")


CHECKS = (owed,)
