"""All registers that one may read and somebody within reach keeps, with what runs out and what rules find."""

from __future__ import annotations

from typing import Any

from flask import render_template

from core.http.blueprints import PageBlueprint
from core.http.context import current
from core.registers.catalogue import Registers
from core.registers.queries.breaches import rule_lines
from core.registers.queries.entries import sums
from core.registers.queries.options import Sorts, kept_by, sorts_of
from core.tenancy import shelf
from core.tenancy.packs.model import Pack


def add_index(bp: PageBlueprint, registers: Registers) -> None:
    @bp.get("/registers", signed_in=True)
    def index() -> str:
        context = current()
        pack = shelf.current(context.session)
        stages = {own.code: frozenset(map(str, own.stages)) for own in (pack.domains if pack is not None else ())}
        sorts: dict[str, Sorts] = {}
        lines: list[dict[str, Any]] = []
        for register in registers.in_force(context.session).values():
            coverage = context.actor.coverage(register.read)
            if coverage:
                if register.read not in sorts:
                    sorts[register.read] = sorts_of(context.session, coverage)
                counted = sums(context.session, register, coverage)
                kept = kept_by(register, sorts[register.read], stages.get(register.domain, frozenset()))
                if not kept and not counted.total:
                    continue  # a primary school has no chemicals, a school no ledger of the bureau's
                rules = rule_lines(context.session, register, coverage)
                failing = sum(rule.failing for rule in rules if not rule.assumed)
                lines.append({"register": register, "sums": counted, "rules": len(rules), "failing": failing})
        return render_template("registers/index.html", groups=_by_domain(lines, pack))


def _by_domain(lines: list[dict[str, Any]], pack: Pack | None) -> list[tuple[str, list[dict[str, Any]]]]:
    """(Domain's label, its registers) in the pack's order; what belongs to no domain comes last, under an empty label."""
    labels = {own.code: own.label for own in (pack.domains if pack is not None else ())}
    found: dict[str, list[dict[str, Any]]] = {code: [] for code in (*labels, "")}
    for line in lines:
        found[line["register"].domain if line["register"].domain in labels else ""].append(line)
    return [(labels.get(code, ""), own) for code, own in found.items() if own]
