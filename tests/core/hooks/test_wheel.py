"""A plugin in a wheel of its own: built, installed with pip, migrated, switched on for one district, used, taken out again."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, text

from core.db.engines import Database
from core.kernel.clock import SystemClock
from core.runtime.embedded import Embedded
from tests.conftest import migrated_template
from tests.core.hooks.scaffold import ROOT, SLUG, run, said, written
from tests.factories.world import World, _give_token, build
from tests.ports import free_port

PACKAGE = f"xiaoan_{SLUG}"
START_S = 200
"""A busy machine takes its time to start a process."""


@pytest.fixture
def database(embedded: Embedded, tmp_path: Path) -> Iterator[dict[str, str]]:
    """An installation of its own: the settings of its processes."""
    name = f"wheel_{os.getpid()}"
    embedded.drop_database(name)
    embedded.create_database(name, template=migrated_template(embedded))
    yield {
        **embedded.environ(name),
        "XIAOAN_ENV": "test",
        "XIAOAN_HOME": str(tmp_path / "home"),
        "XIAOAN_REDIS_PREFIX": name,
    }
    embedded.drop_database(name)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """The wheel, built and installed without network into a folder of its own."""
    project = tmp_path / "project"
    written("--wheel", str(project))
    build_wheel = "from setuptools import build_meta; build_meta.build_wheel('dist')"
    done = run(project, "-c", build_wheel)
    assert done.returncode == 0, said(done)
    (wheel,) = (project / "dist").glob("*.whl")
    target = tmp_path / "site"
    pip = ("-m", "pip", "install", "--no-index", "--no-deps", "--quiet", "--target", str(target), str(wheel))
    done = run(project, *pip)
    assert done.returncode == 0, said(done)
    return target


def xiaoan(site: Path, database: dict[str, str], *commands: tuple[str, ...]) -> list[str]:
    """What each command printed; all of them must succeed."""
    path = f"{site}{os.pathsep}{ROOT}"
    done = run(ROOT, "-m", "tests.core.hooks.commands", json.dumps(commands), **{**database, "PYTHONPATH": path})
    assert done.returncode == 0, said(done)
    answers = json.loads(done.stdout)
    assert [code for code, _, _ in answers] == [0] * len(commands), answers
    return [out for _, out, _ in answers]


def by_slug(listed: str) -> dict[str, Any]:
    return {row["slug"]: row for row in json.loads(listed)}


@contextmanager
def serving(site: Path, database: dict[str, str], log: Path) -> Iterator[int]:
    """The port of a real web process with what is installed now."""
    port = free_port()
    environment = {
        **os.environ, **database, "PYTHONPATH": f"{site}{os.pathsep}{ROOT}", "XIAOAN_PORT": str(port), "XIAOAN_HOST": "127.0.0.1",
        "XIAOAN_WEB_WORKERS": "1",
    }  # fmt: skip
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "core.cli", "web"], cwd=ROOT, env=environment, stdout=out, stderr=out
        )
    try:
        deadline = time.monotonic() + START_S
        while not listens(port):
            assert process.poll() is None and time.monotonic() < deadline, log.read_text()
            time.sleep(0.2)
        yield port
    finally:
        process.terminate()
        process.wait(60)


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def ask(port: int, path: str, headers: dict[str, str], *, method: str = "GET", body: Any = None) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    sent = {**headers, "Content-Type": "application/json", "Idempotency-Key": str(uuid4())} if body else headers
    connection.request(method, path, json.dumps(body) if body else None, sent)
    answer = connection.getresponse()
    found = answer.status, answer.read().decode()
    connection.close()
    return found


def scalar(database: dict[str, str], statement: str) -> Any:
    engine = create_engine(database["DATABASE_URL_MIGRATE"])
    with engine.connect() as connection:
        connection.execute(text("set role xiaoan_owner"))
        found = connection.scalar(text(statement))
    engine.dispose()
    return found


LIST = ("plugin", "list", "--json")


def comes_in(site: Path, database: dict[str, str], one: World) -> None:
    """Installed without its tables it is kept out, with the way in; migrated it is there, isolated like every table."""
    before, *_ = xiaoan(
        site, database, LIST, ("db", "migrate"), ("db", "check"), ("plugin", "on", SLUG, "--tenant", one.tenant.slug)
    )
    row = by_slug(before)[SLUG]
    assert (row["state"], row["moment"]) == ("quarantined", "migration")
    assert "xiaoan db migrate" in row["fault"]
    assert scalar(database, f"select version_num from ctx.chain_{SLUG}") == "0001"
    protected = f"select relrowsecurity and relforcerowsecurity from pg_class where relname = '{SLUG}_records'"
    assert scalar(database, protected) is True


def is_used(port: int, one: World, other: World) -> None:
    """On for one district only: its pages, REST, files and words."""
    mine = one.headers("safety_a")
    assert ask(port, f"/{SLUG}", mine)[0] == 403, "no pack knows its permissions, and nothing is granted by itself"
    grants = f"/api/v1/plugins/{SLUG}/grants"
    status, answer = ask(port, grants, {**one.headers("head"), "If-Match": '"1"'}, method="PUT")
    assert status == 200, answer
    with one.session() as session:
        _give_token(session, one, "safety_a")
    mine = one.headers("safety_a")
    status, page = ask(port, f"/{SLUG}", {**mine, "Accept-Language": "en"})
    assert (status, "No records yet" in page) == (200, True), page
    assert ask(port, f"/{SLUG}", other.headers("safety_a"))[0] == 404
    body = {"unit_id": str(one.units["school_a"]), "title": "借出三本", "done_on": "2020-11-26"}
    status, made = ask(port, f"/api/v1/{SLUG}/records", mine, method="POST", body=body)
    assert status == 201, made
    assert "借出三本" in ask(port, f"/{SLUG}", mine)[1]
    assert ask(port, f"/{SLUG}/static/{SLUG}.css", mine) == (200, f".x-{SLUG}-title {{ font-weight: 600; }}\n")
    assert f'href="/{SLUG}"' in ask(port, "/", mine)[1], "its entry in the menu"
    assert "图书借阅" in ask(port, "/plugins", one.headers("head"))[1]


def is_off_and_on(port: int, one: World) -> None:
    """Off: 404 and the data is kept; on again: there it is."""
    mine, head = one.headers("safety_a"), one.headers("head")
    switch = f"/api/v1/plugins/{SLUG}"
    version = json.loads(ask(port, switch, head)[1])["row_version"]
    status, off = ask(port, switch, {**head, "If-Match": f'"{version}"'}, method="DELETE")
    assert (status, json.loads(off)["state"]) == (200, "ended")
    for path in (f"/{SLUG}", f"/api/v1/{SLUG}/records", f"/{SLUG}/static/{SLUG}.css"):
        assert ask(port, path, mine)[0] == 404, path
    with one.session(read_only=True) as session:
        assert session.scalar(text(f"select count(*) from app.{SLUG}_records")) == 1
    again = {**head, "If-Match": f'"{version + 1}"'}
    assert ask(port, switch, again, method="PUT", body={"on_from": "2020-01-01"})[0] == 200
    assert "借出三本" in ask(port, f"/{SLUG}", mine)[1]


def is_missing(site: Path, database: dict[str, str], one: World, log: Path) -> None:
    """Taken out: core starts, says that it is missing, and keeps its data."""
    listed, *_ = xiaoan(site, database, LIST, ("db", "migrate"), ("db", "check"))
    assert by_slug(listed)[SLUG]["state"] == "missing"
    with serving(site, database, log) as port:
        assert ask(port, f"/{SLUG}", one.headers("safety_a"))[0] == 404
        status, page = ask(port, "/plugins", one.headers("head"))
        assert (status, "未安装" in page) == (200, True)
        assert ask(port, "/api/v1/hazards", one.headers("safety_a"))[0] == 200
        head = {**one.headers("head"), "If-Match": '"3"'}
        assert ask(port, f"/api/v1/plugins/{SLUG}", head, method="PUT", body={"on_from": "2020-01-01"})[0] == 404
    with one.session(read_only=True) as session:
        assert session.scalar(text(f"select count(*) from app.{SLUG}_records")) == 1


@pytest.mark.slow
@pytest.mark.timeout(600)  # a dozen processes one after another: 40 s alone, minutes beside others
def test_wheel_when_installed_used_and_taken_out_then_core_serves_throughout(
    site: Path, database: dict[str, str], tmp_path: Path
) -> None:
    db = Database(app=database["DATABASE_URL"], platform=database["DATABASE_URL_PLATFORM"], clock=SystemClock())
    try:
        one, other = build(db), build(db)
        comes_in(site, database, one)
        with serving(site, database, tmp_path / "web.log") as port:
            is_used(port, one, other)
            is_off_and_on(port, one)
        shutil.rmtree(site)
        site.mkdir()
        is_missing(site, database, one, tmp_path / "later.log")
    finally:
        db.dispose()
