"""The tables of the tenant: those of its pack."""

from __future__ import annotations

from core.db.sessions import TenantSession
from core.kernel.errors import NotFound
from core.tenancy import shelf
from core.tenancy.packs.model import Table


def tables(session: TenantSession) -> tuple[Table, ...]:
    """In the order of the pack; none in a bureau."""
    pack = shelf.current(session)
    return () if pack is None else pack.tables


def table(session: TenantSession, code: str) -> Table:
    """Raises NotFound."""
    found = next((one for one in tables(session) if one.code == code), None)
    if found is None:
        raise NotFound()
    return found
