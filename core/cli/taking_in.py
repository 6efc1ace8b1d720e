"""`xiaoan tenant onboard`, `bureau` and `update`: takes districts in and brings them to new versions of their packs."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from core.cli import FAULT, REFUSED, json_option, print_rows
from core.cli.composed import card_of, composed
from core.cli.known import installed, known_to
from core.cli.previewing import difference_lines, print_json, show_ahead, show_preview
from core.cli.scope import commander
from core.db.sessions import TenantSession
from core.exchange.acting import plugins_on
from core.exchange.services.at_once import import_at_once
from core.files.storage import storage_of
from core.hooks.manager import Plugins
from core.hooks.tables import TableWork
from core.kernel.clock import SystemClock, local_date
from core.kernel.errors import Conflict
from core.onboarding.preview import preview
from core.onboarding.services.announcing import announce
from core.onboarding.services.updates import propose
from core.orgs.services.founding import found_admin, found_units
from core.orgs.services.roster.ahead import read_holders, read_units
from core.tenancy.bureaus import bureau_pack
from core.tenancy.merge import Side
from core.tenancy.onboarding import Onboarded, onboard
from core.tenancy.packs.check import load
from core.tenancy.packs.faults import PackFaults
from core.tenancy.packs.model import Pack
from core.tenancy.updating import Applied, look_ahead

if TYPE_CHECKING:
    from core.app import Parts

ADMIN_NAME = "系统管理员"
FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)
FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command("onboard")
@click.argument("folder", metavar="[DIR]", required=False, type=FOLDER)
@click.option("--pack", "named", metavar="DIR", type=FOLDER, help="Folder of the pack (or as the argument).")
@click.option("--roster", type=FILE, help="Units as xlsx or csv.")
@click.option("--people", type=FILE, help="People and their posts as xlsx or csv.")
@click.option("--admin-login", default="admin", show_default=True, help="Login of the first account.")
@click.option("--dry-run", is_flag=True, help="Only show what there would be. Needs no database.")
@click.option(
    "--from", "first_day", type=click.DateTime(["%Y-%m-%d"]), help="First of the 90 days shown.  [default: today]"
)
@json_option
@click.pass_context
def onboard_district(  # noqa: PLR0917  click hands its options over by name
    ctx: click.Context, folder: Path | None, named: Path | None, roster: Path | None, people: Path | None,
    admin_login: str, dry_run: bool, first_day: Any, as_json: bool,
) -> None:  # fmt: skip
    """Take in the district whose pack is in DIR, with its units and people, all or nothing."""
    folder = named or folder
    if folder is None:
        raise click.UsageError("name the folder of the pack: --pack DIR")
    if dry_run:
        pack = checked(ctx, folder, installed())
        units = read_units(pack, roster)
        holders, faults = read_holders(pack, people, units) if people is not None else (None, ())
        day = first_day.date() if first_day is not None else local_date(SystemClock().now())
        found = preview(pack, units.units, first_day=day, holders=holders, roster_faults=(*units.faults, *faults))
        show_preview(pack, found, as_json=as_json)
        ctx.exit(FAULT if units.faults or faults else 0)
    with composed() as parts:
        pack = checked(ctx, folder, parts.plugins)
        made, password, rows = take_in(parts, pack, admin_login=admin_login, roster=roster, people=people)
    _report(made, admin_login, password, rows, as_json=as_json)


@click.command("update")
@click.argument("slug")
@click.option("--pack", "folder", metavar="DIR", required=True, type=FOLDER, help="Folder of the new version.")
@click.option("--mine", "mine", metavar="PATH", multiple=True, help="Keep the district's own change there.")
@click.option("--theirs", "theirs", metavar="PATH", multiple=True, help="Take what the new version says there.")
@click.option("--dry-run", is_flag=True, help="Only show what would change.")
@click.option(
    "--propose", "ask", is_flag=True, help="Let the district's administrator look at it and decide on the page."
)
@json_option
@click.pass_context
def update_district(
    ctx: click.Context, slug: str, folder: Path, mine: tuple[str, ...], theirs: tuple[str, ...], dry_run: bool, ask: bool,
    as_json: bool,
) -> None:  # fmt: skip
    """Bring the district SLUG to a new version of its pack; what it changed itself survives."""
    decisions = {**dict.fromkeys(mine, Side.MINE), **dict.fromkeys(theirs, Side.THEIRS)}
    with composed() as parts:
        pack, card = checked(ctx, folder, parts.plugins), card_of(parts, slug)
        if pack.slug != slug:
            raise Conflict("区域包属于 %(other)s，不是 %(slug)s", other=pack.slug, slug=slug)
        with parts.db.tenant(card.id, clock=parts.directory.clock(card), read_only=not ask) as session:
            ahead = look_ahead(session, pack)
            if ask and not dry_run:
                propose(session, actor=commander(card.id, "tenant update"), pack=pack)
        open_ = ahead.merge.undecided(decisions)
        if dry_run or ask or open_:
            show_ahead(ahead, decisions, as_json=as_json)
            ctx.exit(REFUSED if open_ and not (dry_run or ask) else 0)
        made, _password, _rows = take_in(parts, pack, admin_login=None, decisions=decisions)
    if as_json:
        print_json({"tenant": slug, "pack_version": made.version, "sections": [one.section for one in made.changes]})
        return
    click.echo(f"{made.name}: version {made.version} is in force")
    for line in difference_lines(ahead):
        click.echo(line)


@click.command("bureau")
@click.option("--slug", required=True, help="Short name in addresses and commands.")
@click.option("--name", required=True, help="Full official name.")
@click.option("--admin-login", default="admin", show_default=True, help="Login of the first account.")
@json_option
def onboard_bureau(slug: str, name: str, admin_login: str, as_json: bool) -> None:
    """Take in a bureau that oversees districts; what it sees, each district decides."""
    with composed() as parts:
        made, password, rows = take_in(parts, bureau_pack(slug, name), admin_login=admin_login)
    _report(made, admin_login, password, rows, as_json=as_json)


def checked(ctx: click.Context, folder: Path, plugins: Plugins) -> Pack:
    """The pack of a folder; prints every fault and ends the command where there is one."""
    try:
        return load(folder, **known_to(plugins))
    except PackFaults as faults:
        for fault in faults.faults:
            click.echo(str(fault), err=True)
        ctx.exit(FAULT)


def take_in(
    parts: Parts, pack: Pack, *, admin_login: str | None, roster: Path | None = None, people: Path | None = None,
    decisions: dict[str, Side] | None = None,
) -> tuple[Onboarded, str | None, dict[str, int] | None]:  # fmt: skip
    """Onboards with the organisation the pack names, a first account and the rosters, all or nothing.

    Answers with the account's one-time password (None if it was there) and the rosters' counts.
    """
    password: list[str | None] = [None]
    rows: list[dict[str, int]] = []

    def furnish(session: TenantSession, pack: Pack) -> None:
        actor = commander(session.tenant_id, "tenant onboard")
        found_units(session, actor=actor, pack=pack)
        if admin_login is not None:
            password.append(found_admin(session, actor=actor, pack=pack, login=admin_login, name=ADMIN_NAME))
        for kind, file in (("orgs.units", roster), ("orgs.people", people)):
            if file is not None:
                work = TableWork(session, actor, parts.plugins, plugins_on(session, parts.plugins))
                storage = storage_of(parts.settings)
                rows.append(import_at_once(work, kind=kind, name=file.name, content=file.read_bytes(), storage=storage))

    def tell(session: TenantSession, pack: Pack, applied: Applied) -> None:
        announce(session, actor=commander(session.tenant_id, "tenant onboard"), pack=pack, applied=applied)

    made = onboard(parts.db, pack, by="tenant onboard", furnish=furnish, tell=tell, decisions=decisions)
    parts.directory.forget()
    total = {name: sum(row[name] for row in rows) for name in rows[0]} if rows else None
    return made, password[-1], total


def _report(made: Onboarded, login: str, password: str | None, rows: dict[str, int] | None, *, as_json: bool) -> None:
    summary: dict[str, Any] = {
        "tenant": made.slug, "id": made.tenant_id, "name": made.name, "created": made.created, "pack_version": made.version,
        "admin": login if password else None, "one_time_password": password, **({"roster": rows} if rows else {}),
    }  # fmt: skip
    changes = [asdict(change) for change in made.changes]
    if as_json:
        print_rows([{**summary, "changes": changes}], as_json=True)
        return
    print_rows([summary], as_json=False)
    if made.created:
        return
    for change in made.changes:
        named = ", ".join(
            [
                *(f"+{code}" for code in change.added),
                *(f"-{code}" for code in change.removed),
                *(f"~{code}" for code in change.changed),
            ]
        )
        click.echo(f"  {change.section}: {named[:400]}")
    if not made.changes:
        click.echo("  the pack is unchanged")
