"""`xiaoan tenant`: take districts and bureaus in, list them, open one to the other."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from core.access.actor import Actor
from core.audit.services import record
from core.cli import FAULT, json_option, print_rows
from core.db.sessions import TenantSession
from core.exchange.acting import plugins_on
from core.exchange.services.at_once import import_at_once
from core.files.storage import storage_of
from core.hooks.tables import TableWork
from core.jobs.services import emit
from core.kernel.clock import local_date
from core.kernel.errors import NotFound
from core.kernel.events import Event
from core.orgs.services.founding import found_admin, found_units
from core.oversight.indicators import CODES
from core.oversight.services.consents import grant_consent
from core.registers.catalogue import Registers
from core.settings import load_settings
from core.tenancy.bureaus import bureau_pack
from core.tenancy.directory import TenantCard
from core.tenancy.onboarding import Onboarded, onboard
from core.tenancy.packs.check import load
from core.tenancy.packs.faults import PackFaults
from core.tenancy.packs.model import Pack

if TYPE_CHECKING:
    from core.app import Parts

ADMIN_NAME = "系统管理员"


@click.group()
def tenant() -> None:
    """Districts and bureaus."""


@tenant.command("onboard")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--roster", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Units as xlsx or csv.")
@click.option("--admin-login", default="admin", show_default=True, help="Login of the first account.")
@json_option
@click.pass_context
def onboard_district(ctx: click.Context, folder: Path, roster: Path | None, admin_login: str, as_json: bool) -> None:
    """Take in the district whose pack is in FOLDER, or bring it to a new version of its pack."""
    with _parts() as parts:
        codes = frozenset(
            declared.code for _, group in parts.plugins.at_boot("register_permissions") for declared in group
        )
        try:
            pack = load(folder, permissions=codes, registers=Registers.of(parts.plugins).fields())
        except PackFaults as faults:
            for fault in faults.faults:
                click.echo(str(fault), err=True)
            ctx.exit(FAULT)
        made, password, rows = take_in(parts, pack, admin_login=admin_login, roster=roster)
    _report(made, admin_login, password, rows, as_json=as_json)


@tenant.command("bureau")
@click.option("--slug", required=True, help="Short name in addresses and commands.")
@click.option("--name", required=True, help="Full official name.")
@click.option("--admin-login", default="admin", show_default=True, help="Login of the first account.")
@json_option
def onboard_bureau(slug: str, name: str, admin_login: str, as_json: bool) -> None:
    """Take in a bureau that oversees districts; what it sees, each district decides."""
    with _parts() as parts:
        made, password, rows = take_in(parts, bureau_pack(slug, name), admin_login=admin_login)
    _report(made, admin_login, password, rows, as_json=as_json)


@tenant.command("list")
@json_option
def list_tenants(as_json: bool) -> None:
    """List all tenants."""
    with _parts() as parts:
        rows = [asdict(card) for card in parts.directory.all()]
    print_rows(rows, as_json=as_json)


@tenant.command()
@click.option("--district", "district_slug", required=True, help="Short name of the district that opens itself.")
@click.option("--bureau", "bureau_slug", required=True, help="Short name of the bureau.")
@click.option(
    "--indicator", "shown", type=click.Choice(sorted(CODES)), multiple=True, help="Group of figures.  [default: all]"
)
@click.option("--rows", is_flag=True, help="Single hazards (without persons) too.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Last day.  [default: until revoked]")
@json_option
def consent(
    district_slug: str, bureau_slug: str, shown: tuple[str, ...], rows: bool, until: Any, as_json: bool
) -> None:
    """Let a bureau see figures of a district, on the written decision of the district."""
    with _parts() as parts:
        district, bureau = _card(parts, district_slug), _card(parts, bureau_slug)
        last: date | None = until.date() if until is not None else None
        with parts.db.tenant(district.id, clock=parts.directory.clock(district)) as session:
            consent_id = grant_consent(
                session, actor=commander(district.id, "tenant consent"), bureau=bureau, shown=shown or tuple(CODES), rows_granted=rows,
                valid_from=local_date(session.now()), valid_until=last,
            )  # fmt: skip
    print_rows(
        [{"district": district_slug, "bureau": bureau_slug, "consent": str(consent_id), "rows": rows}], as_json=as_json
    )


def take_in(
    parts: Parts, pack: Pack, *, admin_login: str, roster: Path | None = None
) -> tuple[Onboarded, str | None, dict[str, int] | None]:
    """Onboards with the organisation the pack names, a first account and the roster, all or nothing.

    Answers with the account's one-time password (None if it was there) and the roster's counts.
    """
    password: list[str | None] = []
    rows: list[dict[str, int]] = []

    def furnish(session: TenantSession, pack: Pack) -> None:
        actor = commander(session.tenant_id, "tenant onboard")
        found_units(session, actor=actor, pack=pack)
        password.append(found_admin(session, actor=actor, pack=pack, login=admin_login, name=ADMIN_NAME))
        if roster is not None:
            work = TableWork(session, actor, parts.plugins, plugins_on(session, parts.plugins))
            storage = storage_of(parts.settings)
            rows.append(
                import_at_once(work, kind="orgs.units", name=roster.name, content=roster.read_bytes(), storage=storage)
            )

    made = onboard(parts.db, pack, by="tenant onboard", furnish=furnish, tell=announce)
    parts.directory.forget()
    return made, password[-1], rows[-1] if rows else None


def announce(session: TenantSession, pack: Pack) -> None:
    """Writes down and tells the features that the tenant got a pack, or a new version."""
    record(
        session, actor=commander(session.tenant_id, "tenant onboard"), action="pack.applied", object_kind="pack", object_id=pack.slug,
        data={"version": pack.version},
    )  # fmt: skip
    emit(
        session,
        Event(
            topic="tenant.onboarded", tenant_id=session.tenant_id, at=session.now(), payload={"version": pack.version}
        ),
    )


def commander(tenant_id: int, command: str) -> Actor:
    """Who acts in a command: whoever may run it on the server may do everything; the log says which command it was."""
    return replace(Actor.system(tenant_id, command), kind="command")


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
    if not made.created:
        for change in made.changes:
            parts = [
                f"+{len(change.added)}" if change.added else "",
                f"-{len(change.removed)}" if change.removed else "",
            ]
            named = ", ".join(
                [
                    *(f"+{code}" for code in change.added),
                    *(f"-{code}" for code in change.removed),
                    *(f"~{code}" for code in change.changed),
                ]
            )
            click.echo(f"  {change.section} {' '.join(part for part in parts if part)}: {named[:400]}")
        if not made.changes:
            click.echo("  the pack is unchanged")


def _card(parts: Parts, slug: str) -> TenantCard:
    card = parts.directory.by_slug(slug)
    if card is None:
        raise NotFound("没有单位 %(slug)s", slug=slug)
    return card


@contextmanager
def _parts() -> Iterator[Parts]:
    parts: Parts = import_module("core.app").compose(load_settings(os.environ), platform=True)
    try:
        yield parts
    finally:
        parts.db.dispose()
