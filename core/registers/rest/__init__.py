"""/api/v1/registers: one blueprint for all that packs declare, one for each that code declares."""

from __future__ import annotations

from core.http.blueprints import ApiBlueprint
from core.registers.catalogue import Registers
from core.registers.permissions import RegisterPermission
from core.registers.requests import Asked, coded, of_pack
from core.registers.rest.index import add_index
from core.registers.rest.routes import Shape, add_routes

PACKAGE = "core.registers"
ROOT = "/api/v1/registers"


def blueprints(registers: Registers) -> tuple[ApiBlueprint, ...]:
    """Of a register that code declares the document knows every field; of a pack's, that they stand in ``extra``."""
    generic = ApiBlueprint("registers", PACKAGE, url_prefix=ROOT, description="台账")
    add_index(generic, registers)
    add_routes(
        generic, Asked(registers, of_pack), Shape.generic(), prefix="/<register>", row="row_id",
        read=RegisterPermission.READ, write=RegisterPermission.WRITE,
    )  # fmt: skip
    found = [generic]
    for register in registers.coded.values():
        own = ApiBlueprint(
            f"register_{register.slug}", PACKAGE, url_prefix=f"{ROOT}/{register.slug}", plugin=register.plugin or None,
            description=register.title,
        )  # fmt: skip
        add_routes(
            own, Asked(registers, coded(register.slug)), Shape.of(register), prefix="", row=f"{register.slug}_id",
            read=register.read, write=register.write,
        )  # fmt: skip
        found.append(own)
    return tuple(found)
