"""A part of a long answer together with how long the whole is. Knows no table and no page."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select

from core.db.sessions import TenantSession


def counted_part(
    session: TenantSession, statement: Select[*tuple[Any, ...]], *, limit: int, offset: int
) -> tuple[tuple[Any, ...], int]:
    """(rows, how many in all); each row has the number once more at its end. One query; a second one only for a part behind
    the end, where no row is there to tell."""
    asked = statement.add_columns(func.count().over()).limit(limit).offset(offset)
    rows: tuple[Any, ...] = tuple(session.execute(asked))
    if rows or not offset:
        return rows, rows[0][-1] if rows else 0
    return rows, session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0
