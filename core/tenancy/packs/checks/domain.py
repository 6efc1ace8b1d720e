"""Domains, their hazard categories and focus problems; and the registers and checklists that stand under a domain."""

from __future__ import annotations

from core.tenancy.packs.checks.report import Report, check
from core.tenancy.packs.model import Pack

_POINTING = ("registers", "checklists")


@check("domains", "org_types")
def domains(pack: Pack, report: Report) -> None:
    """Codes are unique; categories stand under existing focus problems; dates are in order."""
    known = report.codes(("domains",), pack.domains)
    org_types = frozenset(org_type.code for org_type in pack.org_types)
    for index, domain in enumerate(pack.domains):
        path = ("domains", index)
        report.known((*path, "org_types"), domain.org_types, org_types, "单位类型", "no-such-org-type")
        report.one((*path, "extends"), domain.extends, known, "领域", "no-such-domain")
        report.codes((*path, "categories"), domain.categories)
        focus = report.codes((*path, "focus"), domain.focus)
        if not domain.categories and domain.on and not domain.plugin:
            report.fault(path, "no-categories", f"领域 {domain.label} 没有隐患类别", "至少写一个 categories")
        for c, category in enumerate(domain.categories):
            report.known((*path, "categories", c, "focus"), category.focus, focus, "重点问题", "no-such-focus")
        if domain.starts and domain.ends and domain.ends < domain.starts:
            report.fault(
                (*path, "ends"), "ends-before-start", f"{domain.label} 结束早于开始", f"应不早于 {domain.starts}"
            )


@check("domains", *_POINTING)
def pointing(pack: Pack, report: Report) -> None:
    """Registers and checklists have codes of their own and name existing domains."""
    known = frozenset(domain.code for domain in pack.domains)
    for section in _POINTING:
        elements = getattr(pack, section)
        report.codes((section,), elements)
        for index, element in enumerate(elements):
            report.one((section, index, "domain"), element.domain, known, "领域", "no-such-domain")


CHECKS = (domains, pointing)
