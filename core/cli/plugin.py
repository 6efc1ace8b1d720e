"""`xiaoan plugin`: which plugins this installation has, and which are on for a tenant."""

from __future__ import annotations

import os
from dataclasses import asdict

import click

from core.app import compose
from core.cli import json_option, print_rows
from core.kernel.clock import local_date
from core.kernel.errors import NotFound
from core.settings import load_settings
from core.switchboard.queries.plugins import PluginCard, plugin_cards
from core.tenancy import shelf
from core.tenancy.switches import switches


@click.group("plugin")
def plugin() -> None:
    """Plugins."""


@plugin.command("list")
@click.option("--tenant", "slug", help="Slug of a district: also whether each is on there.")
@json_option
def list_plugins(slug: str | None, as_json: bool) -> None:
    """List plugins with their version, compatibility and, where one is kept out, why."""
    parts = compose(load_settings(os.environ), platform=True)
    try:
        cards = plugin_cards(parts.plugins, {}, None, today=local_date(parts.db.clock.now()))
        if slug is not None:
            card = parts.directory.by_slug(slug)
            if card is None:
                raise NotFound("没有单位%(slug)s", slug=slug)
            with parts.db.tenant(card.id, clock=parts.directory.clock(card), read_only=True) as session:
                today = local_date(session.now())
                cards = plugin_cards(parts.plugins, switches(session), shelf.current(session), today=today)
    finally:
        parts.db.dispose()
    print_rows([_row(card, tenant=slug is not None) for card in cards], as_json=as_json)


def _row(card: PluginCard, *, tenant: bool) -> dict[str, object]:
    told = asdict(card)
    names = ["slug", "title", "version", "core_range"]
    if tenant:
        names += ["state", "on_from", "on_until", "variant"]
    row = {name: told[name] for name in names}
    if tenant:
        row["stages"] = "、".join(card.stages)
    row["fault"] = card.fault
    return row
