"""`xiaoan plugin`: which plugins this installation has, which are on for a tenant; on, off, and let in again."""

from __future__ import annotations

import os
from dataclasses import asdict, replace
from datetime import date
from typing import Any

import click

from core.app import Parts, compose
from core.cli import json_option, print_rows
from core.cli.scope import commander
from core.kernel.clock import local_date
from core.kernel.errors import NotFound
from core.settings import load_settings
from core.switchboard.queries.plugins import PluginCard, missing_card, plugin_card, plugin_cards
from core.switchboard.services import let_in, switch_off, switch_plugin
from core.tenancy import shelf
from core.tenancy.directory import TenantCard
from core.tenancy.switches import switches

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group("plugin")
def plugin() -> None:
    """Plugins."""


@plugin.command("list")
@click.option("--tenant", "slug", help="Slug of a district: also whether each is on there.")
@json_option
def list_plugins(slug: str | None, as_json: bool) -> None:
    """List plugins with their version, compatibility and, where one is kept out, why, since when and how it gets in."""
    parts = compose(load_settings(os.environ), platform=True)
    try:
        cards: tuple[PluginCard, ...]
        if slug is None:
            cards = plugin_cards(parts.plugins, {}, None, today=local_date(parts.db.clock.now()))
            known = {card.slug for card in cards}
            gone = (state for state in parts.directory.plugin_states().values() if state.slug not in known)
            cards += tuple(missing_card(state.slug, title=state.title, version=state.version) for state in gone)
        else:
            card = _tenant(parts, slug)
            with parts.db.tenant(card.id, clock=parts.directory.clock(card), read_only=True) as session:
                today = local_date(session.now())
                cards = plugin_cards(parts.plugins, switches(session), shelf.current(session), today=today)
    finally:
        parts.db.dispose()
    print_rows([_row(card, tenant=slug is not None) for card in cards], as_json=as_json)


@plugin.command("on")
@click.argument("slug")
@click.option("--tenant", required=True, help="Slug of a district.")
@click.option("--from", "on_from", type=DAY, help="First day; today if it is not said.")
@click.option("--until", "on_until", type=DAY, help="Last day.")
@click.option("--variant", help="One of the plugin's variants.")
def switch_on(slug: str, tenant: str, on_from: Any, on_until: Any, variant: str | None) -> None:
    """Switch a plugin on for a district; exit code 3 with the reason where it does not fit this core or is kept out."""

    def act(parts: Parts, session: Any, actor: Any, version: int) -> None:
        first: date = on_from.date() if on_from else local_date(session.now())
        switch_plugin(
            session, actor=actor, plugins=parts.plugins, slug=slug, version=version, on_from=first,
            on_until=on_until.date() if on_until else None, variant=variant,
        )  # fmt: skip

    _change(slug, tenant, act)


@plugin.command("off")
@click.argument("slug")
@click.option("--tenant", required=True, help="Slug of a district.")
def off(slug: str, tenant: str) -> None:
    """Switch a plugin off at once; its data is frozen, never deleted."""
    _change(
        slug,
        tenant,
        lambda parts, session, actor, version: switch_off(session, actor=actor, slug=slug, version=version),
    )


@plugin.command("let-in")
@click.argument("slug")
@click.option("--tenant", required=True, help="Slug of a district.")
def lift(slug: str, tenant: str) -> None:
    """Lift the quarantine of a plugin that raised in a hook of a district."""
    _change(
        slug, tenant, lambda parts, session, actor, version: let_in(session, actor=actor, slug=slug, version=version)
    )


def _change(slug: str, tenant: str, act: Any) -> None:
    parts = compose(load_settings(os.environ), platform=True)
    try:
        card = _tenant(parts, tenant)
        with parts.db.tenant(card.id, clock=parts.directory.clock(card)) as session:
            now = plugin_card(
                parts.plugins, switches(session), shelf.current(session), today=local_date(session.now()), slug=slug
            )
            act(parts, session, commander(card.id, f"xiaoan plugin {slug}"), now.row_version)
    finally:
        parts.db.dispose()


def _tenant(parts: Parts, slug: str) -> TenantCard:
    card = parts.directory.by_slug(slug)
    if card is None:
        raise NotFound("没有单位%(slug)s", slug=slug)
    return card


def _row(card: PluginCard, *, tenant: bool) -> dict[str, object]:
    told = asdict(replace(card, fault=str(card.fault)))
    names = ["slug", "title", "version", "core_range", "state"]
    if tenant:
        names += ["on_from", "on_until", "variant"]
    row = {name: told[name] for name in names}
    if tenant:
        row["stages"] = "、".join(card.stages)
    else:
        # Without a tenant nothing is on or off: it is here, kept out or gone.
        row["state"] = card.state if card.state in ("quarantined", "missing") else "installed"
    return row | {name: told[name] for name in ("fault", "moment", "since", "mend")}
