"""`xiaoan tenant export` and `import`: a whole tenant as an open package. The format: docs/onboarding.md."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from core.audit.heads import heads_of
from core.audit.seal import seal_tenant
from core.audit.services import record
from core.cli import json_option, print_rows
from core.cli.composed import card_of, composed
from core.cli.scope import commander
from core.db.migrate import code_revision
from core.files.storage import storage_of
from core.identity.services.credentials import issue_one_time_password
from core.kernel.clock import SystemClock
from core.onboarding.queries.accounts import account_of
from core.onboarding.transfer.layout import Manifest
from core.onboarding.transfer.loading import load_files, load_package
from core.onboarding.transfer.reading import OpenPackage, opened
from core.onboarding.transfer.writing import write_package
from core.tenancy.onboarding import activate, reserve

if TYPE_CHECKING:
    from core.app import Parts

READABLE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command("export")
@click.argument("slug")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--overwrite", is_flag=True, help="Replace FILE if it is there.")
@json_option
def export_tenant(slug: str, file: Path, overwrite: bool, as_json: bool) -> None:
    """Write everything of the tenant SLUG (data, files, audit log; no secrets) into FILE."""
    if file.exists() and not overwrite:
        raise click.UsageError(f"{file} is there already; --overwrite replaces it")
    with composed() as parts:
        manifest = export_to(parts, slug, file)
    print_rows([_summary(manifest, file)], as_json=as_json)


@click.command("import")
@click.argument("file", type=READABLE)
@click.option("--slug", help="Short name here.  [default: as in the package]")
@click.option("--admin-login", default="admin", show_default=True, help="Account that gets a one-time password.")
@click.option("--check", "check_only", is_flag=True, help="Only look whether FILE is whole and fits this installation.")
@json_option
def import_tenant(file: Path, slug: str | None, admin_login: str, check_only: bool, as_json: bool) -> None:
    """Take in the tenant in FILE, all or nothing. Its people get new passwords from its administrator."""
    with file.open("rb") as stream, opened(stream) as package:
        package.verify()
        if check_only:
            print_rows([_summary(package.manifest, file)], as_json=as_json)
            return
        with composed() as parts:
            tenant_id, password = import_from(parts, package, slug=slug, admin_login=admin_login)
    found = {**_summary(package.manifest, file), "tenant": slug or package.manifest.slug, "id": tenant_id}
    print_rows([{**found, "admin": admin_login if password else None, "one_time_password": password}], as_json=as_json)


def export_to(parts: Parts, slug: str, file: Path) -> Manifest:
    """Writes beside FILE and renames: what is there under that name is whole. Side effect: an entry in the audit log, sealed
    first, so that the package's last link vouches for all that is in it."""
    card = card_of(parts, slug)
    clock = parts.directory.clock(card)
    with parts.db.tenant(card.id, clock=clock) as session:
        record(
            session,
            actor=commander(card.id, "tenant export"),
            action="tenant.exported",
            object_kind="tenant",
            object_id=slug,
        )
    seal_tenant(parts.db, heads_of(parts.settings), tenant_id=card.id)
    handle, fresh = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(handle, "w+b") as target, parts.db.tenant(card.id, clock=clock, read_only=True) as session:
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            manifest = write_package(
                session, tenant=card, schema=code_revision(), storage=storage_of(parts.settings), target=target,
                clock=SystemClock(), progress=lambda name, count: click.echo(f"{name}: {count}", err=True),
            )  # fmt: skip
            target.flush()
            os.fsync(target.fileno())
        Path(fresh).replace(file)
    finally:
        Path(fresh).unlink(missing_ok=True)
    return manifest


def import_from(
    parts: Parts, package: OpenPackage, *, slug: str | None, admin_login: str | None
) -> tuple[int, str | None]:
    """(number of the new tenant, one-time password of the account or None where there is no such account).

    ``package``: verified. Raises Conflict where the slug is taken. What fails leaves nothing but the reserved name, suspended,
    and is taken up again by doing it once more.
    """
    manifest = package.manifest
    tenant_id = reserve(
        parts.db, slug=slug or manifest.slug, name=manifest.name, kind=manifest.kind,
        clock_offset_s=0 if parts.settings.production else manifest.clock_offset_s,
    )  # fmt: skip
    storage = storage_of(parts.settings)
    stored: list[str] = []
    try:
        with parts.db.tenant(tenant_id) as session:
            actor = commander(tenant_id, "tenant import")
            load_package(session, actor=actor, package=package)
            stored.extend(load_files(session, package=package, storage=storage))
            person_id = account_of(session, admin_login) if admin_login else None
            password = issue_one_time_password(session, actor=actor, person_id=person_id) if person_id else None
    except BaseException:
        for key in stored:
            storage.delete(key)
        raise
    activate(parts.db, tenant_id=tenant_id)
    parts.directory.forget()
    seal_tenant(parts.db, heads_of(parts.settings), tenant_id=tenant_id)
    return tenant_id, password


def _summary(manifest: Manifest, file: Path) -> dict[str, Any]:
    return {
        "tenant": manifest.slug, "name": manifest.name, "made_at": manifest.made_at, "tables": len(manifest.tables),
        "rows": sum(table.rows for table in manifest.tables), "files": manifest.files, "audit_links": manifest.audit.entries,
        "bytes": file.stat().st_size,
    }  # fmt: skip
