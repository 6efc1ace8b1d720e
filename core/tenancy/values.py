"""Values that several levels of government set, with the district's own changes laid over: who says what, what binds."""

from __future__ import annotations

from core.db.sessions import TenantSession
from core.kernel.clock import local_date
from core.tenancy import shelf
from core.tenancy.changes import changes
from core.tenancy.packs.keys import KEYS
from core.tenancy.packs.layers import Layers, Value


def layers(session: TenantSession, *, without: str | None = None) -> Layers | None:
    """All the words about this tenant's values as of today; None for a tenant without a pack.

    ``without``: as if the district had not changed this key itself. At most two small queries a session.
    """
    pack = shelf.current(session)
    if pack is None:
        return None
    mine = changes(session)
    local = {key: value for key, value in mine.local.items() if key in KEYS and key != without}
    return Layers(pack, readings=mine.readings, local=local, on=local_date(session.now()))


def effective(session: TenantSession, key: str) -> Value | None:
    """The value in force with its provenance; KeyError for a key that does not exist."""
    found = layers(session)
    return None if found is None else found.effective(key)
