"""What can be wrong with a chain, and how broken links are told apart. Pure: no database, no files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core.audit.chain import link
from core.kernel.phrases import Phrase

CHANGED = "changed"
REMOVED = "removed"
REORDERED = "reordered"
REWRITTEN = "rewritten"
CUT_OFF = "cut_off"
UNSEALED = "unsealed"
HEAD_DAMAGED = "head_damaged"
NO_HEADS = "no_heads"

TEXTS = {
    CHANGED: "第 %(seq)s 条被改动",
    REMOVED: "第 %(seq)s 条被删除",
    REORDERED: "第 %(seq)s 条被换了位置",
    REWRITTEN: "第 %(seq)s 至 %(until)s 条之间被整体改写，与库外公布的链头不符",
    CUT_OFF: "第 %(seq)s 至 %(until)s 条被截去，库外公布的链头更长",
    UNSEALED: "有未封存的记录：绕过系统写入，或封存任务停了",
    HEAD_DAMAGED: "库外链头文件第 %(seq)s 行的签名无效",
    NO_HEADS: "库外没有链头文件，无法判断末尾是否被截去",
}


@dataclass(frozen=True)
class Fault:
    """``seq``: place in the chain (for head_damaged the line of the file); ``until``: last place, where it is a range."""

    kind: str
    seq: int | None = None
    until: int | None = None
    audit_id: UUID | None = None
    at: datetime | None = None
    """System time of the published head that disagrees."""

    def covers(self, first: int, last: int) -> bool:
        return self.seq is not None and self.seq <= last and first <= (self.until or self.seq)

    def text(self) -> str:
        """In the words of TEXTS."""
        if self.kind == REMOVED and self.seq is None:
            return "有一条尚未封存的记录被删除"
        if self.kind == REMOVED and self.until not in (None, self.seq):
            return Phrase("第 %(seq)s 至 %(until)s 条被删除", seq=self.seq, until=self.until)
        return Phrase(TEXTS[self.kind], seq=self.seq, until=self.until)


@dataclass(frozen=True)
class Suspect:
    """A link that does not follow from its entry and the stored hash before it."""

    seq: int
    canonical: bytes
    previous: bytes
    sealed: bytes


def explain(suspects: Sequence[Suspect], *, shifted: bool) -> Iterator[Fault]:
    """Names the cause of each broken link; links that are broken only by a fault beside them are left out.

    ``shifted``: published heads stand earlier in the chain than when they were published, so something was taken out
    and the rest renumbered.
    """
    broken = {suspect.seq for suspect in suspects}
    # Whose hash might be the true predecessor of a suspect: the stored ones around here, and what should be stored.
    holders: dict[bytes, int | None] = {}
    for suspect in suspects:
        holders[link(suspect.previous, suspect.canonical)] = None
        holders[suspect.sealed] = suspect.seq
    for suspect in suspects:
        holders.setdefault(suspect.previous, suspect.seq - 1)
    for suspect in suspects:
        found = [holder for before, holder in holders.items() if link(before, suspect.canonical) == suspect.sealed]
        if not found:
            yield Fault(REMOVED if shifted else CHANGED, seq=suspect.seq)
        elif found[0] is not None and found[0] not in broken:
            yield Fault(REORDERED, seq=suspect.seq)
