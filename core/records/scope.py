"""Which records an actor may see, and for whom one may record. The one place; every query of records goes through it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement

from core.access.actor import EVERYTHING, Actor, Coverage
from core.db.sessions import TenantSession
from core.orgs.queries import root_unit_id
from core.records.models import Record
from core.records.permissions import RecordPermission
from core.tenancy.packs.model import Scope

BELOW = frozenset({Scope.UNIT, Scope.OWN})
"""Scopes of posts that record for all units they reach; whoever works above others records only what the own office did."""


def visible(actor: Actor, column: Any = Record.unit_id) -> ColumnElement[bool]:
    """SQL: records (shifts, plans …) of the units this actor reaches."""
    return actor.coverage(RecordPermission.READ).filter(column)


def recordable(session: TenantSession, actor: Actor, permission: str = RecordPermission.WRITE) -> Coverage:
    """For which units this actor may record: a school's people for it and what is under it; a department's, a cluster's and the
    bureau's people for their own office, and those who work for the whole district also for the bureau. At most one query."""
    if EVERYTHING in actor.grants:
        return Coverage(None)
    units: set[UUID] = set()
    for grant in actor.grants:
        if not grant.gives(permission):
            continue
        if grant.scope in BELOW:
            units |= grant.unit_ids or frozenset()
        elif grant.home_unit_id is not None:
            units.add(grant.home_unit_id)
            if grant.unit_ids is None and (root := root_unit_id(session)) is not None:
                units.add(root)
    return Coverage(frozenset(units))
