"""Which register a request is about, and what it asks of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import request

from core.db.sessions import TenantSession
from core.http import forms
from core.http.context import current
from core.http.paging import Paging
from core.kernel.errors import Invalid
from core.registers.catalogue import Registers
from core.registers.declared import Register
from core.registers.queries.entries import EntryFilter, filter_of
from core.registers.schemas import args_schema, form_schema
from core.tenancy.packs.model import FieldKind

Ids = Mapping[str, Any]
Find = Callable[[Registers, TenantSession, Ids], Register]


@dataclass(frozen=True)
class Asked:
    """How the routes of one blueprint find their register."""

    registers: Registers
    find: Find

    def register(self, ids: Ids) -> Register:
        """As the tenant of this request has it. Raises NotFound."""
        return self.find(self.registers, current().session, ids)


def of_pack(registers: Registers, session: TenantSession, ids: Ids) -> Register:
    """Named in the address; raises NotFound."""
    return registers.declared_by_pack(session, str(ids["register"]))


def coded(slug: str) -> Find:
    """Fixed by the blueprint."""

    def find(registers: Registers, session: TenantSession, ids: Ids) -> Register:
        return registers.get(session, slug)

    return find


def entry_of(ids: Ids) -> UUID:
    """The id of the entry in the address; each register's parameter has a name of its own."""
    return next(value for value in ids.values() if isinstance(value, UUID))


def question(register: Register) -> tuple[EntryFilter, Paging, dict[str, Any]]:
    """Filter, paging and the arguments as loaded. Raises Invalid, also for a filter that there is none of."""
    schema = args_schema(register)()
    unknown = set(request.args) - {kind.data_key or name for name, kind in schema.load_fields.items()}
    if unknown:
        raise Invalid(fields=dict.fromkeys(sorted(unknown), "没有这一项"))
    args = forms.loaded(schema, request.args)
    paging = Paging.of(args)
    return filter_of(register, args), paging, args


def posted(register: Register) -> dict[str, Any]:
    """The page's form as ``form_schema`` loads it. Raises Invalid."""
    given = forms.form(form_schema(register))
    for own in register.of_kind(FieldKind.BOOLEAN):
        key = register.key(own.code)
        if not request.form.get(key, "").strip():  # not an unticked box: nobody has said yes or no
            (given.setdefault("extra", {}) if own.code in register.extra_codes else given)[own.code] = None
    return given
