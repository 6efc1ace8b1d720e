"""Who inspects whom when the schools of one cluster look at each other (片区互查). Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from uuid import UUID

Teams = Mapping[UUID, Sequence[UUID]]
"""School → people there who may inspect."""


def pair_up(
    schools: Sequence[UUID], teams: Teams, barred: frozenset[tuple[UUID, UUID]], *, salt: str
) -> list[tuple[UUID, UUID, tuple[UUID, ...]]]:
    """(inspected, inspecting, people) for every school that can be served; never itself, and from three schools on never
    each other.

    The schools stand in a ring in an order that ``salt`` decides; each goes to the next one. Of a school's people those
    stay at home who have a conflict with the other; if nobody is left, the school after it goes. ``barred``: (school, person).
    """
    ring = sorted(schools, key=lambda school: hashlib.sha256(f"{salt}:{school}".encode()).digest())
    pairs: list[tuple[UUID, UUID, tuple[UUID, ...]]] = []
    going: dict[UUID, UUID] = {}
    for place, inspected in enumerate(ring):
        others = [ring[(place + step) % len(ring)] for step in range(1, len(ring))]
        fair = [other for other in others if going.get(inspected) != other] if len(ring) > 2 else others
        for inspecting in fair:
            people = tuple(who for who in teams.get(inspecting, ()) if (inspected, who) not in barred)
            if people:
                pairs.append((inspected, inspecting, people))
                going[inspecting] = inspected
                break
    return pairs
