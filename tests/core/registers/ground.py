"""What tests of registers stand on: the registers of the installed plugins and of wujin's pack, entries in them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import event

from core.db.sessions import TenantSession
from core.hooks.manager import build_plugins
from core.registers.catalogue import Registers
from core.registers.declared import Register
from core.registers.services import create_entry
from tests.factories.world import World

TODAY = date(2020, 11, 26)


@cache
def registers() -> Registers:
    return Registers.of(build_plugins([]))


def get(session: TenantSession, slug: str) -> Register:
    return registers().get(session, slug)


def add(
    session: TenantSession, world: World, slug: str, given: dict[str, Any], *, unit: str = "school_a", by: str = ""
) -> UUID:
    actor = world.actor(by, session) if by else world.system
    return create_entry(
        session, actor=actor, registers=registers(), register=get(session, slug), unit_id=world.units[unit], given=given
    )


def plan(name: str = "火灾应急预案", kind: str = "accident", **more: Any) -> dict[str, Any]:
    """An entry of wujin's own register, approved last month."""
    extra = {"name": name, "event_type": kind}
    extra |= {key: more.pop(key) for key in tuple(more) if key not in ("valid_from", "valid_until")}
    return {"extra": extra, "valid_from": date(2020, 10, 1), **more}


def facility(**more: Any) -> dict[str, Any]:
    """An entry of a plugin's register."""
    return {"kind": "extinguisher", "spot": "二层走廊", "quantity": 4, **more}


@contextmanager
def counted(session: TenantSession) -> Iterator[list[str]]:
    """The statements sent while the block lasts."""
    sent: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if not statement.startswith("SET LOCAL"):
            sent.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)
