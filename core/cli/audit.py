"""`xiaoan audit`: proves that the log is what was written. Runs with the application's login; it only reads."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from typing import Any

import click

from core.app import compose
from core.audit.heads import heads_of
from core.audit.verify import Report, verify
from core.cli import FAULT, json_option, print_rows
from core.settings import load_settings
from core.tenancy.directory import TenantCard


@click.group()
def audit() -> None:
    """The log of who did what."""


@audit.command("verify")
@click.option("--tenant", "slug", help="Only this tenant (its short name).")
@json_option
@click.pass_context
def verify_chain(ctx: click.Context, slug: str | None, as_json: bool) -> None:
    """Compare the log with its chain and with the heads outside the database; exit code 1 if anything was tampered with."""
    settings = load_settings(os.environ)
    parts = compose(settings)
    heads = heads_of(settings)
    rows: list[dict[str, Any]] = []
    faulty = False
    for tenant in _chosen(parts.directory.all(), slug):
        begun = time.monotonic()
        with parts.db.tenant(tenant.id, read_only=True) as session:
            report = verify(session, heads)
        faulty = faulty or not report.ok
        rows += _rows(tenant.slug, report, seconds=time.monotonic() - begun)
    parts.db.dispose()
    print_rows(rows, as_json=as_json)
    ctx.exit(FAULT if faulty else 0)


def _chosen(tenants: Sequence[TenantCard], slug: str | None) -> Sequence[TenantCard]:
    found = [tenant for tenant in tenants if slug in (None, tenant.slug)]
    if slug is not None and not found:
        raise click.BadParameter(f"there is no tenant {slug}", param_hint="--tenant")
    return found


def _rows(slug: str, report: Report, *, seconds: float) -> list[dict[str, Any]]:
    """One row for a sound log, else one for each fault."""
    base = {
        "tenant": slug,
        "entries": report.entries,
        "heads": report.heads,
        "heads_older_key": report.older_key,
        "seconds": round(seconds, 2),
    }
    if report.ok:
        text = f"{report.older_key} heads are signed by an older key" if report.older_key else ""
        return [base | {"result": "ok", "seq": None, "until": None, "entry": None, "text": text}]
    rows = [
        base
        | {"result": fault.kind, "seq": fault.seq, "until": fault.until, "entry": fault.audit_id, "text": fault.text()}
        for fault in report.faults
    ]
    if report.more:
        text = f"另有 {report.more} 处"
        rows.append(base | {"result": "more", "seq": None, "until": None, "entry": None, "text": text})
    return rows
