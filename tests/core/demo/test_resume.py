"""A first load that is killed again and again: in the end the same rows as one that nobody disturbed, and nothing of people's lost."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from core.runtime.embedded import Embedded
from tests.conftest import ROOT, migrated_template

PROGRAM = """
import importlib, os, sys
from core.runtime.progress import Progress
from core.settings import load_settings
loading = importlib.import_module("core.demo.load")
loading.DISTRICTS = loading.DISTRICTS[3:]
loading.load(load_settings(os.environ), Progress(sys.stdout), scale=0.05)
"""
"""Two of the districts, and a twentieth of their hazards: one is there when the second kill comes, one is not."""
TABLES = (
    "hazards", "hazard_events", "people", "posts", "org_units", "org_links", "org_closure", "files", "audit_entries", "audit_pending",
    "oversight_consents", "hazard_rollups", "person_links", "pack_versions", "plugin_switches",
)  # fmt: skip
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
Counts = dict[tuple[str, str], int]


@pytest.fixture
def databases(embedded: Embedded, tmp_path: Path) -> Iterator[list[dict[str, str]]]:
    """Two empty ones, each with a folder of its own."""
    names = [f"resume_{turn}_{os.getpid()}" for turn in ("whole", "killed")]
    environs = []
    for name in names:
        embedded.drop_database(name)
        embedded.create_database(name, template=migrated_template(embedded))
        environs.append(
            {**embedded.environ(name), "XIAOAN_ENV": "development", "XIAOAN_HOME": str(tmp_path / name), "XIAOAN_REDIS_PREFIX": name}
        )  # fmt: skip
    yield environs
    for name in names:
        embedded.drop_database(name)
        shutil.rmtree(tmp_path / name, ignore_errors=True)


def loading(environ: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("wb") as out:
        return subprocess.Popen(
            [sys.executable, "-c", PROGRAM], cwd=ROOT, env={**os.environ, **environ}, stdout=out, stderr=out,
            start_new_session=True,
        )  # fmt: skip


def killed(environ: dict[str, str], log: Path, *, when: str, whole_group: bool) -> str:
    """Kills the load as soon as its output has ``when``; returns what it had said."""
    process = loading(environ, log)
    while not re.search(when, log.read_text()):
        assert process.poll() is None, f"the load ended before it could be killed:\n{log.read_text()}"
        time.sleep(0.01)
    if whole_group:
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()
    return log.read_text()


def rows(environ: dict[str, str], sql: str) -> list[tuple[Any, ...]]:
    address = environ["DATABASE_URL_MIGRATE"].replace("postgresql+psycopg2://", "postgresql://")
    connection = psycopg2.connect(address)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def counts(environ: dict[str, str]) -> Counts:
    """Rows by tenant and table."""
    return {
        (slug, table): count
        for table in TABLES
        for slug, count in rows(
            environ, f"select t.slug, count(r.tenant_id) from app.tenants t left join app.{table} r on r.tenant_id = t.id group by 1"
        )
    }  # fmt: skip


def test_load_when_killed_twice_then_it_ends_as_if_undisturbed(databases: list[dict[str, str]], tmp_path: Path) -> None:
    whole, broken = databases
    assert loading(whole, tmp_path / "whole.log").wait(400) == 0, (tmp_path / "whole.log").read_text()
    expected = counts(whole)
    assert {slug for slug, _ in expected} == {"monitoring", "lianyun", "tongyu"}

    killed(broken, tmp_path / "first.log", when=r"\d+ % hazards", whole_group=True)
    assert counts(broken) != expected
    said = killed(broken, tmp_path / "second.log", when=r"    \w+: \d+ hazards", whole_group=False)
    done = re.findall(r"    (\w+): \d+ hazards", said)[0]
    assert counts(broken) != expected, "the second kill came too late to prove anything"
    # whoever works in a district that is there must not lose it to the others' loading
    changed = f"tenant_id = (select id from app.tenants where slug = '{done}') and login = 'office'"
    rows(broken, f"update app.people set name = '改过的名字', version = version + 1 where {changed}")

    process = loading(broken, tmp_path / "third.log")
    assert process.wait(400) == 0, (tmp_path / "third.log").read_text()
    assert counts(broken) == expected
    assert rows(broken, f"select name from app.people where {changed}") == [("改过的名字",)]
    assert {status for (status,) in rows(broken, "select status from app.tenants")} == {"active"}

    before = rows(broken, "select max(id::text), count(*) from app.audit_entries")
    assert loading(broken, tmp_path / "fourth.log").wait(60) == 0
    assert rows(broken, "select max(id::text), count(*) from app.audit_entries") == before
    assert (tmp_path / "fourth.log").read_text() == "", "nothing is left to do, so nothing is said"


def test_load_when_the_installation_is_somebodys_own_then_nothing_is_loaded(
    databases: list[dict[str, str]], tmp_path: Path
) -> None:
    own = databases[0]
    rows(
        own,
        "insert into app.tenants (slug, name, kind, status, clock_offset_s, created_at)"
        " values ('ours', '本区教育局', 'district', 'active', 0, now())",
    )
    assert loading(own, tmp_path / "log").wait(60) == 0
    assert rows(own, "select slug from app.tenants") == [("ours",)]
