"""What tests of fire safety stand on: places, buildings, findings in a district of their own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, partial
from uuid import UUID

from sqlalchemy import event

from core.db.sessions import TenantSession
from core.hooks.manager import Plugins, build_plugins
from core.registers.catalogue import Registers
from core.registers.services import create_entry
from core.sdk.domain import Report, pack_in_force, report_hazard
from plugins.fire.services.acceptances import register_building
from plugins.fire.services.places import add_place
from tests.factories.world import World

PLUGINS_ON = frozenset({"fire"})


@cache
def registers() -> Registers:
    return Registers.of(build_plugins([]))


def enter(session: TenantSession, world: World, slug: str, unit: str = "school_a", **given: object) -> UUID:
    """An entry in one of the plugin's registers."""
    return create_entry(
        session, actor=world.system, registers=registers(), register=registers().get(session, slug), unit_id=world.units[unit],
        given=given,
    )  # fmt: skip


def plugins() -> Plugins:
    return build_plugins([])


def place(session: TenantSession, world: World, unit: str = "school_a", name: str = "一号楼学生食堂") -> UUID:
    return add_place(session, actor=world.system, unit_id=world.units[unit], name=name, kind="学生食堂")


def building(session: TenantSession, world: World, unit: str = "school_a", name: str = "教学楼一号") -> UUID:
    return register_building(
        session, actor=world.system, unit_id=world.units[unit], building=name, state="not_accepted"
    )


def reporter(session: TenantSession, world: World, name: str = "safety_a") -> Report:
    return partial(
        report_hazard, session, actor=world.actor(name, session), pack=pack_in_force(session), plugins=plugins(),
        plugins_on=PLUGINS_ON,
    )  # fmt: skip


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
