"""Whose filings an actor may see, write, sign and review. The one place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, false, or_, true

from core.access.actor import Actor
from core.reports.models import Expected
from core.reports.permissions import ReportPermission
from core.tenancy.packs.model import Scope

ABOVE = ("bureau", "department")
"""Kinds of units for which posts with the whole district in their scope file; a school files for itself."""


@dataclass(frozen=True)
class FilingReach:
    """For which units somebody files: ``units`` one by one, with ``above`` also for the bureau and its offices;
    ``everything``: jobs and commands."""

    units: frozenset[UUID]
    above: bool
    everything: bool = False

    def has(self, unit_id: UUID, unit_kind: str) -> bool:
        return self.everything or unit_id in self.units or (self.above and unit_kind in ABOVE)

    def filter(self) -> ColumnElement[bool]:
        """SQL over :class:`Expected`."""
        if self.everything:
            return true()
        reached: list[Any] = [Expected.unit_id.in_(self.units)] if self.units else []
        if self.above:
            reached.append(Expected.unit_kind.in_(ABOVE))
        return or_(*reached) if reached else false()

    def __bool__(self) -> bool:
        return self.everything or self.above or bool(self.units)


def files_for(actor: Actor, permission: ReportPermission) -> FilingReach:
    """A post reaches as far as it is one's own: its unit and below for ``unit``, the unit alone for ``own`` and ``cluster``,
    the bureau's own offices for posts with the whole district. Nobody files in the name of a school that is only supervised.
    """
    units: set[UUID] = set()
    above = False
    for grant in actor.grants:
        if not grant.gives(permission):
            continue
        if grant.everything:
            return FilingReach(frozenset(), above=True, everything=True)
        if grant.unit_ids is None:
            above = True
        elif grant.scope == Scope.UNIT:
            units |= grant.unit_ids
        elif grant.home_unit_id is not None:
            units.add(grant.home_unit_id)
    return FilingReach(frozenset(units), above)


def may_file(actor: Actor, unit_id: UUID, unit_kind: str) -> bool:
    """Whether the actor writes the draft there: by writing or by signing."""
    return any(
        files_for(actor, permission).has(unit_id, unit_kind)
        for permission in (ReportPermission.WRITE, ReportPermission.SIGN)
    )


def review_step(actor: Actor, unit_id: UUID) -> str | None:
    """district | cluster | None: as what the actor reviews the filings of that unit. A cluster never reviews itself."""
    step = None
    for grant in actor.grants:
        if not grant.gives(ReportPermission.REVIEW):
            continue
        if grant.unit_ids is None:
            return "district"
        if grant.scope == Scope.CLUSTER and unit_id in grant.unit_ids and unit_id != grant.home_unit_id:
            step = "cluster"
    return step


def visible(actor: Actor) -> ColumnElement[bool]:
    """SQL over :class:`Expected`: the units that the actor reaches."""
    return actor.coverage(ReportPermission.READ).filter(Expected.unit_id)


def reviews(actor: Actor) -> ColumnElement[bool]:
    """SQL over :class:`Expected`: the units whose filings the actor reviews."""
    clusters: set[UUID] = set()
    for grant in actor.grants:
        if not grant.gives(ReportPermission.REVIEW):
            continue
        if grant.unit_ids is None:
            return true()
        if grant.scope == Scope.CLUSTER:
            clusters |= grant.unit_ids - {grant.home_unit_id}
    return Expected.unit_id.in_(clusters) if clusters else false()
