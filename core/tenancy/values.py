"""Values that several levels of government set, with the district's own changes laid over: who says what, and what binds.

A change is kept under ``settings.<key>``, the choice of a reading under ``readings.<id>``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from core.db.sessions import TenantSession
from core.kernel.clock import local_date
from core.tenancy import shelf
from core.tenancy.models import PackOverride
from core.tenancy.packs.keys import KEYS
from core.tenancy.packs.layers import Layers, Value

SETTINGS, READINGS = "settings.", "readings."
INFO = "pack_changes"


@dataclass(frozen=True)
class Changes:
    """What the district changed locally. ``versions``: path → version, for whoever changes it again."""

    local: Mapping[str, Any]
    readings: Mapping[str, str]
    versions: Mapping[str, int]


def changes(session: TenantSession) -> Changes:
    """One query a session."""
    if INFO not in session.info:
        rows = session.execute(select(PackOverride.path, PackOverride.value, PackOverride.version)).all()
        session.info[INFO] = Changes(
            local={
                path.removeprefix(SETTINGS): value for path, value, _ in rows if path.removeprefix(SETTINGS) in KEYS
            },
            readings={path.removeprefix(READINGS): value for path, value, _ in rows if path.startswith(READINGS)},
            versions={path: version for path, _, version in rows},
        )
    found: Changes = session.info[INFO]
    return found


def layers(session: TenantSession) -> Layers | None:
    """All the words about this tenant's values as of today; None for a tenant without a pack."""
    pack = shelf.current(session)
    if pack is None:
        return None
    mine = changes(session)
    return Layers(pack, readings=mine.readings, local=mine.local, on=local_date(session.now()))


def effective(session: TenantSession, key: str) -> Value | None:
    """The value in force with its provenance; KeyError for a key that does not exist."""
    found = layers(session)
    return None if found is None else found.effective(key)
