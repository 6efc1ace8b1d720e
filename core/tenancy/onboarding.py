"""Takes a district in, or brings it to a new version of its pack. What is half done stays suspended: nobody can sign in.

Knows no people and no units: whoever calls hands in ``furnish``, which sets them up inside the tenant's own scope.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from core.db.engines import Database
from core.db.sessions import PlatformSession, TenantSession
from core.kernel.clock import ShiftedClock, local_date
from core.kernel.errors import Conflict
from core.tenancy.merge import Side
from core.tenancy.models import PackVersion, PluginSwitch, Tenant
from core.tenancy.packs.compile import compile_pack
from core.tenancy.packs.model import Pack
from core.tenancy.updating import Applied, bring_up

Furnish = Callable[[TenantSession, Pack], None]
Tell = Callable[[TenantSession, Pack, Applied], None]


@dataclass(frozen=True)
class SectionChange:
    """What a new version changes in one section of the pack; codes where the section is a list of coded things."""

    section: str
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Onboarded:
    """``version``: of the pack in force; ``changes`` is empty when the pack was there already."""

    tenant_id: int
    slug: str
    name: str
    created: bool
    version: int
    changes: tuple[SectionChange, ...]


def onboard(
    db: Database,
    pack: Pack,
    *,
    by: str,
    furnish: Furnish,
    tell: Tell | None = None,
    decisions: Mapping[str, Side] | None = None,
    clock_offset: timedelta = timedelta(),
) -> Onboarded:
    """Tenant row, pack, switches, and what ``furnish`` adds. Doing it again changes nothing that is there.

    ``tell`` runs in the tenant's scope when the pack is new or changed (events). ``decisions``: of conflicts between a new
    version and what the district changed itself (core.tenancy.merge). Raises Conflict where the slug belongs to a tenant of
    another kind, Invalid naming the conflicts that nobody decided about. Side effects: commits; a failure leaves a new tenant suspended, to be taken up again.
    """
    tenant_id, active = _tenant(db, pack, clock_offset)
    with db.tenant(tenant_id, clock=ShiftedClock(db.clock, clock_offset) if clock_offset else None) as session:
        applied = bring_up(session, pack, by=by, decisions=decisions or {})
        switch_on(session, pack)
        furnish(session, pack)
        if tell is not None and applied.new:
            tell(session, pack, applied)
    if not active:
        activate(db, tenant_id=tenant_id)
    changes = section_changes(applied.before, compile_pack(pack).content) if applied.new else ()
    return Onboarded(tenant_id, pack.slug, pack.name, not active, applied.version, changes)


def _tenant(db: Database, pack: Pack, clock_offset: timedelta) -> tuple[int, bool]:
    """(id, already active). A new tenant begins suspended."""
    with db.platform() as session:
        row = _reserved(
            session,
            slug=pack.slug,
            name=pack.name,
            kind=str(pack.kind),
            clock_offset_s=int(clock_offset.total_seconds()),
        )
        if row.kind != pack.kind:
            raise Conflict("单位代号 %(slug)s 已被另一类单位使用", slug=pack.slug)
        if row.name != pack.name:
            session.execute(update(Tenant).where(Tenant.id == row.id).values(name=pack.name))
        return row.id, row.status == "active"


def reserve(db: Database, *, slug: str, name: str, kind: str, clock_offset_s: int = 0) -> int:
    """The number of a suspended tenant without anything in it, new or left by an import that failed.

    Raises Conflict where the slug belongs to a tenant that is active or holds anything. Side effects: commits.
    """
    with db.platform() as session:
        row = _reserved(session, slug=slug, name=name, kind=kind, clock_offset_s=clock_offset_s)
        if row.status == "active" or row.kind != kind:
            raise Conflict("单位代号 %(slug)s 已被使用，请用 --slug 另取一个", slug=slug)
        tenant_id: int = row.id
    with db.tenant(tenant_id, read_only=True) as own:
        if own.scalar(select(PackVersion.version).limit(1)) is not None:
            raise Conflict("单位代号 %(slug)s 已被使用，请用 --slug 另取一个", slug=slug)
    return tenant_id


def activate(db: Database, *, tenant_id: int) -> None:
    """From now on people can sign in. Side effects: commits."""
    with db.platform() as session:
        session.execute(update(Tenant).where(Tenant.id == tenant_id).values(status="active"))


def _reserved(session: PlatformSession, *, slug: str, name: str, kind: str, clock_offset_s: int) -> Any:
    session.execute(
        insert(Tenant)
        .values(
            slug=slug, name=name, kind=kind, status="suspended", clock_offset_s=clock_offset_s, created_at=session.now()
        )
        .on_conflict_do_nothing(index_elements=["slug"])
    )
    return session.execute(select(Tenant.id, Tenant.kind, Tenant.status, Tenant.name).where(Tenant.slug == slug)).one()


def apply_pack(session: TenantSession, pack: Pack, *, by: str) -> tuple[int, tuple[SectionChange, ...]]:
    """:func:`core.tenancy.updating.bring_up` where nothing is left to decide: the version in force and what changed."""
    applied = bring_up(session, pack, by=by, decisions={})
    return applied.version, section_changes(applied.before, compile_pack(pack).content) if applied.new else ()


def switch_on(session: TenantSession, pack: Pack) -> None:
    """A switch for each plugin that the pack names and the tenant has none for. What the district switched stays as it is."""
    today = local_date(session.now())
    begun = min((campaign.starts for campaign in pack.campaigns), default=today)
    for domain in pack.domains:
        if domain.plugin and domain.on:
            row = {
                "tenant_id": session.tenant_id, "plugin": domain.code, "on_from": domain.starts or min(begun, today), "on_until": domain.ends,
                "stages": [str(stage) for stage in domain.stages] or None, "variant": domain.variant or None,
            }  # fmt: skip
            session.execute(insert(PluginSwitch).values(row).on_conflict_do_nothing())


def section_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[SectionChange, ...]:
    """Section by section; inside lists of coded things by code."""
    changes = []
    for section in sorted({*before, *after}):
        old, new = before.get(section), after.get(section)
        if old != new:
            changes.append(_change(section, old, new))
    return tuple(changes)


def _change(section: str, old: Any, new: Any) -> SectionChange:
    was, now = _coded(old), _coded(new)
    if was is None or now is None:
        return SectionChange(section, changed=(section,))
    return SectionChange(
        section, added=tuple(code for code in now if code not in was), removed=tuple(code for code in was if code not in now),
        changed=tuple(code for code in now if code in was and was[code] != now[code]),
    )  # fmt: skip


def _coded(value: Any) -> dict[str, Any] | None:
    """A list of coded things by code; {} for what is absent; None for what has no codes."""
    if value is None:
        return {}
    if not isinstance(value, list) or not all(
        isinstance(item, dict) and ("code" in item or "id" in item or "key" in item) for item in value
    ):
        return None
    return {str(item.get("code") or item.get("id") or item.get("key")): item for item in value}
