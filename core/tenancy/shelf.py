"""The pack in force for a tenant, compiled once per version and kept in memory.

Packs are immutable once applied, so a cached one can never be stale; only which version is in force is asked each time.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from sqlalchemy import func, select

from core.db.sessions import TenantSession
from core.tenancy.models import PackVersion
from core.tenancy.packs.compile import open_compiled
from core.tenancy.packs.model import Pack

KEY = "pack"
KEPT = 256
"""Compiled packs in memory; enough for the tenants that one process serves at a time."""

_shelf: OrderedDict[tuple[int, int, str], Pack] = OrderedDict()
_lock = Lock()


def current(session: TenantSession) -> Pack | None:
    """The tenant's pack in force, or None for a bureau without one.

    One small query a session; two when the pack is new to this process.
    """
    if KEY not in session.info:
        session.info[KEY] = _in_force(session)
    pack: Pack | None = session.info[KEY]
    return pack


def _in_force(session: TenantSession) -> Pack | None:
    newest = select(func.max(PackVersion.version)).scalar_subquery()
    found = session.execute(select(PackVersion.version, PackVersion.digest).where(PackVersion.version == newest)).first()
    if found is None:
        return None
    key = (session.tenant_id, found.version, found.digest)
    with _lock:
        pack = _shelf.get(key)
        if pack is not None:
            _shelf.move_to_end(key)
            return pack
    content = session.scalar(select(PackVersion.content).where(PackVersion.version == found.version))
    pack = open_compiled(content or {})
    with _lock:
        _shelf[key] = pack
        while len(_shelf) > KEPT:
            _shelf.popitem(last=False)
    return pack
