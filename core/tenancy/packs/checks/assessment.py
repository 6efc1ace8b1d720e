"""Indicators and assessment: every figure has facts behind it, every item an indicator that can be judged."""

from __future__ import annotations

from collections.abc import Iterable

from core.tenancy.packs.checks.report import Report, check
from core.tenancy.packs.faults import Path
from core.tenancy.packs.model import Goal, Indicator, InspectionKind, Measure, Measured, Pack, Scheme
from core.tenancy.packs.model.assessment import NARROWED
from core.tenancy.packs.model.base import Coded
from core.tenancy.packs.owed import who_types

HAZARD_GRADES = ("general", "major")
INCIDENT_GRADES = ("general", "larger", "major", "extreme")
INCIDENTS = (Measured.INCIDENTS, Measured.DEATHS, Measured.INJURED)


@check("indicators", "obligations", "topics", "reports", "domains", "org_types")
def indicators(pack: Pack, report: Report) -> None:
    """Codes; what each is read from exists; a share has a share's goal, a count a count's."""
    report.codes(("indicators",), pack.indicators)
    known = {
        Measured.DUTIES: {own.code for own in pack.obligations}, Measured.REPORTS: {own.code for own in pack.reports},
        Measured.VISITED: {str(own) for own in InspectionKind}, Measured.MATTERS: {str(own) for own in Measure},
        Measured.HELD: {own.activity for own in pack.obligations} | {word for own in pack.topics for word in own.activities},
    }  # fmt: skip
    domains = {domain.code for domain in pack.domains}
    for index, own in enumerate(pack.indicators):
        path: Path = ("indicators", index)
        _sourced(own, path, report)
        _who(pack, own.who, path, report)
        if own.source in known:
            report.known((*path, "of"), own.of, known[own.source], "可数的事实", "no-such-fact")
        elif own.of and own.source not in INCIDENTS:
            report.fault((*path, "of"), "not-narrowed", f"{own.label} 的来源不分种类", "去掉 of")
        if own.source in (Measured.HELD, Measured.MATTERS, Measured.REPORTS, Measured.DUTIES) and not own.of:
            report.fault((*path, "of"), "of-what", f"{own.label} 没有写明数什么", "在 of 写代码")
        _narrowed(own, path, report, domains)
        _goal(own, path, report)


def _narrowed(own: Indicator, path: Path, report: Report, domains: Iterable[str]) -> None:
    for name, sources in NARROWED.items():
        if getattr(own, name) and own.source not in sources:
            report.fault((*path, name), "not-narrowed", f"{own.label} 的来源不分 {name}", f"去掉 {name}")
    grades = INCIDENT_GRADES if own.source in INCIDENTS else HAZARD_GRADES
    report.known((*path, "grades"), own.grades, grades, "等级", "no-such-grade")
    report.known((*path, "domains"), own.domains, domains, "领域", "no-such-domain")
    if own.district and own.source is not Measured.TYPED:
        report.fault((*path, "district"), "district", f"{own.label} 按单位计算，全区数由各单位合计", "去掉 district")
    if own.share and own.source is not Measured.TYPED:
        report.fault((*path, "share"), "knows-itself", f"{own.label} 的来源自己知道是不是比例", "去掉 share")


def _goal(own: Indicator, path: Path, report: Report) -> None:
    fits = {Goal.AT_LEAST: own.is_share, Goal.AT_MOST: not own.is_share, Goal.FALLING: not own.is_share}
    if not fits.get(own.goal, True):
        report.fault(
            (*path, "goal"), "other-goal", f"{own.label} 不能这样要求", "比例用 at_least，数量用 at_most 或 falling"
        )
    if (own.target is None) != (own.goal is Goal.NONE) and own.goal is not Goal.FALLING:
        report.fault((*path, "target"), "target", f"{own.label} 的目标和要求不相配", "写 goal 和 target，或都不写")
    if own.target is not None and (own.target < 0 or (own.goal is not Goal.AT_MOST and own.target > 100)):
        report.fault((*path, "target"), "target", f"{own.label} 的目标超出范围", "百分数为0到100")
    if own.baseline is not None and own.goal is not Goal.FALLING:
        report.fault(
            (*path, "baseline"), "no-baseline", f"{own.label} 不与往年比较", "去掉 baseline，或写 goal: falling"
        )


@check("assessment", "indicators", "org_types")
def assessment(pack: Pack, report: Report) -> None:
    """Items and vetoes name indicators of units that can be judged; points add up; grades fall."""
    known = {own.code: own for own in pack.indicators}
    report.codes(("assessment",), pack.assessment)
    for index, scheme in enumerate(pack.assessment):
        path: Path = ("assessment", index)
        _sourced(scheme, path, report)
        _who(pack, scheme.who, path, report)
        _items(scheme, path, report, known)
        _vetoes(scheme, path, report, known)
        report.codes((*path, "grades"), scheme.grades)
        least = [grade.least for grade in scheme.grades]
        if least != sorted({*least}, reverse=True) or (least and least[-1] != 0):
            report.fault(
                (*path, "grades"), "grades", f"{scheme.label} 的等次应从高到低，最后一个从0分起", "例：90、60、0"
            )
        if not 1 <= scheme.appeal_days <= 60:
            report.fault((*path, "appeal_days"), "appeal-days", f"{scheme.label} 的申诉期超出范围", "1到60天")


def _items(scheme: Scheme, path: Path, report: Report, known: dict[str, Indicator]) -> None:
    report.codes((*path, "items"), (*scheme.items, *scheme.vetoes))
    if not scheme.items:
        report.fault((*path, "items"), "no-items", f"{scheme.label} 没有考核项目", "至少写一项")
    for place, item in enumerate(scheme.items):
        at = (*path, "items", place)
        _sourced(item, at, report)
        report.one((*at, "indicator"), item.indicator, known, "指标", "no-such-indicator")
        own = known.get(item.indicator)
        if own is not None and own.district:
            report.fault(
                (*at, "indicator"), "district-only", f"{item.label} 用的指标只有全区一个数", "选用各单位都有的指标"
            )
        if own is not None and own.goal is Goal.NONE and not (item.bonus and not own.is_share):
            report.fault((*at, "indicator"), "no-goal", f"{item.label} 用的指标没有目标", "在指标上写 goal 和 target")
        if not 0 < item.points <= scheme.full or not 0 <= item.each <= item.points:
            report.fault(
                (*at, "points"),
                "points",
                f"{item.label} 的分值超出范围",
                f"points 在0到 {scheme.full:g} 之间，each 不超过 points",
            )
    if sum(item.points for item in scheme.items if not item.bonus) > scheme.full:
        report.fault((*path, "items"), "over-full", f"{scheme.label} 可扣的分超过满分", f"合计不超过 {scheme.full:g}")


def _vetoes(scheme: Scheme, path: Path, report: Report, known: dict[str, Indicator]) -> None:
    for place, veto in enumerate(scheme.vetoes):
        at = (*path, "vetoes", place)
        _sourced(veto, at, report)
        report.one((*at, "indicator"), veto.indicator, known, "指标", "no-such-indicator")
        own = known.get(veto.indicator)
        if own is not None and (own.is_share or own.district):
            report.fault((*at, "indicator"), "not-counted", f"{veto.label} 要数一个单位的件数", "选用各单位的数量指标")
        if veto.over < 0:
            report.fault((*at, "over"), "over", f"{veto.label} 的允许数不能为负", "0 或以上")


def _sourced(own: Coded, path: Path, report: Report) -> None:
    """The notice, or what somebody has to confirm with the reason."""
    if not own.clauses and not (own.confirm and own.note):
        report.fault(
            path, "no-source", f"{own.label} 没有写明出处", "在 clauses 写明条款；推荐值写 confirm: true 和 note"
        )


def _who(pack: Pack, who: tuple[str, ...], path: Path, report: Report) -> None:
    try:
        list(who_types(pack, who))
    except ValueError:
        report.fault((*path, "who"), "no-such-who", "没有这样的单位类型", "写单位类型的代码，或 schools、clusters")


CHECKS = (indicators, assessment)
