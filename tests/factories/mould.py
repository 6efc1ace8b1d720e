"""What a district built by the services looks like in the tables, and the same rows again for another district.

A test's own district costs hundreds of statements; nearly every test wants one and half of them want two. So the
services build the first of a kind and the others are cast from its rows: other ids, other secrets, all else alike.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from uuid import UUID

from sqlalchemy import Connection, text

from core.db import models_index
from core.db.base import TenantBase
from core.db.sessions import TenantSession
from core.identity import keys
from core.identity.services.tokens import MARK

ID = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}\b")


@dataclass(frozen=True)
class Rows:
    """Of one table, without the tenant, as a JSON array."""

    table: str
    columns: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class Cast:
    """Units and people of the new district, and their tokens' values, each by short name."""

    units: dict[str, UUID]
    people: dict[str, UUID]
    tokens: dict[str, str]


@dataclass(frozen=True)
class Mould:
    """``rows`` in an order in which they can be written; ``made`` as it came from the services."""

    rows: tuple[Rows, ...]
    made: Cast

    @classmethod
    def taken(cls, session: TenantSession, made: Cast) -> Mould:
        """Of the district of this session, as it stands."""
        models_index.load()
        connection = session.connection()
        found = [_rows(connection, name.name, sorted(name.c.keys())) for name in TenantBase.metadata.sorted_tables]
        return cls(tuple(rows for rows in found if rows is not None), made)

    def cast(self, session: TenantSession) -> Cast:
        """The same district again in this session's tenant. Side effects: its rows, in the session's transaction."""
        other = _renaming(session.tenant_id)
        made = self.made
        secrets = {name: keys.new_secret() for name in made.tokens}
        hashes = {_hash(made.tokens[name]): keys.digest(secret).hex() for name, secret in secrets.items()}
        for rows in self.rows:
            columns = ", ".join(rows.columns)
            words = ID.sub(other, rows.text)
            if rows.table == "api_tokens":
                for old, new in hashes.items():
                    words = words.replace(old, new)
            session.connection().execute(
                text(
                    f"INSERT INTO app.{rows.table} (tenant_id, {columns}) SELECT :tenant, {columns} "
                    f"FROM jsonb_populate_recordset(null::app.{rows.table}, cast(:rows AS jsonb))"
                ),
                {"tenant": session.tenant_id, "rows": words},
            )
        return Cast(
            {name: UUID(ID.sub(other, str(id_))) for name, id_ in made.units.items()},
            {name: UUID(ID.sub(other, str(id_))) for name, id_ in made.people.items()},
            {name: keys.pack(session.tenant_id, secret, mark=MARK) for name, secret in secrets.items()},
        )


def _rows(connection: Connection, table: str, columns: list[str]) -> Rows | None:
    if "tenant_id" not in columns:
        return None
    found = connection.scalar(text(f"SELECT jsonb_agg(to_jsonb(t) - 'tenant_id') FROM app.{table} t"))
    if not found:
        return None
    return Rows(table, tuple(found[0]), json.dumps(found, ensure_ascii=False))


def _renaming(tenant_id: int) -> Callable[[re.Match[str]], str]:
    """Another id of the same time and order, always the same one for the same one."""

    def renamed(found: re.Match[str]) -> str:
        return found[0][:24] + blake2b(f"{tenant_id} {found[0]}".encode(), digest_size=6).hexdigest()

    return renamed


def _hash(token: str) -> str:
    known = keys.unpack(token, mark=MARK)
    assert known is not None
    return keys.digest(known[1]).hex()
