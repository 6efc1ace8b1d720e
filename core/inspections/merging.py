"""How answers of several devices become one. Pure.

Every version names the versions it was given in view of (``bases``) and takes their place. What no version takes the place
of is a head. Two heads that say the same are one answer; two that differ are a conflict, and only a person settles it, by a
version whose bases are both.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Version:
    """What of an answer can differ."""

    id: UUID
    verdict: str
    points: int | None
    note: str
    photos: frozenset[UUID]

    def says_as(self, other: Version) -> bool:
        return (self.verdict, self.points, self.note, self.photos) == (
            other.verdict, other.points, other.note, other.photos,
        )  # fmt: skip


def heads_after(
    heads: Sequence[Version], new: Version, bases: Iterable[UUID], gone: Iterable[UUID]
) -> tuple[UUID, ...]:
    """The heads once ``new`` has come in.

    ``gone``: versions whose place others have already taken (they arrived late, out of order): such a one becomes no head,
    but what it took the place of is gone too.
    """
    replaced = set(bases)
    left = [head for head in heads if head.id not in replaced and head.id != new.id]
    if new.id in set(gone) or any(head.says_as(new) for head in left):
        return tuple(head.id for head in left)
    return (*(head.id for head in left), new.id)


def digest_of(heads: Mapping[str, Iterable[UUID]]) -> str:
    """sha256 over item → heads: what a signature stands under. Another answer, another digest."""
    lines = [f"{item} {' '.join(sorted(map(str, ids)))}" for item, ids in sorted(heads.items())]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
