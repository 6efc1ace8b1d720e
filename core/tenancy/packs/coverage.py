"""Which element of a pack carries each clause of its notice, and which clauses nothing carries. Pure.

Honest by construction: an element counts only if its section is one that the product runs (:data:`RUNS`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.tenancy.packs.checks.report import walk
from core.tenancy.packs.faults import Path
from core.tenancy.packs.model import Clause, ClauseKind, Pack
from core.tenancy.packs.model.base import Coded, Sourced

RUNS = frozenset({
    "terms", "documents", "settings", "org_types", "departments", "bodies", "posts", "main_tasks", "campaigns", "calendar",
    "domains", "lifecycle", "registers", "checklists", "tasks", "reports", "accountability", "obligations", "counters", "tables", "topics",
    "indicators", "assessment", "exams", "qualifications",
})  # fmt: skip
"""Sections that something in the product acts on. Clauses, readings and layers are text about the others."""

TEXT = frozenset({"clauses", "readings", "base", "questions"})
"""Sections that only speak of clauses: asking what a sentence says does not do what it asks."""

SHOWN = {"documents": frozenset({ClauseKind.RULE, ClauseKind.REGISTER})}
"""Sections that only show something carry no more than what asks to be shown: a title, a superior document."""


class State(StrEnum):
    CARRIED = "carried"
    TEXT_ONLY = "text_only"
    """A policy: shown as text of the notice, nothing to check."""
    NOT_CARRIED = "not_carried"


@dataclass(frozen=True, slots=True)
class Covered:
    """One clause: the elements that carry it, as ``section[code].part``, or why none does."""

    id: str
    kind: ClauseKind
    state: State
    elements: tuple[str, ...] = ()
    reason: str = ""


def coverage(pack: Pack, *, outside: Mapping[str, Iterable[str]] | None = None) -> list[Covered]:
    """Every clause of the pack, in the order of the notice.

    ``outside``: elements beyond the pack that name clauses (categories, registers and rules of plugins): name → clause ids.
    """
    carried, waiting = _elements(pack, pack_wide=outside or {})
    return [_covered(clause, carried.get(clause.id, ()), waiting.get(clause.id, ())) for clause in pack.clauses]


def _covered(clause: Clause, carried: Iterable[str], waiting: Iterable[str]) -> Covered:
    elements, later = tuple(dict.fromkeys(carried)), tuple(dict.fromkeys(waiting))
    if elements:
        return Covered(clause.id, clause.kind, State.CARRIED, elements)
    if clause.kind is ClauseKind.POLICY:
        return Covered(clause.id, clause.kind, State.TEXT_ONLY)
    said = f"已写入区域包（{'、'.join(later)}），承载它的功能尚未完成" if later else "区域包中没有引用它的要素"
    reason = clause.reason or said
    return Covered(clause.id, clause.kind, State.NOT_CARRIED, later, reason)


def _elements(
    pack: Pack, *, pack_wide: Mapping[str, Iterable[str]]
) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Clause id → names of elements: those that run, and those whose section waits for its feature."""
    carried: dict[str, list[str]] = defaultdict(list)
    waiting: dict[str, list[str]] = defaultdict(list)
    kinds = {clause.id: clause.kind for clause in pack.clauses}
    for path, element in walk(pack):
        if isinstance(element, Sourced) and path and path[0] not in TEXT:
            section = str(path[0])
            for clause in element.clauses:
                runs = section in RUNS and (section not in SHOWN or kinds.get(clause) in SHOWN[section])
                (carried if runs else waiting)[clause].append(element_name(pack, path))
    for name, clauses in pack_wide.items():
        for clause in clauses:
            carried[clause].append(name)
    return carried, waiting


def element_name(pack: Pack, path: Path) -> str:
    """``lifecycle.moves[close]``: positions are replaced by codes, where there are any."""
    return "".join(_steps(pack, path)).removeprefix(".")


def _steps(pack: Pack, path: Path) -> Iterator[str]:
    here: object = pack
    for step in path:
        if isinstance(step, str):
            here = getattr(here, step)
            yield f".{step}"
        else:
            here = here[step]  # type: ignore[index]  # a number stands for a place in a tuple
            yield f"[{here.code if isinstance(here, Coded) else step + 1}]"
