"""Many new rows of one kind in few statements: for work that tells of thousands of things at once.

A row that is only written needs no object that the session watches; where somebody gathers, services put rows aside and
they are inserted together, in the order in which their tables came up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import chain
from typing import Any, cast

from sqlalchemy import Column, Dialect, Table

from core.db.base import TenantBase
from core.db.sessions import TenantSession

KEY = "gathered"
AT_ONCE = 500
"""Rows of a statement: more cost memory and save nothing."""
Rows = dict[type[TenantBase], list[dict[str, Any]]]
Given = Callable[[dict[str, Any]], Any]
"""From the values of a row to what the driver is given for one column."""


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
        insert_rows(session, model, values)


def insert_rows(session: TenantSession, model: type[TenantBase], rows: Sequence[dict[str, Any]]) -> None:
    """Rows as they are, each with its tenant_id and all with the same names; what the model fills in itself may be missing.

    As :func:`sqlalchemy.insert` would, less what that prepares for each value of each row.
    """
    if not rows:
        return
    session.flush()  # what the rows refer to may still wait
    connection = session.connection()
    names, given = _columns(model, connection.dialect, frozenset(rows[0]))
    one = f"({', '.join(['%s'] * len(given))})"
    table = connection.dialect.identifier_preparer.format_table(cast("Table", model.__table__))
    for first in range(0, len(rows), AT_ONCE):
        page = rows[first : first + AT_ONCE]
        values = tuple(chain.from_iterable([value(row) for value in given] for row in page))
        words = f"INSERT INTO {table} ({names}) VALUES {', '.join([one] * len(page))}"  # noqa: S608  names of columns
        connection.exec_driver_sql(words, values)


@cache
def _columns(model: type[TenantBase], dialect: Dialect, names: frozenset[str]) -> tuple[str, tuple[Given, ...]]:
    """The columns in words, and how each of them is filled. Raises KeyError for a name that is no column."""
    table = cast("Table", model.__table__)
    if unknown := names - set(table.columns.keys()):
        raise KeyError(*unknown)
    own = [column for column in table.columns if column.name in names or _filled(column)]
    quote = dialect.identifier_preparer.quote
    return ", ".join(quote(column.name) for column in own), tuple(_given(column, dialect, names) for column in own)


def _filled(column: Column[Any]) -> bool:
    return column.default is not None and column.computed is None


def _given(column: Column[Any], dialect: Dialect, names: frozenset[str]) -> Given:
    plain: Callable[[Any], Any] | None = column.type.dialect_impl(dialect).bind_processor(dialect)
    name = column.name
    if name not in names:
        default: Any = column.default
        if not default.is_callable:
            fixed = plain(default.arg) if plain else default.arg
            return lambda row: fixed
        made: Callable[[Any], Any] = default.arg
        return (lambda row: plain(made(None))) if plain else lambda row: made(None)
    if plain is None:
        return lambda row: row[name]
    process = plain
    return lambda row: process(row[name])
