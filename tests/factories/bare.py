"""Tenants without anything in them, for the floors that need no district."""

from __future__ import annotations

import itertools
import os

from core.db.engines import Database
from core.tenancy.models import Tenant

_serial = itertools.count(1)


def bare_tenant(db: Database, *, kind: str = "district") -> int:
    """Its id. Side effects: a committed row."""
    with db.platform() as session:
        row = Tenant(
            slug=f"bare-{os.getpid()}-{next(_serial)}", name="某某区教育局", kind=kind, created_at=session.now()
        )
        session.add(row)
        session.flush()
        return row.id
