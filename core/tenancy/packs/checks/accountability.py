"""Accountability and counters: each says what is done or counted, and where that stands in the notice."""

from __future__ import annotations

from core.tenancy.packs.checks.report import Report, check
from core.tenancy.packs.model import Pack


@check("accountability", "counters")
def accountability(pack: Pack, report: Report) -> None:
    """Codes; a ground calls for a measure, a counter counts exactly one thing; both name their clauses."""
    report.codes(("accountability",), pack.accountability)
    report.codes(("counters",), pack.counters)
    for index, ground in enumerate(pack.accountability):
        path = ("accountability", index)
        if not ground.measures:
            report.fault(
                (*path, "measures"), "no-measure", f"{ground.label} 没有写明措施", "在 measures 写明，如 talk、circular"
            )
        if not ground.clauses:
            report.fault(path, "no-source", f"{ground.label} 没有写明出处", "在 clauses 写明条款")
    for index, counter in enumerate(pack.counters):
        path = ("counters", index)
        if bool(counter.measures) == (counter.figure is not None):
            report.fault(
                path, "counts-what", f"{counter.label} 要么数措施，要么数一个数", "写 measures 或 figure 其中之一"
            )
        if counter.persons and not counter.measures:
            report.fault((*path, "persons"), "persons-of-what", f"{counter.label} 没有可以数人的措施", "去掉 persons")
        if not counter.clauses:
            report.fault(path, "no-source", f"{counter.label} 没有写明出处", "在 clauses 写明条款")


CHECKS = (accountability,)
