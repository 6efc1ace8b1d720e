"""参数与读法."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from core.http.context import current
from core.http.etag import expected_version
from core.http.forms import form
from core.http.words import said
from core.kernel.errors import Invalid, NotFound, Refused
from core.switchboard.pages.blueprint import bp
from core.switchboard.queries.pack import pack_card, reading_lines, value_lines
from core.switchboard.schemas import ReadingIn
from core.switchboard.services import choose_reading, clear_value, set_value
from core.tenancy.packs.keys import KEYS
from core.tenancy.permissions import TenancyPermission

READ, WRITE = TenancyPermission.SETTING_READ, TenancyPermission.SETTING_WRITE


@bp.get("/pack/settings", permission=READ)
def settings() -> str:
    return _settings("", "", "")


@bp.post("/pack/settings/<key>", permission=WRITE)
def save_setting(key: str) -> Response | tuple[str, int]:
    context = current()
    typed = request.form.get("value", "").strip()
    try:
        value = _read(key, typed)
        set_value(context.session, actor=context.actor, key=key, value=value, version=expected_version())
    except (Invalid, Refused) as fault:
        return _settings(key, typed, said(fault.fields.get("value") or fault.phrase)), 422
    flash(_("已保存：%(title)s", title=said(KEYS[key].title)), "success")
    return redirect(url_for("switchboard.settings", _anchor=key))


@bp.post("/pack/settings/<key>/clear", permission=WRITE)
def clear_setting(key: str) -> Response:
    context = current()
    clear_value(context.session, actor=context.actor, key=key, version=expected_version())
    flash(_("已恢复为通知和上级的规定。"), "success")
    return redirect(url_for("switchboard.settings", _anchor=key))


@bp.post("/pack/readings/<reading_id>", permission=WRITE)
def save_reading(reading_id: str) -> Response:
    context = current()
    choose_reading(
        context.session, actor=context.actor, reading_id=reading_id, version=expected_version(), **form(ReadingIn)
    )
    flash(_("已改为新的读法，即时生效。"), "success")
    return redirect(url_for("switchboard.settings", _anchor=reading_id))


def _settings(key: str, typed: str, error: str) -> str:
    context = current()
    return render_template(
        "switchboard/settings.html",
        pack=pack_card(context.session),
        lines=value_lines(context.session),
        readings=reading_lines(context.session),
        refused={"key": key, "typed": typed, "error": error},
        may_write=context.actor.may(WRITE),
    )


def _read(key: str, typed: str) -> Any:
    """What was typed, as the key's kind. Raises NotFound, Invalid."""
    declared = KEYS.get(key)
    if declared is None:
        raise NotFound()
    if declared.of is bool:
        if typed not in ("true", "false"):
            raise Invalid(fields={"value": "选择是或否"})
        return typed == "true"
    if declared.of is int:
        if not typed.isdigit():
            raise Invalid(fields={"value": "填写整数"})
        return int(typed)
    if declared.of is tuple:
        return [item.strip() for item in typed.replace("，", "、").replace(",", "、").split("、") if item.strip()]
    return typed
