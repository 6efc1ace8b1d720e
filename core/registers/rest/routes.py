"""REST of one register, or of any that a pack declares: the same routes, the same services as the pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Response, jsonify, make_response
from marshmallow import INCLUDE, Schema

from core.http.blueprints import ApiBlueprint
from core.http.context import current
from core.http.etag import expected_version, with_etag
from core.http.paging import Page, PageArgs, Paging, page_schema
from core.kernel.errors import Invalid
from core.registers.catalogue import of_pack
from core.registers.declared import Register
from core.registers.queries.breaches import Breach, open_breaches
from core.registers.queries.entries import entries_page, entry_card
from core.registers.queries.history import Change, changes_of
from core.registers.requests import Asked, entry_of, question
from core.registers.rest.files import add_files
from core.registers.schemas import (
    BreachSchema,
    ChangeSchema,
    args_schema,
    change_schema,
    create_schema,
    out_schema,
)
from core.registers.services import change_entry, create_entry, restore_entry, retire_entry
from core.tenancy.packs.model import Register as Declared
from core.tenancy.packs.model import RegisterField, RegisterValidity


@dataclass(frozen=True)
class Shape:
    """The schemas that the document shows."""

    args: type[Schema]
    create: type[Schema]
    change: type[Schema]
    out: type[Schema]

    @classmethod
    def of(cls, register: Register) -> Shape:
        return cls(args_schema(register), create_schema(register), change_schema(register), out_schema(register))

    @classmethod
    def generic(cls) -> Shape:
        """Of any register that a pack declares: its two dates, everything else in ``extra``."""
        dates = RegisterValidity(starts="生效日期", ends="有效期至")
        bare = Declared(
            code="pack", label="区域包台账", fields=(RegisterField(code="name", label="名称"),), validity=dates
        )
        return cls.of(of_pack(bare))


def add_routes(bp: ApiBlueprint, asked: Asked, shape: Shape, *, prefix: str, row: str, read: str, write: str) -> None:
    """``row``: name of the address's parameter, which each register has for itself."""
    one = f"{prefix}/<uuid:{row}>"
    add_files(bp, asked, shape.out, one=one, read=read, write=write)

    @bp.get(prefix, permission=read)
    @bp.arguments(shape.args, location="query", unknown=INCLUDE)
    @bp.response(200, page_schema(shape.out))
    def entries(args: dict[str, Any], **ids: Any) -> Page[dict[str, Any]]:
        """Entries in use, what ends first at the top. The district's own fields are filters too: ``extra.<code>``."""
        context, register = current(), asked.register(ids)
        wanted, paging, _ = question(register)
        coverage = register.reach(context.actor)
        page = entries_page(context.session, asked.registers, register, coverage, asked=wanted, paging=paging)
        items = tuple(card.veiled(register, wanted.keeping).dump(register) for card in page.items)
        return Page(items, page.total, page.page, page.page_size)

    @bp.post(prefix, permission=write, creates=True)
    @bp.arguments(shape.create)
    @bp.response(201, shape.out)
    def create(given: dict[str, Any], **ids: Any) -> Response:
        """A new entry."""
        context, register = current(), asked.register(ids)
        unit_id = given.pop("unit_id")
        entry_id = create_entry(
            context.session, actor=context.actor, registers=asked.registers, register=register, unit_id=unit_id, given=fitting(register, given)
        )  # fmt: skip
        response = answer(register, entry_id, 201)
        response.headers["Location"] = f"/api/v1{register.path}/{entry_id}"
        return response

    @bp.get(one, permission=read)
    @bp.response(200, shape.out)
    def entry(**ids: Any) -> Response:
        """One entry, also one out of use; the ETag goes into If-Match of whatever changes it."""
        return answer(asked.register(ids), entry_of(ids), 200)

    @bp.patch(one, permission=write)
    @bp.arguments(shape.change)
    @bp.response(200, shape.out)
    def change(given: dict[str, Any], **ids: Any) -> Response:
        """Changes what is given."""
        context, register = current(), asked.register(ids)
        entry_id = entry_of(ids)
        change_entry(
            context.session, actor=context.actor, registers=asked.registers, register=register, entry_id=entry_id,
            version=expected_version(), given=fitting(register, given),
        )  # fmt: skip
        return answer(register, entry_id, 200)

    @bp.delete(one, permission=write)
    @bp.response(204)
    def retire(**ids: Any) -> Response:
        """Takes an entry out of use; its records stay."""
        context, register = current(), asked.register(ids)
        retire_entry(
            context.session, actor=context.actor, register=register, entry_id=entry_of(ids), version=expected_version()
        )
        return make_response("", 204)

    @bp.post(f"{one}/restore", permission=write)
    @bp.doc(**{"x-if-match": True})
    @bp.response(200, shape.out)
    def restore(**ids: Any) -> Response:
        """Puts it back into use."""
        context, register = current(), asked.register(ids)
        entry_id = entry_of(ids)
        restore_entry(
            context.session, actor=context.actor, register=register, entry_id=entry_id, version=expected_version()
        )
        return answer(register, entry_id, 200)

    @bp.get(f"{one}/history", permission=read)
    @bp.arguments(PageArgs, location="query")
    @bp.response(200, page_schema(ChangeSchema))
    def history(args: dict[str, Any], **ids: Any) -> Page[dict[str, Any]]:
        """Who changed what, newest first."""
        context, register = current(), asked.register(ids)
        card = entry_card(context.session, asked.registers, register, register.reach(context.actor), entry_of(ids))
        told = [_told(change) for change in changes_of(context.session, asked.registers, register, card.id)]
        return Paging.of(args).cut(told)

    @bp.get(f"{prefix}/breaches", permission=read)
    @bp.arguments(PageArgs, location="query")
    @bp.response(200, page_schema(BreachSchema))
    def breaches(args: dict[str, Any], **ids: Any) -> Page[Breach]:
        """Units that do not keep a rule of the register now, newest first."""
        context, register = current(), asked.register(ids)
        return open_breaches(context.session, register, register.reach(context.actor), paging=Paging.of(args))

    def answer(register: Register, entry_id: Any, status: int) -> Response:
        context = current()
        card = entry_card(context.session, asked.registers, register, register.reach(context.actor), entry_id)
        shown = out_schema(register)().dump(card.veiled(register, register.keep(context.actor)).dump(register))
        return with_etag(make_response(jsonify(shown), status), card.version)


def fitting(register: Register, given: dict[str, Any]) -> dict[str, Any]:
    """The body without what this register has no field for. Raises Invalid for a date that a pack's register does not ask."""
    foreign = [
        code for code, value in given.items() if code != "extra" and code not in register.by_code and value is not None
    ]
    if foreign:
        raise Invalid(fields=dict.fromkeys(foreign, "没有这一项"))
    return given


def _told(change: Change) -> dict[str, Any]:
    changes = {title: [before, after] for title, before, after in change.changes}
    return {"at": change.at, "action": change.action, "who": change.who, "changes": changes}
