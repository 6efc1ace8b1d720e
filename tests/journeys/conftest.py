"""The site, a browser, and people in it. A page that raises a script error or breaks the content policy fails its test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from core.runtime.embedded import Embedded
from tests.conftest import ROOT
from tests.journeys.pictures import Shooter
from tests.journeys.site import Site, running_site, standing_site

DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
PATIENCE_MS = 60_000
"""So long a page may take on a busy machine, for a step as for what is expected of it. Costs nothing where it comes at once."""
expect.set_options(timeout=PATIENCE_MS)
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync",
]  # fmt: skip
Enter = Callable[..., Page]
HANGS_S = 900
"""The journey that comes first waits until the site stands; on a busy machine that takes minutes."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(HANGS_S))


@pytest.fixture(scope="session")
def site(embedded: Embedded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    standing = os.environ.get("XIAOAN_JOURNEY_HOME")
    with (
        standing_site(Path(standing))
        if standing
        else running_site(embedded, tmp_path_factory.mktemp("journeys")) as entered
    ):
        yield entered


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    marked = ROOT / ".state" / "chromium"
    path = (
        os.environ.get("XIAOAN_CHROMIUM")
        or (marked.read_text().strip() if marked.exists() else None)
        or shutil.which("chromium")
    )
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=path or None, args=FLAGS, env={**os.environ, "LANGUAGE": "zh_CN"}
        )  # date fields are drawn in the language of the browser itself
        yield launched
        launched.close()


@pytest.fixture
def faults() -> list[str]:
    """Script errors and refused policies of this test's pages."""
    return []


@pytest.fixture
def open_page(browser: Browser, faults: list[str]) -> Iterator[Enter]:
    """``open_page(phone=True)`` → a page of a browser of its own, nobody signed in."""
    contexts: list[BrowserContext] = []

    def opened(*, phone: bool = False, state: object = None, **options: object) -> Page:
        context = browser.new_context(
            **{
                "viewport": PHONE if phone else DESK, "locale": "zh-CN", "timezone_id": "Asia/Shanghai", "has_touch": phone, "is_mobile": phone,
                "storage_state": state, "reduced_motion": "reduce", **options,
            }
        )  # fmt: skip
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda fault: faults.append(f"{page.url}: {fault}"))
        page.on(
            "console",
            lambda said: faults.append(f"{page.url}: {said.text}") if _is_fault(said.type, said.text) else None,
        )
        return page

    yield opened
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def enter(site: Site, open_page: Enter) -> Enter:
    """``enter("wujin", "safety.s040", phone=True)`` → a page of that person, on the desk page. The form is used the first time."""

    def entered(district: str, login: str, *, phone: bool = False, path: str = "/", **options: object) -> Page:
        known = site.states.get((district, login))
        page = open_page(phone=phone, state=known, **options)
        if known is None:
            site.sign_in(page, district, login)
            page.wait_for_url(lambda url: "/sign-in" not in url)
            site.states[district, login] = page.context.storage_state()
        if known is not None or path != "/":
            page.goto(site.url + path)
        return page

    return entered


@pytest.fixture
def shot() -> Shooter:
    return Shooter(ROOT / "docs" / "screenshots" if "XIAOAN_SCREENSHOTS" in os.environ else None)


def _is_fault(kind: str, text: str) -> bool:
    # A refused request (404, 412 …) is noted by the browser as an error; journeys provoke those on purpose.
    return kind == "error" and "Failed to load resource" not in text and "Response Status Error Code" not in text
