"""Aliases of tables that are made once, at import, and used by all threads. Knows no table."""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy import inspect
from sqlalchemy.orm import aliased

from core.db.base import Base

Entity = TypeVar("Entity", bound=Base)


def shared_alias(entity: type[Entity]) -> type[Entity]:
    """An alias of the table, to be made at import: to make one at each request copies every column.

    SQLAlchemy makes the columns of an alias when they are first asked for, and not safely for several threads: two first
    requests at the same moment would get copies of their own and compile a statement that mixes them. Here all are made.
    """
    found = aliased(entity)
    made = inspect(found).selectable.columns
    for column in entity.__table__.columns:
        _ = made[column.key], getattr(found, column.key).expression
    return found
