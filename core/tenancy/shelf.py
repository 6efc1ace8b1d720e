"""The pack in force for a tenant, compiled once per version, choice of readings and confirmations, and kept in memory.

Packs are immutable once applied, so a cached one can never be stale; only which version is in force, how the
district chose to read it and what it confirmed, is asked each time.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

import structlog
from sqlalchemy import func, or_, select

from core.db.prepared import Prepared
from core.db.sessions import TenantSession
from core.kernel.errors import Invalid, NotFound
from core.tenancy.changes import CONFIRMED, GRANTS, READINGS
from core.tenancy.models import PackOverride, PackVersion
from core.tenancy.packs.compile import open_compiled
from core.tenancy.packs.grants import granted
from core.tenancy.packs.model import Pack
from core.tenancy.packs.overlay import read_as
from core.tenancy.packs.places import confirmed

log = structlog.get_logger(__name__)
KEY = "pack"
KEPT = 256
"""Compiled packs in memory; enough for the tenants that one process serves at a time."""

Choice = tuple[tuple[str, str], ...]
_shelf: OrderedDict[tuple[int, int, str, Choice], Pack] = OrderedDict()
_lock = Lock()

_NEWEST = Prepared(
    select(
        PackVersion.version,
        PackVersion.digest,
        select(func.jsonb_object_agg(PackOverride.path, PackOverride.value))
        .where(or_(*(func.starts_with(PackOverride.path, kind) for kind in (READINGS, CONFIRMED, GRANTS))))
        .scalar_subquery()
        .label("chosen"),
    ).where(PackVersion.version == select(func.max(PackVersion.version)).scalar_subquery())
)


def current(session: TenantSession) -> Pack | None:
    """The tenant's pack in force, or None for a bureau without one.

    One small query a session; two when the pack is new to this process.
    """
    if KEY not in session.info:
        session.info[KEY] = _in_force(session)
    pack: Pack | None = session.info[KEY]
    return pack


def pack_of(session: TenantSession) -> Pack:
    """The same, for what makes sense in a district only. Raises NotFound for a tenant without a pack."""
    pack = current(session)
    if pack is None:
        raise NotFound("本单位没有区域包")
    return pack


def _in_force(session: TenantSession) -> Pack | None:
    found = _NEWEST.first(session)
    if found is None:
        return None
    # a reading's path carries the option chosen; those of confirmations and grants only stand there
    chosen: Choice = tuple(sorted((path, str(code)) for path, code in (found.chosen or {}).items()))
    key = (session.tenant_id, found.version, found.digest, chosen)
    with _lock:
        pack = _shelf.get(key)
        if pack is not None:
            _shelf.move_to_end(key)
            return pack
    content = session.scalar(select(PackVersion.content).where(PackVersion.version == found.version))
    pack = open_compiled(content or {})
    if chosen:
        pack = _read(pack, chosen, session.tenant_id)
    with _lock:
        _shelf[key] = pack
        while len(_shelf) > KEPT:
            _shelf.popitem(last=False)
    return pack


def _read(pack: Pack, chosen: Choice, tenant_id: int) -> Pack:
    readings = {path.removeprefix(READINGS): code for path, code in chosen if path.startswith(READINGS)}
    try:
        pack = read_as(pack, readings)
    except Invalid as fault:  # the pack moved on under a choice: as shipped is better than not at all
        log.error("reading does not fit the pack", tenant=tenant_id, readings=readings, fault=fault.text())
    said = [path.removeprefix(CONFIRMED) for path, _ in chosen if path.startswith(CONFIRMED)]
    pack = confirmed(pack, said) if said else pack
    more = [path.removeprefix(GRANTS) for path, _ in chosen if path.startswith(GRANTS)]
    return granted(pack, more) if more else pack


def forget(session: TenantSession) -> None:
    """After a reading was chosen in this session."""
    session.info.pop(KEY, None)
