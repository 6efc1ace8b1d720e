"""`xiaoan search`: brings the index of the search up to date, or makes it anew."""

from __future__ import annotations

import os
from typing import Any

import click

from core.app import compose
from core.cli import json_option, print_rows
from core.search.registered import searchables
from core.search.services import compare_all, index_anew
from core.settings import load_settings


@click.group()
def search() -> None:
    """The index of the search."""


@search.command()
@click.option("--tenant", "slug", help="Only this tenant (its short name).  [default: all]")
@click.option("--kind", help="Only this kind of things, e.g. hazard.")
@click.option(
    "--anew", is_flag=True, help="Forget what is there and index everything; people find meanwhile what they found."
)
@json_option
def index(slug: str | None, kind: str | None, anew: bool, as_json: bool) -> None:
    """Compare everything with the index, as the job does each night; counts what was not up to date."""
    parts = compose(load_settings(os.environ))
    rows: list[dict[str, Any]] = []
    try:
        work = index_anew if anew else compare_all
        for tenant in parts.directory.all():
            for searchable in searchables(parts.plugins):
                if slug in (None, tenant.slug) and kind in (None, searchable.kind):
                    with parts.db.tenant(tenant.id, clock=parts.directory.clock(tenant)) as session:
                        done = work(session, searchable=searchable)
                    rows.append({"tenant": tenant.slug, "kind": searchable.kind, "indexed": done})
    finally:
        parts.db.dispose()
    if slug is not None and not rows:
        raise click.UsageError(f"there is no tenant {slug}, or no kind {kind}")
    print_rows(rows, as_json=as_json)
