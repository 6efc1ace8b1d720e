"""Which register a request is about, and what it asks of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, cast
from uuid import UUID

from flask import request

from core.db.sessions import TenantSession
from core.files.permissions import FilePermission
from core.files.services import store_file
from core.files.storage import storage_of
from core.http import forms
from core.http.context import RequestContext, current
from core.http.paging import Paging
from core.http.words import said
from core.kernel.errors import Forbidden, Invalid, NotFound
from core.kernel.phrases import Phrase
from core.registers.catalogue import Registers
from core.registers.declared import Register
from core.registers.queries.entries import EntryFilter, filter_of
from core.registers.schemas import args_schema, form_schema
from core.tenancy.packs.model import FieldKind

PURPOSE = "document"
"""What the files of an entry are for, in the words of files."""
Ids = Mapping[str, Any]
Find = Callable[[Registers, TenantSession, Ids], Register]


@dataclass(frozen=True)
class Asked:
    """How the routes of one blueprint find their register."""

    registers: Registers
    find: Find

    def register(self, ids: Ids) -> Register:
        """As the tenant of this request has it. Raises NotFound, also for one that asks readers for a permission of its own
        which they have nowhere."""
        context = current()
        register = self.find(self.registers, context.session, ids)
        if register.read_by and not context.actor.may(register.read_by):
            raise NotFound()
        return register


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
    return filter_of(register, args, keeping=register.keep(current().actor)), paging, args


def upload_files(context: RequestContext, register: Register) -> list[UUID]:
    """Files of the form's part ``files``, stored and loose as yet. Raises Forbidden without the right to upload, Invalid.

    Side effects: bytes in the storage; the sweep takes them where the form is refused.
    """
    parts = [part for part in request.files.getlist("files") if part.filename]
    if not parts:
        return []
    if register.files is None or not context.actor.may(FilePermission.WRITE):
        raise Forbidden()
    if len(parts) > register.files.most:
        raise Invalid(fields={"files": Phrase("每条最多%(n)s个文件", n=register.files.most)})
    settings = context.runtime.settings
    try:
        return [
            store_file(
                context.session, actor=context.actor, storage=storage_of(settings), stream=cast("BinaryIO", part.stream),
                name=part.filename or "", purpose=PURPOSE, max_bytes=settings.upload_max_mb * 1024 * 1024,
            ).id
            for part in parts
        ]  # fmt: skip
    except Invalid as fault:
        raise Invalid(
            fault.message, fields={"files": "；".join(map(said, fault.fields.values())) or fault.text()}
        ) from fault


def posted(register: Register) -> dict[str, Any]:
    """The page's form as ``form_schema`` loads it. Raises Invalid."""
    given = forms.form(form_schema(register))
    for own in register.of_kind(FieldKind.BOOLEAN):
        key = register.key(own.code)
        if not request.form.get(key, "").strip():  # not an unticked box: nobody has said yes or no
            (given.setdefault("extra", {}) if own.code in register.extra_codes else given)[own.code] = None
    return given
