"""The work plan, expanded: rows that only say 同10月 stand as copies of the rows they name. Pure.

Source of the rule: reading C23 of sip: such a row copies what it points to and stays linked with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from core.tenancy.packs.model import Pack, Task

JOIN = "."
"""Between row and origin in the code of a copy; no code of a pack holds it."""


@dataclass(frozen=True)
class PlanTask:
    """A task as it is done. ``row``: code of the row it stands in; ``origin``: of the row it copies, '' for one of its own."""

    code: str
    row: str
    origin: str
    no: str
    label: str
    campaign: str
    phase: str
    category: str
    window: str
    starts: date | None
    ends: date | None
    responsible: tuple[str, ...]
    participating: tuple[str, ...]
    open_ended: bool
    evidence: bool
    sign_off: bool
    remark: str
    clauses: tuple[str, ...]
    confirm: bool
    note: str
    repeats: tuple[str, ...] = ()
    """Rows with the same work in another time, where this one is written out itself."""
    said: str = ""
    """The row's own words where it is a copy: 同10月."""

    @property
    def local(self) -> bool:
        """Added by the district."""
        return self.code.startswith("own-")


def expanded(pack: Pack) -> tuple[PlanTask, ...]:
    """Every task of the pack in the order of the plan; nothing stands twice in one row."""
    rows = {task.code: task for task in pack.tasks}
    return tuple(task for row in pack.tasks for task in _of(row, rows))


def copies_of(tasks: Iterable[PlanTask]) -> dict[str, tuple[str, ...]]:
    """Code of a row → codes of the copies made of it, in the order of the plan."""
    found: dict[str, list[str]] = {}
    for task in tasks:
        if task.origin:
            found.setdefault(task.origin, []).append(task.code)
    return {origin: tuple(codes) for origin, codes in found.items()}


def _of(row: Task, rows: Mapping[str, Task]) -> Iterator[PlanTask]:
    if not row.copies:
        yield _plain(row)
        return
    for origin in dict.fromkeys(_origins(row, rows, frozenset())):
        yield _copy(row, rows[origin])


def _origins(row: Task, rows: Mapping[str, Task], seen: frozenset[str]) -> Iterator[str]:
    """The rows with words of their own that ``row`` comes down to; a circle is the pack check's affair and ends here."""
    for code in row.same_as:
        if code in seen or code not in rows:
            continue
        if rows[code].copies:
            yield from _origins(rows[code], rows, seen | {row.code, code})
        else:
            yield code


def _plain(row: Task) -> PlanTask:
    return PlanTask(
        code=row.code, row=row.code, origin="", no=row.no, label=row.label, campaign=row.campaign, phase=row.phase,
        category=row.category, window=row.window, starts=row.starts, ends=row.ends, responsible=row.responsible,
        participating=row.participating, open_ended=row.open_ended, evidence=row.evidence, sign_off=row.sign_off,
        remark=row.remark, clauses=row.clauses, confirm=row.confirm, note=row.note, repeats=row.same_as,
    )  # fmt: skip


def _copy(row: Task, origin: Task) -> PlanTask:
    """What is to be done and by whom is the origin's, when and in which phase is the row's. A remark with a date
    (初定10.30) was said of another month, so the row's own stands."""
    return replace(
        _plain(row), code=f"{row.code}{JOIN}{origin.code}", origin=origin.code, said=row.label, label=origin.label,
        category=row.category or origin.category, responsible=origin.responsible, participating=origin.participating,
        open_ended=row.open_ended or origin.open_ended, evidence=origin.evidence or row.evidence,
        sign_off=origin.sign_off or row.sign_off, confirm=row.confirm or origin.confirm,
        note="；".join(dict.fromkeys(note for note in (row.note, origin.note) if note)), repeats=(),
    )  # fmt: skip
