"""Checklists: items are unique, name categories of the pack and the two grades of the law."""

from __future__ import annotations

from core.tenancy.packs.checks.report import Report, check
from core.tenancy.packs.model import LegalGrade, Pack

MOST_POINTS = 100


@check("domains", "checklists")
def checklists(pack: Pack, report: Report) -> None:
    """A category must be one of its domain's, so that a failed item becomes a hazard without a question."""
    categories = {domain.code: frozenset(own.code for own in domain.categories) for domain in pack.domains}
    grades = frozenset(str(grade) for grade in LegalGrade)
    for index, own in enumerate(pack.checklists):
        path = ("checklists", index)
        report.codes((*path, "items"), own.items)
        if not own.items:
            report.fault(path, "no-items", f"检查表 {own.label} 没有检查项", "至少写一个 items")
        if not 0 <= own.pass_percent <= 100:
            report.fault((*path, "pass_percent"), "out-of-range", "合格分数线应为0到100", "0 = 全部合格才算合格")
        for place, item in enumerate(own.items):
            at = (*path, "items", place)
            domain = item.domain or own.domain
            report.one((*at, "domain"), domain, categories, "领域", "no-such-domain")
            report.one((*at, "grade"), item.grade, grades, "隐患等级", "no-such-grade")
            known = categories.get(domain, frozenset())
            if item.category and known:
                report.one((*at, "category"), item.category, known, "隐患类别", "no-such-category")
            if item.category and not domain:
                report.fault((*at, "domain"), "no-domain", f"{item.label} 写了类别没有写领域", "写上 domain")
            if not (0 <= item.points <= MOST_POINTS and 1 <= item.weight <= MOST_POINTS):
                report.fault(at, "out-of-range", "分值0到100，权重1到100", "分值0 = 只判合格不合格")


CHECKS = (checklists,)
