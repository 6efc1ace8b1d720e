"""The tables of the tenant: those of its pack with its own columns laid over."""

from __future__ import annotations

from core.db.sessions import TenantSession
from core.kernel.errors import NotFound
from core.statistics.local import Arranged
from core.tenancy import shelf
from core.tenancy.changes import TABLES, changes
from core.tenancy.packs.model import Table
from core.tenancy.shelf import pack_of


def tables(session: TenantSession) -> tuple[Table, ...]:
    """In the order of the pack; none in a bureau. At most two small queries a session."""
    pack = shelf.current(session)
    if pack is None or not pack.tables:
        return ()
    local = changes(session).tables
    return tuple(Arranged.of(local.get(table.code)).over(table) for table in pack.tables)


def table(session: TenantSession, code: str) -> Table:
    """Raises NotFound."""
    found = next((one for one in tables(session) if one.code == code), None)
    if found is None:
        raise NotFound()
    return found


def arranged(session: TenantSession, code: str) -> tuple[Table, Arranged, int]:
    """The table as the pack has it, the district's changes, and their version (0 = none). Raises NotFound."""
    pack = pack_of(session)
    found = next((one for one in pack.tables if one.code == code), None)
    if found is None:
        raise NotFound()
    own = changes(session)
    return found, Arranged.of(own.tables.get(code)), own.versions.get(TABLES + code, 0)
