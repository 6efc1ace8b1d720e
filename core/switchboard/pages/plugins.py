"""插件管理."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from core.http.context import current
from core.http.etag import expected_version
from core.http.forms import form
from core.http.words import said
from core.kernel.errors import Invalid
from core.switchboard.pages.blueprint import bp
from core.switchboard.queries.grants import permission_titles, suggested_grants
from core.switchboard.queries.plugins import PluginCard, plugin_card, plugin_cards
from core.switchboard.schemas import SwitchIn
from core.switchboard.services import grant_suggested, let_in, switch_off, switch_plugin, withdraw_grants
from core.tenancy.packs.model import SchoolStage
from core.tenancy.permissions import TenancyPermission

SWITCH = TenancyPermission.SWITCH
STAGES = {
    SchoolStage.KINDERGARTEN: "幼儿园", SchoolStage.PRIMARY: "小学", SchoolStage.JUNIOR: "初中", SchoolStage.SENIOR: "高中",
    SchoolStage.VOCATIONAL: "职业学校", SchoolStage.SPECIAL: "特殊教育",
}  # fmt: skip


@bp.get("/plugins", permission=SWITCH)
def plugins() -> str:
    context = current()
    cards = plugin_cards(context.runtime.plugins, context.switches, context.pack, today=context.today)
    return render_template("switchboard/plugins.html", cards=cards, stages=_stages())


@bp.get("/plugins/<slug>", permission=SWITCH)
def plugin(slug: str) -> str:
    return _form(_card(slug), {}, {})


@bp.post("/plugins/<slug>", permission=SWITCH)
def save_plugin(slug: str) -> Response | tuple[str, int]:
    context = current()
    card = _card(slug)
    try:
        switch_plugin(
            context.session,
            actor=context.actor,
            plugins=context.runtime.plugins,
            slug=slug,
            version=expected_version(),
            **form(SwitchIn),
        )
    except Invalid as fault:
        values = {**request.form.to_dict(), "stages": request.form.getlist("stages")}
        return _form(card, values, {name: said(right) for name, right in fault.fields.items()}), 422
    flash(_("已保存：%(plugin)s", plugin=said(card.title)), "success")
    return redirect(url_for("switchboard.plugins"))


@bp.post("/plugins/<slug>/off", permission=SWITCH)
def plugin_off(slug: str) -> Response:
    context = current()
    card = _card(slug)
    switch_off(context.session, actor=context.actor, slug=slug, version=expected_version())
    flash(_("已停用：%(plugin)s，数据已冻结保留。", plugin=said(card.title)), "success")
    return redirect(url_for("switchboard.plugins"))


@bp.post("/plugins/<slug>/let-in", permission=SWITCH)
def plugin_let_in(slug: str) -> Response:
    context = current()
    card = _card(slug)
    let_in(context.session, actor=context.actor, slug=slug, version=expected_version())
    flash(_("已解除隔离：%(plugin)s。再出错会重新隔离。", plugin=said(card.title)), "success")
    return redirect(url_for("switchboard.plugins"))


@bp.post("/plugins/<slug>/grants", permission=SWITCH)
def plugin_grant(slug: str) -> Response:
    context = current()
    made = grant_suggested(
        context.session, actor=context.actor, plugins=context.runtime.plugins, slug=slug, version=expected_version()
    )
    flash(_("已授予%(n)s项权限，有关人员下一次打开页面时生效。", n=made), "success")
    return redirect(url_for("switchboard.plugin", slug=slug))


@bp.post("/plugins/<slug>/grants/withdraw", permission=SWITCH)
def plugin_withdraw(slug: str) -> Response:
    context = current()
    gone = withdraw_grants(
        context.session, actor=context.actor, plugins=context.runtime.plugins, slug=slug, version=expected_version()
    )
    flash(_("已收回%(n)s项权限。", n=gone), "success")
    return redirect(url_for("switchboard.plugin", slug=slug))


def _card(slug: str) -> PluginCard:
    context = current()
    return plugin_card(context.runtime.plugins, context.switches, context.pack, today=context.today, slug=slug)


def _form(card: PluginCard, values: dict[str, Any], errors: dict[str, str]) -> str:
    given = values or {
        "on_from": card.on_from or current().today,
        "on_until": card.on_until,
        "stages": card.stages,
        "variant": card.variant or "",
    }
    return render_template(
        "switchboard/plugin.html",
        card=card,
        grants=suggested_grants(current().session, current().runtime.plugins, card.slug),
        titles=permission_titles(current().runtime.plugins, card.slug),
        values=given,
        errors=errors,
        stages=list(_stages().items()),
        variants=[(variant, variant) for variant in card.variants],
    )


def _stages() -> dict[str, str]:
    return {str(stage): said(title) for stage, title in STAGES.items()}
