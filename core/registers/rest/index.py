"""GET /api/v1/registers: which registers there are, with their fields."""

from __future__ import annotations

from typing import Any

from core.access.actor import Actor
from core.http.blueprints import ApiBlueprint
from core.http.context import current
from core.http.paging import Page, PageArgs, Paging, page_schema
from core.registers.catalogue import Registers
from core.registers.declared import Register
from core.registers.schemas import RegisterSchema


def add_index(bp: ApiBlueprint, registers: Registers) -> None:
    @bp.get("", signed_in=True)
    @bp.arguments(PageArgs, location="query")
    @bp.response(200, page_schema(RegisterSchema))
    def index(args: dict[str, Any]) -> Page[dict[str, Any]]:
        """The registers one may read; ``key`` of a field is its name in bodies and filters."""
        context = current()
        found = tuple(
            described(context.actor, register)
            for register in registers.in_force(context.session).values()
            if register.reach(context.actor)
        )
        return Paging.of(args).cut(found)


def described(actor: Actor, register: Register) -> dict[str, Any]:
    """Field by field, as a client needs it to build a form."""
    return {
        "slug": register.slug, "title": register.title, "domain": register.domain, "may_write": bool(register.keep(actor)),
        "fields": [
            {
                "key": register.key(own.code), "title": own.label, "kind": str(own.kind), "required": own.required, "expires": own.expires,
                "choices": [{"code": choice.code, "title": choice.label} for choice in own.choices], "unit": own.unit,
                "personal": own.personal, "clauses": list(own.clauses),
            }
            for own in register.all_fields
        ],
        "files": _files(register),
    }  # fmt: skip


def _files(register: Register) -> dict[str, Any] | None:
    """What may be attached to an entry."""
    taken = register.files
    if taken is None:
        return None
    return {"title": taken.label, "most": taken.most, "sorts": list(map(str, taken.sorts)), "personal": taken.personal}
