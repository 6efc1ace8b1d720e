"""Documents, clauses, readings: every clause stands in the text, every id that is used exists."""

from __future__ import annotations

from core.tenancy.packs.checks.report import Report, check, walk
from core.tenancy.packs.faults import nearest
from core.tenancy.packs.keys import KEYS
from core.tenancy.packs.model import Clause, Pack, Paragraph
from core.tenancy.packs.shape import fields_of

_OWNERS = ("documents", "clauses", "readings")


@check("documents", "clauses")
def paragraphs(pack: Pack, report: Report) -> None:
    """Paragraph numbers rise; what a paragraph claims to hold and where a clause claims to stand agree."""
    report.codes(("documents",), pack.documents)
    clauses = {clause.id: clause for clause in pack.clauses}
    for d, document in enumerate(pack.documents):
        last = 0
        for p, paragraph in enumerate(document.paragraphs):
            path = ("documents", d, "paragraphs", p)
            if paragraph.no <= last:
                report.fault((*path, "no"), "paragraph-order", f"段号 {paragraph.no} 没有递增", f"应大于 {last}")
            last = paragraph.no
            for c, clause_id in enumerate(paragraph.clauses):
                here = (*path, "clauses", c)
                clause = clauses.get(clause_id)
                if clause is None:
                    report.fault(here, "no-such-clause", f"没有条款 {clause_id}", nearest(clause_id, clauses))
                elif (clause.document, clause.paragraph) != (document.code, paragraph.no):
                    report.fault(
                        here, "clause-elsewhere", f"条款 {clause_id} 写明在第 {clause.paragraph} 段", "两处要一致"
                    )


@check("documents", "clauses")
def clauses(pack: Pack, report: Report) -> None:
    """Ids are unique, and each quote is found in its paragraph."""
    texts = {
        (document.code, paragraph.no): paragraph for document in pack.documents for paragraph in document.paragraphs
    }
    seen: set[str] = set()
    for index, clause in enumerate(pack.clauses):
        path = ("clauses", index)
        if clause.id in seen:
            report.fault((*path, "id"), "code-twice", f"条款 {clause.id} 已有", "条款编号不能重复")
        seen.add(clause.id)
        if clause.sensitive and not clause.privacy:
            report.fault(
                path,
                "no-privacy-reading",
                f"敏感条款 {clause.id} 没有 privacy",
                "写明如何处理：只记数量和事项，不列人员",
            )
        paragraph = texts.get((clause.document, clause.paragraph))
        if paragraph is None:
            report.fault(
                (*path, "paragraph"), "no-such-paragraph", f"没有第 {clause.paragraph} 段", "见 documents 的段号"
            )
        elif clause.id not in paragraph.clauses:
            report.fault(
                path, "clause-unused", f"第 {clause.paragraph} 段没有列出条款 {clause.id}", "在该段的 clauses 中加上"
            )
        elif not _stands_in(clause, paragraph):
            report.fault(
                (*path, "quote"),
                "quote-not-found",
                f"第 {clause.paragraph} 段中没有“{clause.quote}”",
                "引文要与原文一致",
            )


@check("clauses")
def clause_ids(pack: Pack, report: Report) -> None:
    """Every clause id an element names exists."""
    known = frozenset(clause.id for clause in pack.clauses)
    for field in fields_of(Pack):
        if not field.shape.nested or field.name in (*_OWNERS, "base"):
            continue
        for path, element in walk(getattr(pack, field.name), (field.key,)):
            report.known((*path, "clauses"), getattr(element, "clauses", ()), known, "条款", "no-such-clause")


@check("readings", "clauses")
def readings(pack: Pack, report: Report) -> None:
    """Readings exist once, name existing clauses, and ship exactly one option where there are any."""
    known = frozenset(clause.id for clause in pack.clauses)
    ids: set[str] = set()
    for index, reading in enumerate(pack.readings):
        path = ("readings", index)
        if reading.id in ids:
            report.fault((*path, "id"), "code-twice", f"读法 {reading.id} 已有", "编号不能重复")
        ids.add(reading.id)
        report.known((*path, "clauses"), reading.clauses, known, "条款", "no-such-clause")
        report.codes((*path, "options"), reading.options)
        if reading.options and sum(option.default for option in reading.options) != 1:
            report.fault(
                (*path, "options"), "one-default", f"读法 {reading.id} 应恰有一个 default: true", "标出出厂采用的读法"
            )
        for o, option in enumerate(reading.options):
            for key, value in option.sets.items():
                here = (*path, "options", o, "sets", key)
                if key not in KEYS:
                    report.fault(here, "no-such-key", f"没有设置项 {key}", nearest(key, KEYS))
                elif not KEYS[key].accepts(value):
                    report.fault(here, "bad-value", f"{key} 的值 {value} 类型不对", f"应为 {KEYS[key].of.__name__}")
    for index, clause in enumerate(pack.clauses):
        report.known(("clauses", index, "readings"), clause.readings, ids, "读法", "no-such-reading")


def _stands_in(clause: Clause, paragraph: Paragraph) -> bool:
    return "".join(clause.quote.split()) in "".join(paragraph.text.split())


CHECKS = (paragraphs, clauses, clause_ids, readings)
