"""Tenants without anything in them, for the floors that need no district: import the fixtures where they are wanted."""

from __future__ import annotations

import itertools
import os

import pytest

from core.db.engines import Database
from core.tenancy.models import Tenant

_serial = itertools.count(1)


def bare_tenant(db: Database, *, kind: str = "district") -> int:
    """Its id. Side effects: a committed row."""
    with db.platform() as session:
        row = Tenant(slug=f"bare-{os.getpid()}-{next(_serial)}", name="某某区教育局", kind=kind, created_at=session.now())
        session.add(row)
        session.flush()
        return row.id


@pytest.fixture
def tenant_id(db: Database) -> int:
    return bare_tenant(db)


@pytest.fixture
def neighbour_id(db: Database) -> int:
    return bare_tenant(db)
