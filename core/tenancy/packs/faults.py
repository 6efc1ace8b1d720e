"""What is wrong with a pack, said so that its writer can mend it. Knows no section."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from typing import Any

from core.kernel.errors import Invalid

Path = tuple[str | int, ...]
"""Address of a value in the pack: ``("lifecycle", "moves", 3, "to")``."""


@dataclass(frozen=True, order=True, slots=True)
class Fault:
    """One fault. ``file`` is relative to the pack's folder, ``line`` counts from 1."""

    file: str
    line: int
    code: str
    """Stable name for programs: ``unknown-key``, ``no-such-stage`` …"""
    at: str
    """Where in the pack: ``lifecycle.moves[3].to``."""
    wrong: str
    """What is wrong."""
    right: str = ""
    """What would be right."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.wrong}" + (f"；{self.right}" if self.right else "") + f"（{self.at}）"

    def as_dict(self) -> dict[str, Any]:
        """For ``--json``."""
        return asdict(self)


class PackFaults(Invalid):
    """A pack that must not be used: carries every fault found, in the order of files and lines."""

    default = "区域包有误，未载入"

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__("区域包有 %(count)s 处错误，未载入", count=len(self.faults))

    def __str__(self) -> str:
        return "\n".join(map(str, self.faults))


def dotted(path: Path) -> str:
    """``("moves", 3, "to")`` → ``moves[3].to``."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text or "/"


def nearest(word: object, known: Iterable[str]) -> str:
    """A hint for a misspelt word: the nearest known one, else what there is."""
    known = sorted(set(known))
    if not known:
        return "区域包里还没有，先写上它，或去掉这一项"
    close = get_close_matches(str(word), known, n=1, cutoff=0.6)
    if close:
        return f"是否想写 {close[0]}？"
    return f"可用：{'、'.join(known[:24])}{' …' if len(known) > 24 else ''}"
