"""Pages of registers: one blueprint for all that packs declare, one for each that code declares."""

from __future__ import annotations

from core.http.blueprints import PageBlueprint
from core.registers.catalogue import Registers
from core.registers.pages.index import add_index
from core.registers.pages.routes import add_routes
from core.registers.permissions import RegisterPermission
from core.registers.requests import Asked, coded, of_pack

PACKAGE = "core.registers"


def blueprints(registers: Registers) -> tuple[PageBlueprint, ...]:
    """A register's own blueprint bears its permission and its plugin: the guard needs no word from here."""
    generic = PageBlueprint("registers", PACKAGE)
    add_index(generic, registers)
    add_routes(
        generic, Asked(registers, of_pack), prefix="/registers/<register>", row="row_id",
        read=RegisterPermission.READ, write=RegisterPermission.WRITE,
    )  # fmt: skip
    found = [generic]
    for register in registers.coded.values():
        own = PageBlueprint(f"register_{register.slug}", PACKAGE, plugin=register.plugin or None)
        add_routes(
            own, Asked(registers, coded(register.slug)), prefix=register.path, row=f"{register.slug}_id",
            read=register.read, write=register.write,
        )  # fmt: skip
        found.append(own)
    return tuple(found)
