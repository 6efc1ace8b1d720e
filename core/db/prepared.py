"""Statements that every request sends: put into words once, and from then on sent as they are.

SQLAlchemy finds the compiled form of a statement again by a key of all its parts; for a small query by primary key that
costs several times what the database needs. The rows of one's own tenant are named here as everywhere else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Dialect, Integer, Select, bindparam
from sqlalchemy.orm import with_loader_criteria

from core.db.base import TenantBase
from core.db.sessions import TenantSession

OWN = "own_tenant"
_own: Any = bindparam(OWN, type_=Integer)


class Prepared:
    """A SELECT of columns with named parameters; lists are compared with ``= any(array)``, for ``in`` has as many places as values.

    ``rows`` gives values as the driver reads them, so a column must need no conversion of SQLAlchemy's own: text, numbers,
    UUID, dates, bytes, JSON and arrays of these need none. Made at import; used by all threads.
    """

    def __init__(self, statement: Select[*tuple[Any, ...]]) -> None:
        self._statement = statement.options(
            with_loader_criteria(TenantBase, lambda cls: cls.tenant_id == _own, include_aliases=True)
        )
        self._words: tuple[str, Mapping[str, Any]] | None = None

    def rows(self, session: TenantSession, **values: Any) -> Sequence[Any]:
        """All rows, of the session's tenant."""
        connection = session.connection()
        if self._words is None:
            self._words = self.words(connection.dialect)
        words, fixed = self._words
        return connection.exec_driver_sql(words, {**fixed, **values, OWN: session.tenant_id}).all()

    def first(self, session: TenantSession, **values: Any) -> Any:
        """The first row, of few; None where there is none."""
        return next(iter(self.rows(session, **values)), None)

    def words(self, dialect: Dialect) -> tuple[str, Mapping[str, Any]]:
        """The SQL, and the values that stand in the statement itself. Raises TypeError for a statement with ``in``."""
        compiled: Any = self._statement.compile(dialect=dialect)
        if compiled.post_compile_params:
            raise TypeError("a prepared statement compares a list with = any(array), not with in")
        return compiled.string, {name: value for name, value in compiled.params.items() if value is not None}
