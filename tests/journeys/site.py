"""A running site: the five districts' demo, real web, worker and beat processes, and people who walk in by the sign-in form."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from core import demo
from core.demo.districts import PASSWORD
from core.runtime.embedded import Embedded
from core.runtime.progress import Progress
from core.settings import load_settings
from tests.conftest import ROOT, migrated_template
from tests.ports import free_port

SCALE = float(os.environ.get("XIAOAN_JOURNEY_SCALE", "0.06"))
"""Share of the demo's hazards: enough for every stage and chart, quick to load. The README's pictures are taken at 1."""
ROLES = ("web", "worker", "beat")
START_S = 240
"""A busy machine takes its time to start three processes."""


@dataclass
class Site:
    url: str
    environ: dict[str, str]
    log: Path
    states: dict[tuple[str, str], Any] = field(default_factory=dict)
    """Cookies of people who have signed in before, by district and login."""

    def sign_in(self, page: Page, district: str, login: str, password: str = PASSWORD) -> None:
        """By the form, as a person does."""
        page.goto(f"{self.url}/sign-in?change=1")
        page.locator("[name=tenant]").select_option(district)
        page.locator("[name=login]").fill(login)
        page.locator("[name=password]").fill(password)
        page.locator("form[action$='/sign-in'] button[type=submit]").click()

    def command(self, *arguments: str) -> str:
        """What an operator types: ``xiaoan …`` on this site."""
        done = subprocess.run(
            [sys.executable, "-m", "core.cli", *arguments],
            env={**os.environ, **self.environ}, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout


@contextmanager
def standing_site(home: Path) -> Iterator[Site]:
    """One that ``xiaoan up --demo`` already serves from this data folder: pictures at full scale, journeys without a start."""
    environ = {**Embedded.at(home).environ(), "XIAOAN_ENV": "development"}
    yield Site(os.environ["XIAOAN_JOURNEY_URL"], environ, home / "log")


@contextmanager
def running_site(embedded: Embedded, home: Path) -> Iterator[Site]:
    database = f"journeys_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
    embedded.drop_database(database)
    embedded.create_database(database, template=migrated_template(embedded))
    port = free_port()
    environ = {
        **embedded.environ(database),
        "XIAOAN_ENV": "development",
        "XIAOAN_HOME": str(home),
        "XIAOAN_REDIS_PREFIX": database,
        "XIAOAN_PORT": str(port),
        "XIAOAN_JOB_WORKERS": "1",
        "XIAOAN_WEB_WORKERS": "1",
        "XIAOAN_WEB_THREADS": "5",
    }
    log = home / "processes.log"
    with log.open("w") as out:
        demo.load(load_settings(environ), Progress(out), scale=SCALE)
        processes = [
            subprocess.Popen(
                [sys.executable, "-m", "core.cli", role],
                env={**os.environ, **environ},
                cwd=ROOT,
                stdout=out,
                stderr=out,
            )
            for role in ROLES
        ]
        url = f"http://127.0.0.1:{port}"
        try:
            _wait(url, processes, log)
            yield Site(url, environ, log)
        finally:
            _end(processes)
            embedded.drop_database(database)


def _wait(url: str, processes: list[subprocess.Popen[bytes]], log: Path) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and all(process.poll() is None for process in processes):
        try:
            with urllib.request.urlopen(f"{url}/health/ready", timeout=30) as answer:
                if answer.status == 200:
                    return
        except OSError:
            pass
        time.sleep(0.2)
    raise RuntimeError(f"the site did not come up:\n{log.read_text()[-4000:]}")


def _end(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.send_signal(signal.SIGTERM)
    for process in processes:
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
