"""The order of a list by a column that a person chose, so that an index can give it. Knows no list."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute

Orderable = ColumnElement[Any] | InstrumentedAttribute[Any]


def in_order(column: Orderable, key: Orderable, *, down: bool) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """By ``column``, what is not known last, and where it is the same by ``key``, which no two rows share.

    "Nulls last" is said only downwards and of columns that can be null: an index on (column, key) read backwards has its
    nulls first, and would not do. A column of an outer join counts as what its table says.
    """
    if not down:
        return column.asc(), key.asc()
    nullable = getattr(column.expression, "nullable", True)
    return column.desc().nulls_last() if nullable else column.desc(), key.desc()
