"""The pages of one register, or of any that a pack declares: list, form, entry with its history."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from core.http.blueprints import PageBlueprint
from core.http.context import current
from core.http.etag import expected_version
from core.http.paging import Paging
from core.http.words import said
from core.kernel.errors import Invalid
from core.registers.pages.files import add_files, hang, shown_files
from core.registers.pages.shown import (
    columns,
    filters,
    form_page,
    history_of,
    listed,
    pairs,
)
from core.registers.queries.breaches import open_breaches, rule_lines
from core.registers.queries.entries import entries_page, entry_card, sums
from core.registers.queries.files import sees_files
from core.registers.queries.options import keepers
from core.registers.requests import Asked, entry_of, posted, question, upload_files
from core.registers.services import (
    change_entry,
    create_entry,
    restore_entry,
    retire_entry,
)


def add_routes(bp: PageBlueprint, asked: Asked, *, prefix: str, row: str, read: str, write: str) -> None:
    """``row``: name of the address's parameter, which each register has for itself."""
    one = f"{prefix}/<uuid:{row}>"
    add_retiring(bp, asked, one=one, write=write)
    add_files(bp, asked, one=one, write=write)

    @bp.get(prefix, permission=read)
    def entries(**ids: Any) -> str:
        context, register = current(), asked.register(ids)
        wanted, paging, args = question(register)
        coverage = register.reach(context.actor)
        units = keepers(context.session, register, coverage)
        keeping = wanted.keeping
        shown = listed(register, personal=bool(keeping))
        page = entries_page(context.session, asked.registers, register, coverage, asked=wanted, paging=paging)
        return render_template(
            "registers/list.html", register=register, asked=wanted, args=args, sort=paging.sort, fields=shown,
            page=replace(page, items=tuple(card.veiled(register, keeping) for card in page.items)),
            sums=sums(context.session, register, coverage), rules=rule_lines(context.session, register, coverage),
            columns=columns(register, shown), filters=filters(register, args, personal=bool(keeping)), may_write=bool(keeping),
            units=[(str(unit.id), unit.name) for unit in units],
        )  # fmt: skip

    @bp.get(f"{prefix}/breaches", permission=read)
    def breaches(**ids: Any) -> str:
        context, register = current(), asked.register(ids)
        coverage = register.reach(context.actor)
        page = max(1, request.args.get("page", 1, type=int))
        return render_template(
            "registers/breaches.html", register=register, rules=rule_lines(context.session, register, coverage),
            page=open_breaches(context.session, register, coverage, paging=Paging(page=min(page, 1_000), page_size=50)),
        )  # fmt: skip

    @bp.get(f"{prefix}/new", permission=write)
    def new(**ids: Any) -> str:
        return form_page(asked.registers, asked.register(ids), None, request.args.to_dict(), {})

    @bp.post(prefix, permission=write, creates=True)
    def create(**ids: Any) -> Response | tuple[str, int]:
        context, register = current(), asked.register(ids)
        try:
            given = posted(register)
            unit_id = given.pop("unit_id", None)
            if unit_id is None:
                raise Invalid(fields={"unit_id": "必填"})
            uploads = upload_files(context, register)
            entry_id = create_entry(
                context.session,
                actor=context.actor,
                registers=asked.registers,
                register=register,
                unit_id=unit_id,
                given=given,
            )
            hang(context, register, entry_id, version=1, uploads=uploads)
        except Invalid as fault:
            return form_page(asked.registers, register, None, request.form.to_dict(), _faults(fault)), 422
        flash(_("已登记。"), "success")
        return redirect(f"{register.path}/{entry_id}")

    @bp.get(one, permission=read)
    def entry(**ids: Any) -> str:
        context, register = current(), asked.register(ids)
        coverage = register.reach(context.actor)
        card = entry_card(context.session, asked.registers, register, coverage, entry_of(ids))
        personal = card.unit_id in register.keep(context.actor)
        return render_template(
            "registers/entry.html", register=register, card=card, pairs=pairs(register, card, personal=personal),
            history=history_of(context, asked.registers, register, card.id), may_write=personal,
            files=shown_files(context, register, card), locked_files=not sees_files(context.actor, register, card.unit_id, card.values),
        )  # fmt: skip

    @bp.get(f"{one}/edit", permission=write)
    def edit(**ids: Any) -> str:
        context, register = current(), asked.register(ids)
        card = entry_card(context.session, asked.registers, register, register.keep(context.actor), entry_of(ids))
        values = {register.key(code): value for code, value in card.values.items()}
        return form_page(asked.registers, register, card, values, {})

    @bp.post(one, permission=write)
    def save(**ids: Any) -> Response | tuple[str, int]:
        context, register = current(), asked.register(ids)
        card = entry_card(context.session, asked.registers, register, register.keep(context.actor), entry_of(ids))
        try:
            given = posted(register)
            given.pop("unit_id", None)
            uploads = upload_files(context, register)
            version = change_entry(
                context.session, actor=context.actor, registers=asked.registers, register=register, entry_id=card.id,
                version=expected_version(), given=given,
            )  # fmt: skip
            hang(context, register, card.id, version=version, uploads=uploads)
        except Invalid as fault:
            return form_page(asked.registers, register, card, request.form.to_dict(), _faults(fault)), 422
        flash(_("已保存。"), "success")
        return redirect(f"{register.path}/{card.id}")


def add_retiring(bp: PageBlueprint, asked: Asked, *, one: str, write: str) -> None:
    """Out of use and back."""

    @bp.post(f"{one}/retire", permission=write)
    def retire(**ids: Any) -> Response:
        context, register = current(), asked.register(ids)
        entry_id = entry_of(ids)
        retire_entry(
            context.session, actor=context.actor, register=register, entry_id=entry_id, version=expected_version()
        )
        flash(_("已停用，记录保留。"), "success")
        return redirect(f"{register.path}/{entry_id}")

    @bp.post(f"{one}/restore", permission=write)
    def restore(**ids: Any) -> Response:
        context, register = current(), asked.register(ids)
        entry_id = entry_of(ids)
        restore_entry(
            context.session, actor=context.actor, register=register, entry_id=entry_id, version=expected_version()
        )
        flash(_("已恢复使用。"), "success")
        return redirect(f"{register.path}/{entry_id}")


def _faults(fault: Invalid) -> dict[str, str]:
    return {name: said(right) for name, right in fault.fields.items()} or {"unit_id": said(fault.phrase)}
