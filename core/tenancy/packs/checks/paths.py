"""The lifecycle as a graph: whoever reaches the end has met what every district must ask.

A demand counts only where no way round it exists: the moves that make it are taken out of the graph, and
the closed stage must then be out of reach.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from core.tenancy.packs.checks.report import Report, check
from core.tenancy.packs.model import (
    ALWAYS,
    Canonical,
    Lifecycle,
    Move,
    Need,
    Pack,
    Party,
    Requirement,
)

_AT = ("lifecycle",)


@check("lifecycle")
def reachable(pack: Pack, report: Report) -> None:
    """Every stage can be reached, every open stage leads to the end, nothing leaves a final stage."""
    life = pack.lifecycle
    stages = {stage.code for stage in life.stages}
    if life.initial not in stages:
        return  # already a fault of its own
    closed = set(life.stages_of(Canonical.CLOSED))
    if not closed:
        report.fault((*_AT, "stages"), "no-end", "没有对应 closed 的阶段", "至少一个阶段写 canonical: closed")
    reached = _reach({life.initial}, life.moves)
    leading = _reach_back(closed, life.moves)
    for index, stage in enumerate(life.stages):
        path = (*_AT, "stages", index)
        if stage.code not in reached:
            report.fault(path, "unreachable", f"阶段 {stage.label} 到不了", "加一个以它为 to 的动作，或去掉它")
        if closed and not stage.canonical.final and stage.code not in leading:
            report.fault(path, "dead-end", f"从 {stage.label} 走不到{life.closing_word}", "加一个离开它的动作")
    finals = set(life.stages_of(Canonical.CLOSED, Canonical.CANCELLED))
    for index, move in enumerate(life.moves):
        for f, code in enumerate(move.from_):
            if code in finals:
                right = "再次出现的隐患记为关联的新隐患，不重开旧案"
                report.fault(
                    (*_AT, "moves", index, "from", f), "leaves-final", f"{move.label} 从终结阶段 {code} 出发", right
                )


@check("lifecycle")
def demands(pack: Pack, report: Report) -> None:
    """No path to the end without a plan, evidence, a look by somebody, and a second person."""
    life = pack.lifecycle
    if life.initial not in {stage.code for stage in life.stages}:
        return
    laws: tuple[tuple[str, str, Callable[[Lifecycle, Move], bool]], ...] = (
        ("no-plan", "整改方案（need: plan）", lambda life, move: _demands(life, move, Need.PLAN)),
        ("no-evidence", "佐证材料（need: evidence）", lambda life, move: _demands(life, move, Need.EVIDENCE)),
        ("no-verification", "复核（need: verification 或进入 verified 阶段）", _verified),
        ("one-person", "另一人（not_same_person_as: [rectifier]）", _second_person),
    )
    for code, what, meets in laws:
        others = [move for move in life.moves if not meets(life, move)]
        slip = _reach({life.initial}, others) & set(life.stages_of(Canonical.CLOSED))
        if slip:
            wrong = f"不经过{what}就能{life.closing_word}"
            report.fault((*_AT, "moves", _last_into(life, others, slip)), code, wrong, "在必经的动作或阶段上写明要求")


@check("lifecycle")
def shortcuts(pack: Pack, report: Report) -> None:
    """A shortcut walks existing moves, end to start, and never closes by itself."""
    life = pack.lifecycle
    moves = {move.code: move for move in life.moves}
    stages = {stage.code: stage for stage in life.stages}
    for index, shortcut in enumerate(life.shortcuts):
        path = (*_AT, "shortcuts", index, "moves")
        report.known(path, shortcut.moves, moves, "动作", "no-such-move")
        at: str | None = None
        for m, code in enumerate(shortcut.moves):
            move = moves.get(code)
            if move is None:
                break
            if at is not None and at not in move.from_:
                report.fault(
                    (*path, m), "broken-chain", f"{move.label} 不能从 {at} 出发", "前一动作到哪里，后一动作就从哪里开始"
                )
            at = move.to
        if at in stages and stages[at].canonical is Canonical.CLOSED:
            report.fault(
                path,
                "shortcut-closes",
                f"{shortcut.label} 一步走到{life.closing_word}",
                "整改与复核要分开，停在整改之后",
            )


def _demands(life: Lifecycle, move: Move, need: Need) -> bool:
    """Conditional demands do not count: some hazard would slip through."""
    stage = next((stage for stage in life.stages if stage.code == move.to), None)
    all_of: tuple[Requirement, ...] = move.requires + (stage.requires if stage else ())
    return any(requirement.need is need and requirement.when == ALWAYS for requirement in all_of)


def _verified(life: Lifecycle, move: Move) -> bool:
    to_verified = any(stage.code == move.to and stage.canonical is Canonical.VERIFIED for stage in life.stages)
    return to_verified or _demands(life, move, Need.VERIFICATION)


def _second_person(life: Lifecycle, move: Move) -> bool:
    late = (Canonical.VERIFIED, Canonical.CLOSED)
    into = any(stage.code == move.to and stage.canonical in late for stage in life.stages)
    return into and Party.RECTIFIER in move.not_same_person_as


def _reach(start: set[str], moves: Iterable[Move]) -> set[str]:
    moves, reached, grew = tuple(moves), set(start), True
    while grew:
        more = {move.to for move in moves if reached.intersection(move.from_)}
        grew = not more <= reached
        reached |= more
    return reached


def _reach_back(end: set[str], moves: Iterable[Move]) -> set[str]:
    moves, reached, grew = tuple(moves), set(end), True
    while grew:
        more = {code for move in moves if move.to in reached for code in move.from_}
        grew = not more <= reached
        reached |= more
    return reached


def _last_into(life: Lifecycle, moves: list[Move], slip: set[str]) -> int:
    """Where to point: the move that ends the slip."""
    return next(index for index, move in enumerate(life.moves) if move in moves and move.to in slip)


CHECKS = (reachable, demands, shortcuts)
