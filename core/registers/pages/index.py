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
        return render_template("registers/index.html", lines=lines)
