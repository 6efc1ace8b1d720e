"""`xiaoan up`, `web`, `worker`, `beat`: what keeps running."""

import importlib
import importlib.util
import os
import signal
import socket
import sys
import threading
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from core.cli import print_rows
from core.db import migrate
from core.http.shares import THREADS_FOR_ONE
from core.runtime.progress import Progress
from core.runtime.server import ServerFailed
from core.runtime.stack import AlreadyUp, Stack, answers
from core.runtime.supervisor import Stopped, Supervisor
from core.settings import Settings, load_settings

EVERY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104  compared with, not bound to


@click.command()
@click.option("--demo", is_flag=True, help="Load the five districts, as far as they are not there yet.")
@click.option(
    "--home", type=click.Path(path_type=Path, file_okay=False), help="Data folder.  [default: $XIAOAN_HOME or ./var]"
)
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    help="Port of the web process.  [default: $XIAOAN_PORT or a free one from 8000]",
)
@click.option("--as-of", help="ISO time at which the clocks start; not in production.")
@click.option("--reload", is_flag=True, help="The web process follows changes of the code.")
def up(demo: bool, home: Path | None, port: int | None, as_of: str | None, reload: bool) -> None:
    """Run everything in the foreground: database, Redis, web, worker, beat. Ctrl-C ends it."""
    folder = home or Path(os.environ.get("XIAOAN_HOME") or "var")
    progress, supervisor = Progress(), Supervisor()
    stack = Stack(folder, supervisor, progress)
    try:
        with supervisor.signals(), stack.alone():
            try:
                environ = stack.start_servers(os.environ)
                environ["XIAOAN_HOME"] = str(stack.pair.home.folder)
                environ["XIAOAN_PORT"] = str(port or os.environ.get("XIAOAN_PORT") or _free_port())
                if as_of:
                    environ["XIAOAN_CLOCK"] = as_of
                settings = load_settings(environ)
                _migrate(settings, progress)
                accounts = _demo(settings, progress) if demo else []
                stack.start_programs(environ, reload=reload)
                supervisor.watch(_Announcement(settings, stack, progress, accounts))
            finally:
                progress.note("ending …")
                supervisor.stop()
    except Stopped as why:
        progress.note(f"ended by {why}")
    except (AlreadyUp, ServerFailed) as fault:
        raise click.ClickException(str(fault)) from fault


@click.command()
@click.option("--reload", is_flag=True, help="Follow changes of the code (development).")
def web(reload: bool) -> None:
    """Serve pages and REST (gunicorn)."""
    settings = load_settings(os.environ)
    options = {
        "bind": f"{settings.host}:{settings.port}",
        "workers": settings.web_workers,
        "worker-class": "gthread",
        "threads": settings.web_threads * THREADS_FOR_ONE,  # most of them wait for a turn
        "timeout": 60,
        "graceful-timeout": 25,
        # Forwarded headers are believed in one place, core.app, as XIAOAN_TRUSTED_PROXIES says.
        "forwarded-allow-ips": "",
        "log-level": "warning",
    }
    arguments = [part for name, value in options.items() for part in (f"--{name}", str(value))]
    arguments += ["--no-control-socket", *(["--reload"] if reload else [])]
    command = [sys.executable, "-m", "gunicorn", *arguments, "core.app:serve()"]
    os.execv(sys.executable, command)  # noqa: S606  no shell; gunicorn takes this process over, signals and all


@click.command()
def worker() -> None:
    """Work on jobs (Celery). Needs no login beyond the application's."""
    settings, works = _works(platform=False)
    importlib.import_module("core.jobs.worker").run_worker(settings, works)


@click.command()
def beat() -> None:
    """Relay, sweeper, ticks, sealer: whatever works across tenants. Several may run; one is enough."""
    settings, works = _works(platform=True)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    importlib.import_module("core.jobs.beat").run_beat(settings, works, stop=stop)


class _Announcement:
    """Says once, when the web process serves, where and for whom."""

    def __init__(self, settings: Settings, stack: Stack, progress: Progress, accounts: list[dict[str, Any]]) -> None:
        self._address, self._stack, self._progress, self._accounts = settings.public_url, stack, progress, accounts
        own = settings.host not in EVERY_ADDRESS
        self._local = f"http://{settings.host if own else '127.0.0.1'}:{settings.port}"
        self._done = False

    def __call__(self) -> None:
        self._stack.record()
        if not self._done and answers(self._local):
            self._done = True
            self._progress.note(f"\n  校安 serves at {self._address}   (Ctrl-C ends it)\n")
            print_rows(self._accounts, as_json=False)


def _migrate(settings: Settings, progress: Progress) -> None:
    if settings.database_url_migrate is None:
        progress.note("    no DATABASE_URL_MIGRATE: the database is taken as it is")
        return
    with progress.step("Migrations"):
        migrate.upgrade(settings.database_url_migrate, note=progress.note)


def _demo(settings: Settings, progress: Progress) -> list[dict[str, Any]]:
    """Load the demo, or what is left of it to load; return one account per role."""
    if importlib.util.find_spec("core.demo") is None:
        progress.note("    there is no demo to load")
        return []
    demo = importlib.import_module("core.demo")
    try:
        demo.load(settings, progress)
    except demo.LoadFailed as fault:
        raise click.ClickException(str(fault)) from fault
    accounts: Iterable[Any] = demo.accounts()
    return [asdict(account) for account in accounts]


def _works(*, platform: bool) -> tuple[Settings, Any]:
    """Imported late: every command would wait for what only these two need."""
    settings = load_settings(os.environ)
    if platform and settings.database_url_platform is None:
        raise click.UsageError("DATABASE_URL_PLATFORM is not set; beat works across tenants")
    importlib.import_module("core.logs").install(settings)
    parts = importlib.import_module("core.app").compose(settings, platform=platform)
    compose_works = importlib.import_module("core.jobs.works").compose_works
    works = compose_works(settings=settings, db=parts.db, directory=parts.directory, plugins=parts.plugins)
    return settings, works


def _free_port(first: int = 8000) -> int:
    """The first free port from 8000 on, so that a second installation on a desk needs no option."""
    for port in range(first, first + 100):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise click.ClickException("no port from 8000 to 8099 is free; choose one with --port")
