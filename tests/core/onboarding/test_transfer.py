"""A tenant goes out as a package and comes in elsewhere: everything there again, nothing secret, nothing of anybody else."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from core.app import Parts, compose
from core.audit.heads import heads_of
from core.audit.verify import verify
from core.cli.moving import export_to, import_from
from core.db.base import Base
from core.files.models import File
from core.files.storage import storage_of
from core.hazards.models import Hazard
from core.identity.models import Person
from core.kernel.clock import FixedClock
from core.kernel.errors import Conflict, Invalid
from core.onboarding.transfer.layout import CHECKSUMS, MANIFEST
from core.onboarding.transfer.reading import opened
from core.onboarding.transfer.tables import BLANK, LEFT_OUT, PLATFORM, carried
from core.runtime.embedded import Embedded
from core.settings import Settings, load_settings
from core.tenancy.models import PackOverride
from tests.conftest import migrated_template
from tests.factories.world import World, build, build_bureau
from tests.rules.samples import Samples

MINE = "tenant.exported", "tenant.imported"


@pytest.fixture
def parts(settings: Settings, clock: FixedClock) -> Iterator[Parts]:
    made = compose(settings, clock=clock, platform=True)
    yield made
    made.db.dispose()


@pytest.fixture
def elsewhere(embedded: Embedded, tmp_path: Path, clock: FixedClock) -> Iterator[Parts]:
    """Another installation: a database, files and keys of its own."""
    name = f"elsewhere_{os.getpid()}"
    embedded.drop_database(name)
    embedded.create_database(name, template=migrated_template(embedded))
    environ = {
        **embedded.environ(name), "XIAOAN_ENV": "test", "XIAOAN_HOME": str(tmp_path / "elsewhere"), "XIAOAN_REDIS_PREFIX": name,
        "XIAOAN_SECRET_KEY": "another installation has another key",
    }  # fmt: skip
    made = compose(load_settings(environ), clock=clock, platform=True)
    yield made
    made.db.dispose()
    embedded.drop_database(name)


@pytest.fixture
def full(world: World, client: FlaskClient) -> World:
    """A district with one of everything that an address can name, files among them, and a change of its own."""
    samples = Samples(world, client, "canary", build_bureau(world.db))
    samples.make_all()
    with world.session() as session:
        session.add(PackOverride(path="settings.due.reminder_days", value=5, set_by=None, set_at=session.now()))
    return world


def contents(file: Path) -> dict[str, list[str]]:
    """Table → its lines, less the entries that exporting and importing themselves write."""
    found: dict[str, list[str]] = {}
    with zipfile.ZipFile(file) as archive:
        for name in archive.namelist():
            if name.startswith("tables/"):
                found[name[11:-7]] = archive.read(name).decode().splitlines()
            elif name.startswith(("files/", "thumbnails/")):
                found[name] = [hashlib.sha256(archive.read(name)).hexdigest()]
    ours = {json.loads(line)["id"] for line in found["audit_entries"] if json.loads(line)["action"] in MINE}
    for table, key in (("audit_entries", "id"), ("audit_pending", "audit_id"), ("audit_seals", "audit_id")):
        found[table] = [line for line in found[table] if json.loads(line)[key] not in ours]
    return found


def counted(parts: Parts, tenant_id: int) -> dict[str, int]:
    with parts.db.tenant(tenant_id, read_only=True) as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table).where(table.c.tenant_id == tenant_id))
            or 0
            for table in Base.metadata.sorted_tables
            if table.name not in PLATFORM
        }


def taken_in(parts: Parts, file: Path, **said: str) -> int:
    with file.open("rb") as stream, opened(stream) as package:
        package.verify()
        return import_from(parts, package, slug=said.get("slug"), admin_login=None)[0]


def test_tenant_when_carried_elsewhere_then_is_the_same_there(
    parts: Parts, elsewhere: Parts, full: World, neighbour: World, tmp_path: Path
) -> None:
    first, second = tmp_path / "first.zip", tmp_path / "second.zip"
    export_to(parts, full.tenant.slug, first)
    beside = build(elsewhere.db, slug="beside")
    before = counted(elsewhere, beside.tenant.id)
    tenant_id = taken_in(elsewhere, first)
    assert tenant_id != full.tenant.id
    assert counted(elsewhere, beside.tenant.id) == before
    export_to(elsewhere, full.tenant.slug, second)
    out, again = contents(first), contents(second)
    assert out.keys() == again.keys()
    assert [name for name in out if out[name] != again[name]] == []
    assert sum(len(out[name]) for name in ("hazards", "files", "register_entries", "audit_entries")) > 20
    assert any(name.startswith("files/") for name in out)


def test_imported_tenant_when_looked_at_then_its_log_holds_its_files_are_there_and_nobody_has_a_password(
    parts: Parts, elsewhere: Parts, full: World, tmp_path: Path
) -> None:
    file = tmp_path / "it.zip"
    export_to(parts, full.tenant.slug, file)
    tenant_id = taken_in(elsewhere, file)
    storage = storage_of(elsewhere.settings)
    with elsewhere.db.tenant(tenant_id, read_only=True) as session:
        report = verify(session, heads_of(elsewhere.settings))
        assert (report.ok, report.entries > 20) == (True, True), report.faults
        assert set(session.scalars(select(Person.password_hash))) == {None}
        rows = session.execute(select(File.key, File.sha256)).all()
        assert rows
        for key, digest in rows:
            assert key.startswith(f"t/{tenant_id}/")
            with storage.open(key) as stream:
                assert hashlib.sha256(stream.read()).hexdigest() == digest
        assert session.scalar(select(func.count()).select_from(Hazard))
    raw = file.read_bytes()
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        text = b"".join(archive.read(name) for name in archive.namelist() if name.startswith("tables/"))
    assert b"argon2" not in text
    for token in full.tokens.values():
        assert token[-24:].encode() not in text


def test_package_when_only_a_neighbour_is_exported_then_none_of_ours_is_in_it(
    parts: Parts, full: World, neighbour: World, tmp_path: Path
) -> None:
    file = tmp_path / "neighbour.zip"
    export_to(parts, neighbour.tenant.slug, file)
    ours = {str(unit_id) for unit_id in full.units.values()} | {str(person_id) for person_id in full.people.values()}
    with zipfile.ZipFile(file) as archive:
        text = b"".join(archive.read(name) for name in archive.namelist()).decode(errors="replace")
    assert not [one for one in ours if one in text]
    assert str(next(iter(neighbour.units.values()))) in text


def test_import_when_done_twice_then_refused_and_under_another_name_taken(
    parts: Parts, elsewhere: Parts, world: World, tmp_path: Path
) -> None:
    file = tmp_path / "it.zip"
    export_to(parts, world.tenant.slug, file)
    first = taken_in(elsewhere, file)
    with pytest.raises(Conflict):
        taken_in(elsewhere, file)
    second = taken_in(elsewhere, file, slug="again")
    assert counted(elsewhere, second)["people"] == counted(elsewhere, first)["people"] > 0


def test_import_when_it_fails_then_nothing_is_there_and_it_can_be_done_again(
    parts: Parts, elsewhere: Parts, full: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "it.zip"
    export_to(parts, full.tenant.slug, file)
    storage = storage_of(elsewhere.settings)
    monkeypatch.setattr(type(storage), "put", _fails)
    with pytest.raises(OSError, match="disk"):
        taken_in(elsewhere, file)
    monkeypatch.undo()
    assert elsewhere.directory.by_slug(full.tenant.slug) is None
    tenant_id = taken_in(elsewhere, file)
    assert counted(elsewhere, tenant_id)["hazards"] > 0


def _fails(*_: object) -> None:
    raise OSError("disk full")


def rewritten(file: Path, change: Callable[[dict[str, bytes]], list[tuple[str, bytes]] | None]) -> Path:
    """The package with its entries changed; ``change`` may answer with the entries to write."""
    with zipfile.ZipFile(file) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    written = change(entries)
    target = file.with_name("changed.zip")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in written if written is not None else entries.items():
            archive.writestr(name, content)
    return target


def summed(entries: dict[str, bytes]) -> None:
    """As somebody who makes a false package honestly sums it up."""
    sums = b"".join(
        json.dumps({"name": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}).encode() + b"\n"
        for name, content in entries.items()
        if name not in (MANIFEST, CHECKSUMS)
    )
    entries[CHECKSUMS] = sums
    entries[MANIFEST] = json.dumps(
        json.loads(entries[MANIFEST]) | {"checksums": hashlib.sha256(sums).hexdigest()}
    ).encode()


def cut(entries: dict[str, bytes]) -> None:
    name = next(name for name in entries if name.endswith("-people.ndjson"))
    entries[name] = entries[name].replace("测试".encode(), "冒名".encode(), 1)


def strange(entries: dict[str, bytes]) -> None:
    entries["../evil"] = b"x"
    summed(entries)


def newer(entries: dict[str, bytes]) -> None:
    entries[MANIFEST] = json.dumps(json.loads(entries[MANIFEST]) | {"format": 99}).encode()


def foreign_table(entries: dict[str, bytes]) -> None:
    name = next(name for name in entries if name.endswith("-people.ndjson"))
    other = name.replace("people", "martians")
    entries[other] = entries.pop(name)
    manifest = json.loads(entries[MANIFEST])
    for table in manifest["tables"]:
        if table["name"] == "people":
            table |= {"name": "martians", "file": other}
    entries[MANIFEST] = json.dumps(manifest).encode()
    summed(entries)


def bomb(entries: dict[str, bytes]) -> None:
    entries["README.txt"] = b"\0" * (64 * 1024 * 1024)
    summed(entries)


def lost_row(entries: dict[str, bytes]) -> None:
    name = next(name for name in entries if name.endswith("-people.ndjson"))
    entries[name] = b"".join(entries[name].splitlines(keepends=True)[1:])
    summed(entries)


def rewritten_log(entries: dict[str, bytes]) -> None:
    """Honestly summed, but the log says something else than was sealed."""
    name = next(name for name in entries if name.endswith("-audit_entries.ndjson"))
    entries[name] = entries[name].replace("测试".encode(), "别人".encode(), 1)
    summed(entries)


@pytest.mark.parametrize(
    "change", [cut, strange, newer, foreign_table, bomb, lost_row, rewritten_log], ids=lambda one: one.__name__
)
def test_package_when_damaged_or_false_then_refused(
    parts: Parts, elsewhere: Parts, world: World, tmp_path: Path, change: Callable[[dict[str, bytes]], None]
) -> None:
    file = tmp_path / "it.zip"
    export_to(parts, world.tenant.slug, file)
    changed = rewritten(file, change)
    with pytest.raises(Invalid):
        taken_in(elsewhere, changed)
    assert elsewhere.directory.by_slug(world.tenant.slug) is None
    assert taken_in(elsewhere, file)


def test_package_when_entries_are_doubled_or_cut_short_then_refused(parts: Parts, world: World, tmp_path: Path) -> None:
    file = tmp_path / "it.zip"
    export_to(parts, world.tenant.slug, file)
    with pytest.warns(UserWarning, match="Duplicate"):
        doubled = rewritten(file, lambda entries: [*entries.items(), next(iter(entries.items()))])
    short = file.with_name("short.zip")
    shutil.copy(file, short)
    os.truncate(short, file.stat().st_size // 2)
    empty = file.with_name("empty.zip")
    empty.write_bytes(b"")
    for wrong in (doubled, short, empty):
        with pytest.raises(Invalid), wrong.open("rb") as stream, opened(stream) as package:
            package.verify()


def test_tables_when_left_out_then_exist_and_say_why() -> None:
    there = {table.name: table for table in Base.metadata.sorted_tables}
    assert LEFT_OUT.keys() <= there.keys()
    assert {(table, column) for table, column in BLANK if column not in there[table].columns} == set()
    assert {table.name for table in carried()} == there.keys() - LEFT_OUT.keys() - PLATFORM
    # what looks like a secret is carried only where somebody said that it is none
    harmless = {("pack_versions", "digest"), ("files", "key"), ("files", "thumbnail_key")}
    suspicious = {
        (table.name, column.name)
        for table in carried()
        for column in table.columns
        if any(word in column.name for word in ("secret", "password", "token"))
    }
    assert suspicious - BLANK.keys() - harmless == set()


def test_row_when_json_is_null_then_stays_json_null(
    parts: Parts, elsewhere: Parts, world: World, tmp_path: Path
) -> None:
    with world.session() as session:
        session.add(PackOverride(path="settings.due.reminder_days", value=None, set_by=None, set_at=session.now()))
    file = tmp_path / "it.zip"
    export_to(parts, world.tenant.slug, file)
    tenant_id = taken_in(elsewhere, file)
    with elsewhere.db.tenant(tenant_id, read_only=True) as session:
        assert session.execute(select(PackOverride.value)).all() == [(None,)]
