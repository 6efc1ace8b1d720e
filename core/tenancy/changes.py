"""What a district changed about its pack: values under ``settings.<key>``, readings it chose under ``readings.<id>``, and what
it confirmed of what was 待确认 under ``confirmed.<address>`` (core.tenancy.packs.places), its columns of a statistical table
under ``tables.<code>``, permissions of plugins that it gave to a permission set under ``grants.<set>/<permission>``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from core.db.sessions import TenantSession
from core.tenancy.models import PackOverride

SETTINGS, READINGS, CONFIRMED, TABLES, GRANTS = "settings.", "readings.", "confirmed.", "tables.", "grants."
INFO = "pack_changes"


@dataclass(frozen=True)
class Changes:
    """``versions``: path → version, for whoever changes it again."""

    local: Mapping[str, Any]
    """Key → value."""
    readings: Mapping[str, str]
    """Reading id → code of the option chosen."""
    confirmed: frozenset[str]
    """Addresses of what the district confirmed."""
    tables: Mapping[str, Any]
    """Code of a statistical table → its columns as the district has them (core.statistics.local)."""
    granted: frozenset[str]
    """``<permission set>/<permission>`` (core.tenancy.packs.grants)."""
    versions: Mapping[str, int]


def changes(session: TenantSession) -> Changes:
    """One query a session."""
    if INFO not in session.info:
        rows = session.execute(select(PackOverride.path, PackOverride.value, PackOverride.version)).all()
        session.info[INFO] = Changes(
            local={path.removeprefix(SETTINGS): value for path, value, _ in rows if path.startswith(SETTINGS)},
            readings={path.removeprefix(READINGS): value for path, value, _ in rows if path.startswith(READINGS)},
            confirmed=frozenset(path.removeprefix(CONFIRMED) for path, _, _ in rows if path.startswith(CONFIRMED)),
            tables={path.removeprefix(TABLES): value for path, value, _ in rows if path.startswith(TABLES)},
            granted=frozenset(path.removeprefix(GRANTS) for path, _, _ in rows if path.startswith(GRANTS)),
            versions={path: version for path, _, version in rows},
        )
    found: Changes = session.info[INFO]
    return found


def forget(session: TenantSession) -> None:
    """After a change made in this session."""
    session.info.pop(INFO, None)
