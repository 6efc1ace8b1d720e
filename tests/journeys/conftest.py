"""A running site with the five districts' demo, and a browser. Real web process, real worker and beat, real Chromium."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from core import demo
from core.runtime.embedded import Embedded
from core.settings import load_settings
from tests.conftest import ROOT, migrated_template

SHOTS = ROOT / "docs" / "screenshots"
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
SCALE = 0.12
"""Share of the demo's volume: enough for every stage and chart, quick to load."""


@dataclass(frozen=True)
class Site:
    url: str
    password: str
    environ: dict[str, str]

    def sign_in(self, page: Page, district: str, login: str) -> None:
        """Signs in by the form, as a person does."""
        page.goto(f"{self.url}/sign-in")
        page.locator("[name=district]").select_option(district)
        page.locator("[name=login]").fill(login)
        page.locator("[name=password]").fill(self.password)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url(lambda url: "/sign-in" not in url)


@pytest.fixture(scope="session")
def site(embedded: Embedded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    database = f"journeys_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
    embedded.drop_database(database)
    embedded.create_database(database, template=migrated_template(embedded))
    port = _free_port()
    environ = {
        **embedded.environ(database),
        "XIAOAN_ENV": "development",
        "XIAOAN_HOME": str(tmp_path_factory.mktemp("journeys")),
        "XIAOAN_REDIS_PREFIX": database,
        "XIAOAN_PORT": str(port),
        "XIAOAN_JOB_WORKERS": "1",
        "XIAOAN_WEB_WORKERS": "1",
        "XIAOAN_WEB_THREADS": "8",
    }
    demo.load(load_settings(environ), lambda *_: None, scale=SCALE)
    log = (tmp_path_factory.mktemp("log") / "processes.log").open("w")
    processes = [
        subprocess.Popen([sys.executable, "-m", "core.cli", role], env={**os.environ, **environ}, cwd=ROOT, stdout=log, stderr=log)
        for role in ("web", "worker", "beat")
    ]
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(url, processes, Path(log.name))
        yield Site(url, demo.PASSWORD, environ)
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
        for process in processes:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
        embedded.drop_database(database)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    marked = ROOT / ".state" / "chromium"
    path = os.environ.get("XIAOAN_CHROMIUM") or (marked.read_text().strip() if marked.exists() else None) or shutil.which("chromium")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=path or None,
            args=["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                  "--disable-component-update", "--disable-sync"],
        )  # fmt: skip
        yield launched
        launched.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """``open_page(phone=True)`` → a page of its own context. Fails the test on a script error or a refused policy."""
    faults: list[str] = []
    contexts = []

    def opened(*, phone: bool = False) -> Page:
        context = browser.new_context(
            viewport=PHONE if phone else DESK, locale="zh-CN", timezone_id="Asia/Shanghai", has_touch=phone, is_mobile=phone
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda fault: faults.append(f"{page.url}: {fault}"))
        page.on("console", lambda said: faults.append(f"{page.url}: {said.text}") if _is_fault(said.type, said.text) else None)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def shot() -> Callable[[Page, str], None]:
    """Keeps a picture for the README when XIAOAN_SCREENSHOTS is set; always proves that the page can be drawn."""

    def take(page: Page, name: str) -> None:
        page.wait_for_load_state("networkidle")
        target = SHOTS / f"{name}.png" if "XIAOAN_SCREENSHOTS" in os.environ else None
        if target is not None:
            target.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=target)

    return take


def _is_fault(kind: str, text: str) -> bool:
    # A refused request (404, 412 …) is noted by the browser as an error; journeys provoke those on purpose.
    return kind == "error" and "Failed to load resource" not in text and "Response Status Error Code" not in text


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(url: str, processes: list[subprocess.Popen[bytes]], log: Path) -> None:
    for _ in range(300):
        if any(process.poll() is not None for process in processes):
            break
        try:
            with urllib.request.urlopen(f"{url}/health/ready", timeout=2) as answer:  # noqa: S310  our own loopback address
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"the site did not come up:\n{log.read_text()[-4000:]}")
