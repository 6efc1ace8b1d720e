"""Brings a tenant to a new version of its pack: what would change, what becomes of its own changes, and the change itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, select

from core.db.sessions import TenantSession
from core.kernel.clock import local_date
from core.kernel.errors import Stale
from core.kernel.schoolyear import Span
from core.tenancy import changes, shelf
from core.tenancy.merge import Merge, Side, merge
from core.tenancy.models import PackOverride, PackVersion
from core.tenancy.packs.compile import compile_pack, open_compiled
from core.tenancy.packs.difference import Difference, difference
from core.tenancy.packs.model import Pack

LOCK = 0x7061636B
"""First half of the advisory lock's key: one change of a tenant's pack at a time."""
LOOKED_AHEAD = timedelta(days=365)
"""How far due days are compared."""


@dataclass(frozen=True)
class Ahead:
    """``version``: of the pack in force, 0 without one. ``local``: what the district changed, path → value."""

    version: int
    before: Pack | None
    after: Pack
    difference: Difference | None
    merge: Merge
    local: Mapping[str, Any]


@dataclass(frozen=True)
class Applied:
    """``version``: in force now; ``new``: whether anything was applied. ``ended``: changes of the district's own that are over."""

    version: int
    new: bool
    before: Mapping[str, Any] = field(default_factory=dict)
    ended: Mapping[str, Any] = field(default_factory=dict)


def look_ahead(session: TenantSession, pack: Pack) -> Ahead:
    """What ``pack`` would change for this tenant from today on. Reads only."""
    held = newest(session)
    local = {row.path: row.value for row in session.execute(select(PackOverride.path, PackOverride.value))}
    if held is None:
        return Ahead(0, None, pack, None, Merge((), (), ()), local)
    before = open_compiled(held.content)
    today = local_date(session.now())
    asked = Span(today, today + LOOKED_AHEAD)
    return Ahead(held.version, before, pack, difference(before, pack, asked=asked), merge(before, pack, local), local)


def bring_up(
    session: TenantSession, pack: Pack, *, by: str, decisions: Mapping[str, Side], expected: int | None = None
) -> Applied:
    """Adds a version where the content differs from the one in force, and ends the local changes that lapse or that were
    decided against, all in the caller's transaction. ``expected``: the version that the decisions were made on.

    Raises Invalid naming the changes that nobody decided about, Stale where another version came into force meanwhile.
    """
    compiled = compile_pack(pack)
    session.execute(select(func.pg_advisory_xact_lock(LOCK, session.tenant_id)))
    held = newest(session)
    if expected is not None and (held.version if held else 0) != expected:
        raise Stale()
    if held is not None and held.digest == compiled.digest:
        return Applied(held.version, new=False)
    ended: dict[str, Any] = {}
    if held is not None:
        mine = session.execute(select(PackOverride.path, PackOverride.value).with_for_update())
        local = {row.path: row.value for row in mine}
        over = merge(open_compiled(held.content), pack, local).ended(decisions)
        ended = {path: local[path] for path in over}
        if over:
            session.execute(delete(PackOverride).where(PackOverride.path.in_(over)))
    version = held.version + 1 if held is not None else 1
    session.add(
        PackVersion(
            version=version, digest=compiled.digest, content=compiled.content, applied_at=session.now(), applied_by=by
        )
    )
    session.flush()
    shelf.forget(session)
    changes.forget(session)
    return Applied(version, new=True, before=held.content if held is not None else {}, ended=ended)


def newest(session: TenantSession) -> PackVersion | None:
    """The version in force."""
    return session.scalars(select(PackVersion).order_by(PackVersion.version.desc()).limit(1)).first()


def newest_number(session: TenantSession) -> int | None:
    """Its number alone."""
    return session.scalar(select(func.max(PackVersion.version)))
