"""Arrays of the caller as a table of the statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, FromClause, cast, column, func, literal
from sqlalchemy.types import TypeEngine


def rows(name: str, **columns: tuple[TypeEngine[Any], Sequence[Any]]) -> FromClause:
    """``column=(type, values)``: as many rows as values."""
    arrays = [cast(literal(list(values), ARRAY(kind)), ARRAY(kind)) for kind, values in columns.values()]
    named = [column(title, kind) for title, (kind, _) in columns.items()]
    return func.unnest(*arrays).table_valued(*named, name=name).render_derived()
