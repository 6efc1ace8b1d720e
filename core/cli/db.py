"""`xiaoan db`: migrations, run as the migration login."""

import os

import click

from core.cli import REFUSED, json_option, print_rows
from core.db import migrate as migrations
from core.settings import load_settings


@click.group()
def db() -> None:
    """The database's structure."""


@db.command()
@click.option("--to", "target", default="heads", show_default=True, help="Revision to go up to.")
def migrate(target: str) -> None:
    """Bring the database up to date."""
    try:
        migrations.upgrade(_url(), target, note=lambda text: click.echo(text, err=True))
    except migrations.MigrationBusy as fault:
        raise click.ClickException(str(fault)) from fault


@db.command()
@click.argument("target")
@click.confirmation_option(prompt="This drops what later migrations made. Go on?")
def downgrade(target: str) -> None:
    """Bring the database down to a revision ("base" empties it)."""
    migrations.downgrade(_url(), target)


@db.command()
@json_option
@click.pass_context
def check(ctx: click.Context, as_json: bool) -> None:
    """List pending migrations and differences between models and database; exit code 3 if there are any."""
    found = [{"kind": "pending", "what": revision} for revision in migrations.pending(_url())]
    if not found:
        found = [{"kind": "drift", "what": difference} for difference in migrations.check_drift(_url())]
    print_rows(list(found), as_json=as_json)
    ctx.exit(REFUSED if found else 0)


@db.command()
def sql() -> None:
    """Print the SQL of all migrations, for review."""
    click.echo(migrations.sql())


@db.command()
@click.option("--owner", required=True, help="core or the slug of a plugin.")
@click.option("-m", "--message", required=True, help="What it does, in a few words.")
def revision(owner: str, message: str) -> None:
    """Write the next migration from the differences between models and database."""
    click.echo(migrations.new_revision(_url(), owner=owner, message=message))


def _url() -> str:
    url = load_settings(os.environ).database_url_migrate
    if url is None:
        raise click.UsageError("DATABASE_URL_MIGRATE is not set; only it may change the database's structure")
    return url
