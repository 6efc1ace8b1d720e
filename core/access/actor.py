"""The actor of a request, job or command: passed to every write, never looked up from the surroundings.

A grant is one post: its permissions and the units it covers. Two grants never add up: a check passes only where one
grant has both the permission and the unit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, false, true

from core.kernel.errors import Forbidden, NotFound


@dataclass(frozen=True)
class Grant:
    """What one post gives. ``unit_ids`` None: the whole tenant."""

    permissions: frozenset[str]
    unit_ids: frozenset[UUID] | None
    post_id: UUID | None = None
    post_title: str = ""
    post_code: str = ""
    home_unit_id: UUID | None = None
    """The unit in which the post is held (a school, a department)."""
    scope: str = ""
    """own | unit | cluster | department | district, as the pack says; own and department narrow further by feature."""
    everything: bool = False
    """Every permission there is; of ``EVERYTHING`` only, never of a post."""

    def gives(self, permission: str) -> bool:
        return self.everything or permission in self.permissions

    def narrowed(self, permissions: frozenset[str]) -> Grant:
        return replace(
            self, permissions=permissions if self.everything else self.permissions & permissions, everything=False
        )


@dataclass(frozen=True)
class Coverage:
    """The units in which a permission holds: everywhere (``unit_ids`` None) or in a set, perhaps empty."""

    unit_ids: frozenset[UUID] | None

    @property
    def everywhere(self) -> bool:
        return self.unit_ids is None

    def __contains__(self, unit_id: UUID) -> bool:
        return self.unit_ids is None or unit_id in self.unit_ids

    def __bool__(self) -> bool:
        return self.unit_ids is None or bool(self.unit_ids)

    def within(self, other: Coverage) -> Coverage:
        """The units of both."""
        if self.unit_ids is None or other.unit_ids is None:
            return other if self.unit_ids is None else self
        return Coverage(self.unit_ids & other.unit_ids)

    def includes(self, unit_ids: Iterable[UUID] | None) -> bool:
        """All these units; None: everywhere."""
        return self.unit_ids is None or (unit_ids is not None and self.unit_ids.issuperset(unit_ids))

    def with_unit(self, unit_id: UUID) -> Coverage:
        """Also this unit: one just created lies outside the grants that were resolved before it existed."""
        return self if self.unit_ids is None else Coverage(self.unit_ids | {unit_id})

    def filter(self, column: Any) -> ColumnElement[bool]:
        """SQL: the row's unit is covered."""
        if self.unit_ids is None:
            return true()
        return column.in_(self.unit_ids) if self.unit_ids else false()


@dataclass(frozen=True)
class Actor:
    """``kind``: person, token, system, command. ``person_id`` None for system and command."""

    tenant_id: int
    person_id: UUID | None
    name: str
    kind: str
    grants: tuple[Grant, ...] = ()

    @classmethod
    def system(cls, tenant_id: int, why: str) -> Actor:
        """For jobs and commands: acts everywhere in its tenant; ``why`` stands in the audit log as the name."""
        return cls(tenant_id=tenant_id, person_id=None, name=why, kind="system", grants=(EVERYTHING,))

    def may(self, permission: str, unit_id: UUID | None = None) -> bool:
        """With ``unit_id``: in that unit; without: anywhere at all."""
        coverage = self.coverage(permission)
        return bool(coverage) if unit_id is None else unit_id in coverage

    def require(self, permission: str, unit_id: UUID | None = None) -> None:
        """Raises Forbidden without the permission anywhere, NotFound where only the unit is out of reach."""
        if not self.may(permission):
            raise Forbidden()
        if unit_id is not None and not self.may(permission, unit_id):
            raise NotFound()

    def coverage(self, permission: str) -> Coverage:
        units: set[UUID] = set()
        for grant in self.grants:
            if grant.gives(permission):
                if grant.unit_ids is None:
                    return Coverage(None)
                units |= grant.unit_ids
        return Coverage(frozenset(units))

    def rights(self) -> dict[str, list[str] | None]:
        """Permission → ids of the units in which it holds, None for the whole tenant; to be kept with what is made by them."""
        held = frozenset().union(*(grant.permissions for grant in self.grants))
        covered = {permission: self.coverage(permission).unit_ids for permission in sorted(held)}
        return {name: None if units is None else sorted(map(str, units)) for name, units in covered.items()}

    def still_has(self, rights: Mapping[str, Sequence[str] | None]) -> bool:
        """Whether none of ``rights`` was lost since, in any unit."""
        return all(
            self.coverage(permission).includes(None if units is None else map(UUID, units))
            for permission, units in rights.items()
        )

    def grants_in(self, unit_id: UUID) -> Iterable[Grant]:
        """The grants that reach ``unit_id``; for rules that ask which post somebody holds there."""
        return (grant for grant in self.grants if grant.unit_ids is None or unit_id in grant.unit_ids)

    def narrowed(self, permissions: Iterable[str]) -> Actor:
        """The same actor with at most these permissions (API tokens): never more than the person has."""
        allowed = frozenset(permissions)
        grants = tuple(grant.narrowed(allowed) for grant in self.grants)
        return replace(self, kind="token", grants=grants)


EVERYTHING = Grant(permissions=frozenset(), unit_ids=None, post_title="system", everything=True)
