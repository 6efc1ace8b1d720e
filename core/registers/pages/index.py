"""All registers that one may read and somebody within reach keeps, with what runs out and what rules find."""

from __future__ import annotations

from typing import Any

from flask import render_template

from core.http.blueprints import PageBlueprint
from core.http.context import current
from core.registers.catalogue import Registers
from core.registers.queries.breaches import rule_lines_of
from core.registers.queries.entries import sums_of
from core.registers.queries.options import kept_by, sorts_of
from core.tenancy import shelf
from core.tenancy.packs.model import Pack


def add_index(bp: PageBlueprint, registers: Registers) -> None:
    @bp.get("/registers", signed_in=True)
    def index() -> str:
        context = current()
        pack = shelf.current(context.session)
        stages = {own.code: frozenset(map(str, own.stages)) for own in (pack.domains if pack is not None else ())}
        asked = [(register, register.reach(context.actor)) for register in registers.in_force(context.session).values()]
        asked = [(register, coverage) for register, coverage in asked if coverage]
        sorts = {coverage: sorts_of(context.session, coverage) for coverage in {coverage for _, coverage in asked}}
        counted = sums_of(context.session, asked)
        kept = [
            (register, coverage)
            for register, coverage in asked
            # a primary school has no chemicals, a school no ledger of the bureau's
            if counted[register.slug].total
            or kept_by(register, sorts[coverage], stages.get(register.domain, frozenset()))
        ]
        rules = rule_lines_of(context.session, kept)
        lines = [
            {
                "register": register, "sums": counted[register.slug], "rules": len(rules[register.slug]),
                "failing": sum(rule.failing for rule in rules[register.slug] if not rule.assumed),
            }
            for register, _ in kept
        ]  # fmt: skip
        return render_template("registers/index.html", groups=_by_domain(lines, pack))


def _by_domain(lines: list[dict[str, Any]], pack: Pack | None) -> list[tuple[str, list[dict[str, Any]]]]:
    """(Domain's label, its registers) in the pack's order; what belongs to no domain comes last, under an empty label."""
    labels = {own.code: own.label for own in (pack.domains if pack is not None else ())}
    found: dict[str, list[dict[str, Any]]] = {code: [] for code in (*labels, "")}
    for line in lines:
        found[line["register"].domain if line["register"].domain in labels else ""].append(line)
    return [(labels.get(code, ""), own) for code, own in found.items() if own]
