"""The coverage of packs as pages of docs/coverage: one table for each district, and one over all. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from core.tenancy.packs.coverage import Covered, State
from core.tenancy.packs.model import Pack

WORDS = {State.CARRIED: "已承载", State.TEXT_ONLY: "仅文本", State.NOT_CARRIED: "未承载"}
MADE = "<!-- Made by `xiaoan pack coverage-pages`; do not edit. -->"
SHOWN = 3
"""So many elements of a clause are named; the command `xiaoan pack coverage DIR --json` names all."""


def district_page(pack: Pack, rows: Sequence[Covered]) -> str:
    """docs/coverage/<slug>.md: clause, kind, state, elements or reason. Those that nothing carries come first."""
    missing = [row for row in rows if row.state is State.NOT_CARRIED]
    lines = [
        f"# {pack.name}：条款承载情况", "", MADE, "", _sums(rows), "", f"## 未承载（{len(missing)}条）", "",
        *_table(("条款", "类型", "原因"), ((row.id, str(row.kind), row.reason) for row in missing)), "",
        "## 全部条款", "",
        *_table(("条款", "类型", "状态", "承载要素"), ((row.id, str(row.kind), WORDS[row.state], _elements(row)) for row in rows)),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def summary_page(packs: Mapping[str, tuple[Pack, Sequence[Covered]]]) -> str:
    """docs/coverage/README.md: counts by district, and by kind of clause over all districts."""
    head = ("区域", "条款", *WORDS.values(), "应承载的承载率")
    kinds = sorted({str(row.kind) for _, rows in packs.values() for row in rows})
    every = [row for _, rows in packs.values() for row in rows]
    lines = [
        "# 条款承载情况", "", MADE, "", "每一条款由区域包中的哪些要素承载；`policy` 只作原文展示，不计入承载率。", "",
        *_table(head, ((f"[{pack.short_name}]({slug}.md)", *_counts(rows)) for slug, (pack, rows) in packs.items())),
        "", "## 按条款类型", "",
        *_table(("类型", *head[1:]), ((kind, *_counts([row for row in every if row.kind == kind])) for kind in kinds)),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _counts(rows: Sequence[Covered]) -> tuple[str, ...]:
    found = Counter(row.state for row in rows)
    asked = len(rows) - found[State.TEXT_ONLY]
    share = f"{found[State.CARRIED] / asked:.1%}" if asked else "—"
    return (str(len(rows)), *(str(found[state]) for state in WORDS), share)


def _sums(rows: Sequence[Covered]) -> str:
    total, *states, share = _counts(rows)
    parts = "，".join(f"{word}{number}" for word, number in zip(WORDS.values(), states, strict=True))
    return f"共{total}条：{parts}；应承载的承载率{share}。"


def _elements(row: Covered) -> str:
    if row.state is State.NOT_CARRIED:
        return "—"
    more = f" 等{len(row.elements)}项" if len(row.elements) > SHOWN else ""
    return "、".join(f"`{own}`" for own in row.elements[:SHOWN]) + more


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    titles = list(head)
    return [
        "| " + " | ".join(titles) + " |",
        "|" + "---|" * len(titles),
        *("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows),
    ]
