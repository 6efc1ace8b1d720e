"""All registers that one may read, with what runs out and what rules find."""

from __future__ import annotations

from typing import Any

from flask import render_template

from core.http.blueprints import PageBlueprint
from core.http.context import current
from core.registers.catalogue import Registers
from core.registers.queries.breaches import rule_lines
from core.registers.queries.entries import sums


def add_index(bp: PageBlueprint, registers: Registers) -> None:
    @bp.get("/registers", signed_in=True)
    def index() -> str:
        context = current()
        lines: list[dict[str, Any]] = []
        for register in registers.in_force(context.session).values():
            coverage = context.actor.coverage(register.read)
            if coverage:
                counted = sums(context.session, register, coverage)
                rules = rule_lines(context.session, register, coverage)
                failing = sum(rule.failing for rule in rules if not rule.assumed)
                lines.append({"register": register, "sums": counted, "rules": len(rules), "failing": failing})
        return render_template("registers/index.html", lines=lines)
