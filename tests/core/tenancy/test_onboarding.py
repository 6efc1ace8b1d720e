"""Taking districts in: once, again, with a new pack, and when something breaks half way."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from core.cli.tenant import take_in, tenant
from core.db.engines import Database
from core.db.sessions import TenantSession
from core.identity.models import Person
from core.kernel.errors import Conflict, Invalid
from core.orgs.models import OrgUnit
from core.tenancy.bureaus import bureau_pack
from core.tenancy.directory import Directory
from core.tenancy.models import PackVersion, PluginSwitch, Tenant
from core.tenancy.onboarding import onboard, section_changes
from core.tenancy.packs.check import load
from core.tenancy.packs.model import Pack

PACKS = Path(__file__).parents[3] / "tenants"
_serial = itertools.count(1)


class Parts:
    """The two parts of a process that onboarding needs."""

    def __init__(self, db: Database) -> None:
        self.db, self.directory = db, Directory(db, shifts=True)


@pytest.fixture
def pack() -> Pack:
    return replace(load(PACKS / "tongyu"), slug=f"county-{next(_serial)}")


@pytest.fixture
def parts(db: Database) -> Parts:
    return Parts(db)


def counts(db: Database, tenant_id: int) -> tuple[int, ...]:
    with db.tenant(tenant_id, read_only=True) as session:
        return tuple(
            session.scalar(select(func.count()).select_from(model)) or 0
            for model in (PackVersion, PluginSwitch, OrgUnit, Person)
        )


def test_onboard_when_new_then_is_active_with_units_switches_and_an_administrator(parts: Parts, pack: Pack) -> None:
    made, password, rows = take_in(parts, pack, admin_login="admin")  # type: ignore[arg-type]  # the parts that it uses
    assert (made.created, made.version, rows) == (True, 1, None)
    assert password
    versions, switches, units, people = counts(parts.db, made.tenant_id)
    assert (versions, people) == (1, 1)
    assert switches == sum(1 for domain in pack.domains if domain.plugin and domain.on)
    assert units > len(pack.departments)
    card = parts.directory.by_slug(pack.slug)
    assert card is not None and card.name == pack.name


def test_onboard_when_done_again_then_changes_nothing(parts: Parts, pack: Pack) -> None:
    first, _password, _rows = take_in(parts, pack, admin_login="admin")  # type: ignore[arg-type]  # as above
    before = counts(parts.db, first.tenant_id)
    again, password, _rows = take_in(parts, pack, admin_login="admin")  # type: ignore[arg-type]  # as above
    assert (again.created, again.version, again.changes, password) == (False, 1, (), None)
    assert counts(parts.db, first.tenant_id) == before


def test_onboard_when_the_pack_changed_then_adds_a_version_and_names_the_sections(parts: Parts, pack: Pack) -> None:
    take_in(parts, pack, admin_login="admin")  # type: ignore[arg-type]  # as above
    newer = replace(pack, version="9.9.9", departments=pack.departments[1:])
    made, _password, _rows = take_in(parts, newer, admin_login="admin")  # type: ignore[arg-type]  # as above
    assert made.version == 2
    changes = {change.section: change for change in made.changes}
    assert changes["departments"].removed == (pack.departments[0].code,)
    assert set(changes) == {"departments", "version"}


def test_onboard_when_it_breaks_half_way_then_nobody_gets_in_and_nothing_is_left(db: Database, pack: Pack) -> None:
    def furnish(session: TenantSession, pack: Pack) -> None:
        raise Invalid("名册有误")

    with pytest.raises(Invalid):
        onboard(db, pack, by="test", furnish=furnish)
    with db.platform() as session:
        row = session.scalars(select(Tenant).where(Tenant.slug == pack.slug)).one()
        tenant_id, status = row.id, row.status
    assert status == "suspended"
    assert Directory(db, shifts=True).by_slug(pack.slug) is None
    assert counts(db, tenant_id) == (0, 0, 0, 0)
    made = onboard(db, pack, by="test", furnish=lambda session, pack: None)
    assert (made.tenant_id, made.created) == (tenant_id, True)


def test_onboard_when_the_slug_is_a_bureaus_then_is_refused(parts: Parts, pack: Pack) -> None:
    take_in(parts, bureau_pack(pack.slug, "某某监测中心"), admin_login="admin")  # type: ignore[arg-type]  # as above
    with pytest.raises(Conflict):
        take_in(parts, pack, admin_login="admin")  # type: ignore[arg-type]  # as above


def test_changes_when_lists_of_codes_differ_then_are_named_by_code() -> None:
    (change,) = section_changes(
        {"posts": [{"code": "a"}, {"code": "b", "x": 1}]}, {"posts": [{"code": "b", "x": 2}, {"code": "c"}]}
    )
    assert (change.added, change.removed, change.changed) == (("c",), ("a",), ("b",))


def run(environ: dict[str, str], *arguments: str) -> Result:
    return CliRunner().invoke(tenant, arguments, env=environ, catch_exceptions=True)


def test_command_when_a_district_and_a_bureau_are_taken_in_then_consent_joins_them(
    environ: dict[str, str], tmp_path: Path
) -> None:
    slug, bureau = f"cli-{next(_serial)}", f"cli-bureau-{next(_serial)}"
    made = run(environ, "bureau", "--slug", bureau, "--name", "某某监测中心", "--json")
    assert made.exit_code == 0, made.output
    assert json.loads(made.stdout)[0]["created"] is True
    listed = json.loads(run(environ, "list", "--json").stdout)
    assert bureau in {row["slug"] for row in listed}
    missing = run(environ, "consent", "--district", slug, "--bureau", bureau)
    assert missing.exit_code != 0
