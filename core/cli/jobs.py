"""`xiaoan jobs`: runs once what is due, and lists jobs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

import click

from core.app import compose
from core.cli import FAULT, json_option, print_rows
from core.jobs.due import run_due
from core.jobs.queries import MAX_PAGE, job_cards
from core.jobs.works import Works, compose_works
from core.kernel.clock import parse_instant
from core.settings import Settings, load_settings
from core.tenancy.directory import TenantCard


@click.group()
def jobs() -> None:
    """Work outside requests."""


@jobs.command()
@click.option(
    "--as-of", help="ISO time at which everything is taken to happen; not in production.  [default: each tenant's now]"
)
@click.option("--tenant", "slug", help="Only this tenant (its short name).")
@json_option
@click.pass_context
def run(ctx: click.Context, as_of: str | None, slug: str | None, as_json: bool) -> None:
    """Run once, in this process, whatever is due; exit code 1 if a job failed."""
    with _works() as (settings, works):
        if as_of is not None and settings.production:
            raise click.UsageError("--as-of: production keeps real time")
        try:
            at = parse_instant(as_of) if as_of is not None else None
        except ValueError as fault:
            raise click.BadParameter(
                "not an ISO 8601 time, e.g. 2019-04-01T08:00:00+08:00", param_hint="--as-of"
            ) from fault
        _chosen(works, slug)
        ran = [asdict(one) for one in run_due(works, as_of=at, tenant=slug)]
    print_rows(ran, as_json=as_json)
    ctx.exit(FAULT if any(one["state"] != "done" for one in ran) else 0)


@jobs.command("list")
@click.option("--tenant", "slug", help="Only this tenant (its short name).")
@click.option("--state", type=click.Choice(["queued", "running", "done", "failed", "dead"]))
@click.option("--kind", help="Only this kind, e.g. orgs.import_roster.")
@click.option("--limit", type=click.IntRange(1, MAX_PAGE), default=20, show_default=True, help="Newest per tenant.")
@json_option
def list_jobs(slug: str | None, state: str | None, kind: str | None, limit: int, as_json: bool) -> None:
    """List the newest jobs."""
    rows: list[dict[str, Any]] = []
    with _works() as (_, works):
        for tenant in _chosen(works, slug):
            with works.db.tenant(tenant.id, read_only=True) as session:
                cards, _total = job_cards(session, kind=kind, state=state, page_size=limit)
            rows += [{"tenant": tenant.slug, **asdict(card)} for card in cards]
    print_rows(rows, as_json=as_json)


@contextmanager
def _works() -> Iterator[tuple[Settings, Works]]:
    settings = load_settings(os.environ)
    parts = compose(settings)
    try:
        yield settings, compose_works(settings=settings, db=parts.db, directory=parts.directory, plugins=parts.plugins)
    finally:
        parts.db.dispose()


def _chosen(works: Works, slug: str | None) -> list[TenantCard]:
    found = [tenant for tenant in works.directory.all() if slug in (None, tenant.slug)]
    if slug is not None and not found:
        raise click.BadParameter(f"there is no tenant {slug}", param_hint="--tenant")
    return found
