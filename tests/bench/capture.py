"""The SQL of a request, taken down once in this process and then sent again through psycopg2 alone.

A write is sent again with other keys: ids that the request made, its Idempotency-Key, the thing it changed.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import psycopg2
import psycopg2.extensions
import psycopg2.extras
from sqlalchemy import Engine, event
from sqlalchemy.engine import make_url

from core.db.engines import Database
from core.kernel.ids import new_id

COMMIT = "commit"
_serial = itertools.count(1)


@dataclass
class Taken:
    """Statements in order: ((login, which connection), SQL, parameters, many rows); SQL ``commit`` ends a transaction."""

    statements: list[tuple[tuple[str, int], str, Any, bool]] = field(default_factory=list)

    @property
    def queries(self) -> int:
        return sum(1 for _, statement, _, _ in self.statements if statement != COMMIT and not _is_set(statement))

    @property
    def writes(self) -> bool:
        return any(statement.startswith(("INSERT", "UPDATE", "DELETE")) for _, statement, _, _ in self.statements)


def _is_set(statement: str) -> bool:
    return statement.lower().startswith("set local")


@contextmanager
def taking_down(db: Database, logins: Sequence[str] = ("app", "bureau")) -> Iterator[Taken]:
    taken = Taken()
    with _listening(taken, {login: db.engine(login) for login in logins}):
        yield taken


@contextmanager
def _listening(taken: Taken, engines: Mapping[str, Engine]) -> Iterator[None]:
    hooks: list[tuple[Engine, str, Callable[..., None]]] = []
    for login, engine in engines.items():

        def line(connection: Any, login: str = login) -> tuple[str, int]:
            return login, id(connection.connection.dbapi_connection)

        def note(
            c: Any, _k: Any, statement: str, parameters: Any, _x: Any, many: bool, line: Callable[..., Any] = line
        ) -> None:
            taken.statements.append((line(c), statement, parameters, many))

        def end(c: Any, line: Callable[..., Any] = line) -> None:
            taken.statements.append((line(c), COMMIT, None, False))

        hooks += [(engine, "before_cursor_execute", note), (engine, "commit", end), (engine, "rollback", end)]
    for engine, name, hook in hooks:
        event.listen(engine, name, hook)
    try:
        yield
    finally:
        for engine, name, hook in hooks:
            event.remove(engine, name, hook)


@dataclass
class Replay:
    """As many connections as the request had. ``others``: what stands in the statements → what stands there this time."""

    urls: Mapping[str, str]
    taken: Taken
    made_after_ms: int | None = None
    """Ids made from then on (UUIDv7) are new ones each time; None: the statements read only."""
    kept: bool = True
    """False: where the request committed, this rolls back."""
    _connections: dict[tuple[str, int], Any] = field(default_factory=dict)

    def prepared(self, others: Mapping[str, str] | None = None) -> list[tuple[Any, str, Any, bool]]:
        """The statements with this time's ids; made before the clock runs."""
        if self.made_after_ms is None:
            return self.taken.statements
        swap = _Swap(dict(others or {}), self.made_after_ms)
        return [(line, statement, swap.all(values), many) for line, statement, values, many in self.taken.statements]

    def once(self, statements: list[tuple[Any, str, Any, bool]]) -> None:
        for line, statement, values, many in statements:
            connection = self._connection(line)
            if statement == COMMIT:
                connection.commit() if self.kept else connection.rollback()
                continue
            with connection.cursor() as cursor:
                if many and isinstance(values, list):
                    cursor.executemany(statement, values)
                else:
                    cursor.execute(statement, values or None)
                if cursor.description:
                    cursor.fetchall()

    def close(self) -> None:
        for connection in self._connections.values():
            connection.close()
        self._connections.clear()

    def _connection(self, line: tuple[str, int]) -> Any:
        if line not in self._connections:
            parts = make_url(self.urls[line[0]])
            connection = psycopg2.connect(
                user=parts.username, password=parts.password, dbname=parts.database, host=parts.query.get("host", parts.host), port=parts.port
            )  # fmt: skip
            psycopg2.extras.register_uuid(conn_or_curs=connection)
            self._connections[line] = connection
        return self._connections[line]


class _Swap:
    def __init__(self, others: dict[str, str], made_after_ms: int | None) -> None:
        self.others, self.made_after_ms = others, made_after_ms

    def all(self, value: Any) -> Any:
        match value:
            case dict():
                return {name: self.all(one) for name, one in value.items()}
            case list():
                return [self.all(one) for one in value]
            case tuple():
                return tuple(self.all(one) for one in value)
            case UUID():
                return UUID(self._text(str(value)))
            case str():
                return self._text(value)
            case psycopg2.extras.Json():
                return psycopg2.extras.Json(json.loads(self._text(json.dumps(value.adapted))))
            case _:
                return value

    def _text(self, text: str) -> str:
        if text in self.others:
            return self.others[text]
        if len(text) == 36 and self._is_new(text):
            self.others[text] = str(new_id())
            return self.others[text]
        if len(text) > 36:  # JSON: the ids stand inside
            for old, new in self.others.items():
                text = text.replace(old, new)
        return text

    def _is_new(self, text: str) -> bool:
        try:
            found = UUID(text)
        except ValueError:
            return False
        return self.made_after_ms is not None and found.version == 7 and found.int >> 80 >= self.made_after_ms


def fresh_key() -> str:
    return str(uuid4())


def fresh_no() -> str:
    return f"BENCH-{next(_serial)}-{uuid4().hex[:8]}"
