"""Everybody can use it: axe finds nothing serious, nothing hangs over the edge of a small phone, the keyboard is enough."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import ROOT
from tests.journeys.conftest import Enter
from tests.journeys.site import Site
from tests.journeys.steps import speak

pytestmark = pytest.mark.journey
AXE = ROOT / "assets" / "node_modules" / "axe-core" / "axe.min.js"
GRAVE = ("serious", "critical")
SIZES = ((1440, 900), (390, 844), (320, 640))
AXE_AT = {"zh": (1440, 390), "en": (390,)}
"""Structure is the same in both languages; words that are longer show where room is short."""
PAGES = {
    ("wujin", "safety.s040", "school"): (
        "/", "/hazards", "/hazards/new", "FIRST", "/fire", "/fire/places", "/fire/patrols", "/notices", "/account",
    ),
    ("wujin", "safety.s040", "duties"): (
        "/due", "/due/list", "/records", "/records/new", "/records/new/meeting", "/records/drills/new", "/records/incidents/new",
        "/records/duty/new", "/reports", "/papers", "/exams/mine", "/todo", "/dossier",
        "/school-plan",
    ),
    ("wujin", "office", "core"): (
        "/", "/district", "/hazards", "/units", "/units/new", "/people", "/people/new", "/imports", "/exports", "/hazards/history", "/plugins", "/plugins/fire",
        "/pack/settings", "/pack/documents", "/consents", "/consents/new", "/audit", "/jobs", "/switch", "/fire", "/fire/acceptances", "/registers",
    ),
    ("wujin", "office", "campaign"): (
        "/due/district", "/due/feeds", "/records/topics", "/reports/grid", "/reports/rounds", "/statistics", "/campaigns", "/campaigns/tasks",
        "/campaigns/matrix", "/campaigns/letters", "/campaigns/duties", "/papers/new", "/accountability", "/accountability/signs", "/safety-rules",
        "/assessment", "/exams", "/onboarding",
    ),
    ("monitoring", "officer", "bureau"): ("/", "/bureau"),
}  # fmt: skip
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]},
    "resultTypes": ["violations"],
}
COLOURS = {"zh": {}, "en": {"rules": {"color-contrast": {"enabled": False}}}}
"""No colour depends on the language, and to look at all of them takes longer than every other rule together."""


@pytest.mark.timeout(900)
@pytest.mark.parametrize("locale", ["zh", "en"])
@pytest.mark.parametrize(("district", "login", "area"), list(PAGES))
def test_pages_are_accessible_and_fit(
    site: Site, enter: Enter, district: str, login: str, area: str, locale: str
) -> None:
    page = enter(district, login, bypass_csp=True)
    page.add_init_script(path=AXE)
    speak(page, locale)
    try:
        told = [
            fault
            for path in PAGES[district, login, area]
            for fault in faults_of(page, site, path, axe_at=AXE_AT[locale], rules=RULES | COLOURS[locale])
        ]
    finally:
        page.set_viewport_size({"width": 1440, "height": 900})
        page.goto(site.url)
        speak(page, "zh")
    assert not told, "\n".join(told)


def test_sign_in_is_accessible_and_works_by_keyboard(site: Site, open_page: Enter) -> None:
    pages = [open_page(bypass_csp=True, locale=locale) for locale in ("en-GB", "zh-CN")]
    for page in pages:
        page.add_init_script(path=AXE)
    assert [fault for page in pages for fault in faults_of(page, site, "/sign-in")] == []
    page = pages[-1]
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{site.url}/sign-in")
    page.locator("[name=tenant]").focus()
    for _ in range(8):
        if page.locator("[name=tenant]").input_value() == "wujin":
            break
        page.keyboard.press("ArrowDown")
    press(page, "Tab", until="[name=login]")
    page.keyboard.type("staff.s038")
    press(page, "Tab", until="[name=password]")
    page.keyboard.type("Xiaoan-Demo-2026")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)


def test_hazard_is_reported_by_keyboard_alone(site: Site, enter: Enter) -> None:
    page = enter("wujin", "staff.s038", path="/hazards/new")
    press(page, "Tab", until="[name=place]")
    page.keyboard.press("Space")
    press(page, "Tab", until="summary")
    page.keyboard.press("Enter")
    press(page, "Tab", until="[name=kind]")
    page.keyboard.press("Space")
    press(page, "Tab", until="[name=description]")
    page.keyboard.type("门锁损坏")
    press(page, "Tab", until="button[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/hazards/*-*")
    expect(page.locator("h1")).to_have_text("门锁损坏")


def press(page: Page, key: str, *, until: str) -> None:
    """Presses a key until what has the focus matches."""
    for _ in range(60):
        page.keyboard.press(key)
        if page.evaluate("wanted => document.activeElement.matches(wanted)", until):
            return
    raise AssertionError(f"{until} is not reached by {key}")


def faults_of(
    page: Page, site: Site, path: str, *, axe_at: Sequence[int] = (1440, 390), rules: dict[str, Any] = RULES
) -> list[str]:
    """Everything that is wrong with one page, in words."""
    page.set_viewport_size({"width": SIZES[0][0], "height": SIZES[0][1]})
    if path == "FIRST":
        page.goto(f"{site.url}/hazards")
        path = str(page.locator("#ledger tbody a").first.get_attribute("href"))
    answer = page.goto(site.url + path)
    told = [] if answer is not None and answer.status == 200 else [f"{path}: {answer and answer.status}"]
    if page.locator("h1").count() != 1 or not page.title().strip(" ·"):
        told.append(f"{path}: {page.locator('h1').count()} h1, title {page.title()!r}")
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        over = overhang(page)
        if over > 0:
            told.append(f"{path}: {over} px too wide at {width}: {page.evaluate(WIDE)}")
        if width in axe_at:
            told += [
                f"{path} at {width}: {fault}"
                for fault in graves(page.evaluate("rules => axe.run(document, rules)", rules))
            ]
    return told


def overhang(page: Page) -> int:
    """Pixels by which the page is wider than the screen; charts need a moment to follow a new width."""
    over = 0
    for _ in range(100):
        over = int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
        if over <= 0:
            break
        page.wait_for_timeout(100)
    return over


WIDE = """() => [...document.querySelectorAll('body *')].filter(one => one.getBoundingClientRect().right > innerWidth + 1)
  .slice(0, 3).map(one => one.tagName + '.' + one.className).join(' ')"""


def graves(found: dict[str, Any]) -> list[str]:
    return [
        f"{violation['id']} ({violation['impact']}): {node['html'][:160]} {node['failureSummary'].splitlines()[-1].strip()[:200]}"
        for violation in found["violations"]
        if violation["impact"] in GRAVE
        for node in violation["nodes"][:3]
    ]
