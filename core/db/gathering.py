"""Many new rows of one kind in one statement: for work that tells of thousands of things at once.

A row that is only written needs no object that the session watches; where somebody gathers, services put rows aside and
they are inserted together, in the order in which their tables came up.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from sqlalchemy import Table, insert

from core.db.base import TenantBase
from core.db.sessions import TenantSession

KEY = "gathered"
Rows = dict[type[TenantBase], list[dict[str, Any]]]


def put(session: TenantSession, model: type[TenantBase], **values: Any) -> None:
    """A new row that nobody will look at again in this session: at once, or with the others where somebody gathers.

    ``values`` of one table always have the same names.
    """
    gathered: Rows | None = session.info.get(KEY)
    if gathered is None:
        session.add(model(**values))
    else:
        gathered.setdefault(model, []).append({"tenant_id": session.tenant_id, **values})


@contextmanager
def gathering(session: TenantSession) -> Iterator[None]:
    """Inserts at the end what was put meanwhile; what raises inserts nothing. Blocks do not nest."""
    rows: Rows = {}
    session.info[KEY] = rows
    try:
        yield
    finally:
        del session.info[KEY]
    for model, values in rows.items():
        session.execute(insert(cast("Table", model.__table__)), values)
