"""The published heads, walked beside the chain: where it does not pass through them, it is not the chain of then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from core.audit.faults import CUT_OFF, HEAD_DAMAGED, NO_HEADS, REWRITTEN, Fault
from core.audit.heads import DamagedLine, Head

KEPT = 1_000
"""Missed heads that are remembered; the first ones and the newest tell all."""


@dataclass(frozen=True)
class Missed:
    head: Head
    agreed: int
    """Place of the last head before it that the chain does pass through."""


class Published:
    """Feed it every link in order with ``compare``, then ask ``faults``."""

    def __init__(self, heads: Iterator[Head | DamagedLine]) -> None:
        self._heads = heads
        self.count = 0
        self.older = 0
        """Of these, signed by a key that was replaced since."""
        self.missed: list[Missed] = []
        self.newest: Head | None = None
        self._damaged: list[int] = []
        self._agreed = 0
        self._next = self._take()

    def compare(self, seq: int, sealed: bytes) -> None:
        while self._next is not None and self._next.seq <= seq:
            if self._next.seq == seq and self._next.hash == sealed:
                self._agreed = seq
            elif len(self.missed) < KEPT:
                self.missed.append(Missed(self._next, self._agreed))
            self._next = self._take()

    def finish(self) -> None:
        """After the last link: what is left lies beyond the end of the chain."""
        while self._next is not None:
            if len(self.missed) < KEPT:
                self.missed.append(Missed(self._next, self._agreed))
            self._next = self._take()

    def hashes(self) -> list[bytes]:
        """Of the missed heads and the newest: do they stand somewhere else?"""
        newest = [self.newest.hash] if self.newest else []
        return [missed.head.hash for missed in self.missed] + newest

    def shifted(self, places: Mapping[bytes, int]) -> bool:
        """Whether a head stands elsewhere than where it was published. ``places``: hash → where it stands now."""
        return any(places.get(missed.head.hash, missed.head.seq) != missed.head.seq for missed in self.missed)

    def faults(self, *, end: int, places: Mapping[bytes, int]) -> Iterator[Fault]:
        """``end``: last place of the chain. A head that stands where it should was only told out of turn."""
        yield from (Fault(HEAD_DAMAGED, seq=number) for number in self._damaged)
        if end and self.newest is None and not self._damaged:
            yield Fault(NO_HEADS)
        for missed in self.missed:
            if missed.head.seq <= end and missed.head.hash not in places:
                yield Fault(
                    REWRITTEN, seq=min(missed.agreed + 1, missed.head.seq), until=missed.head.seq, at=missed.head.at
                )
                break
        newest = self.newest
        if newest is not None and newest.seq > end and newest.hash not in places:
            yield Fault(CUT_OFF, seq=end + 1, until=newest.seq, at=newest.at)

    def _take(self) -> Head | None:
        for head in self._heads:
            if isinstance(head, Head):
                self.count += 1
                self.older += head.older_key
                if self.newest is None or head.seq >= self.newest.seq:
                    self.newest = head
                return head
            self._damaged.append(head.number)
        return None
