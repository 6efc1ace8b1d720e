"""/api/v1/plugins"""

from __future__ import annotations

from typing import Any

from core.http.blueprints import ApiBlueprint
from core.http.context import current
from core.http.etag import etag, expected_version
from core.http.paging import Page, PageArgs, Paging, page_schema
from core.switchboard.queries.grants import suggested_grants
from core.switchboard.queries.plugins import PluginCard, plugin_card, plugin_cards
from core.switchboard.schemas import GrantSchema, PluginSchema, SwitchIn
from core.switchboard.services import grant_suggested, let_in, switch_off, switch_plugin, withdraw_grants
from core.tenancy.packs.grants import Suggested
from core.tenancy.permissions import TenancyPermission
from core.tenancy.switches import switches

SWITCH = TenancyPermission.SWITCH
Answer = tuple[PluginCard, int, dict[str, str]]
bp = ApiBlueprint("plugins", __name__, url_prefix="/api/v1/plugins", description="Which plugins are on, for whom")


@bp.get("", permission=SWITCH)
@bp.arguments(PageArgs, location="query")
@bp.response(200, page_schema(PluginSchema))
def index(args: dict[str, Any]) -> Page[PluginCard]:
    """Every plugin of this installation with its state for your tenant."""
    context = current()
    paging = Paging.of(args)
    cards = plugin_cards(context.runtime.plugins, context.switches, context.pack, today=context.today)
    return paging.cut(cards)


@bp.get("/<slug>", permission=SWITCH)
@bp.response(200, PluginSchema)
def one(slug: str) -> Answer:
    """One plugin; its ETag is the version of the switch, "0" where it was never switched."""
    return _answer(slug)


@bp.put("/<slug>", permission=SWITCH)
@bp.arguments(SwitchIn)
@bp.response(200, PluginSchema)
def switch(given: dict[str, Any], slug: str) -> Answer:
    """Switches it on."""
    context = current()
    plugins = context.runtime.plugins
    switch_plugin(context.session, actor=context.actor, plugins=plugins, slug=slug, version=expected_version(), **given)
    return _answer(slug)


@bp.delete("/<slug>", permission=SWITCH)
@bp.response(200, PluginSchema)
def off(slug: str) -> Answer:
    """Switches it off at once; its data is frozen, never deleted."""
    context = current()
    switch_off(context.session, actor=context.actor, slug=slug, version=expected_version())
    return _answer(slug)


@bp.delete("/<slug>/quarantine", permission=SWITCH)
@bp.response(200, PluginSchema)
def lift(slug: str) -> Answer:
    """Lets a plugin in again that raised in a hook here; it is asked at once, and kept out again if it raises."""
    context = current()
    let_in(context.session, actor=context.actor, slug=slug, version=expected_version())
    return _answer(slug)


@bp.get("/<slug>/grants", permission=SWITCH)
@bp.arguments(PageArgs, location="query")
@bp.response(200, page_schema(GrantSchema))
def grants(args: dict[str, Any], slug: str) -> Page[Suggested]:
    """Whom the plugin's permissions are meant for, by permission set: what they have, and what is suggested and missing."""
    context = current()
    plugin_card(context.runtime.plugins, context.switches, context.pack, today=context.today, slug=slug)
    return Paging.of(args).cut(suggested_grants(context.session, context.runtime.plugins, slug))


@bp.put("/<slug>/grants", permission=SWITCH)
@bp.response(200, PluginSchema)
def grant(slug: str) -> Answer:
    """Gives everything that is suggested and missing."""
    context = current()
    plugins = context.runtime.plugins
    grant_suggested(context.session, actor=context.actor, plugins=plugins, slug=slug, version=expected_version())
    return _answer(slug)


@bp.delete("/<slug>/grants", permission=SWITCH)
@bp.response(200, PluginSchema)
def withdraw(slug: str) -> Answer:
    """Takes back what was granted so; what the pack gives stays."""
    context = current()
    plugins = context.runtime.plugins
    withdraw_grants(context.session, actor=context.actor, plugins=plugins, slug=slug, version=expected_version())
    return _answer(slug)


def _answer(slug: str) -> Answer:
    context = current()
    now = switches(context.session)  # not the request's: a write may lie in between
    card = plugin_card(context.runtime.plugins, now, context.pack, today=context.today, slug=slug)
    return card, 200, {"ETag": etag(card.row_version)}
