"""What people do on the pages, in words of the product: report, take a step, look something up in the ledger."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from playwright.sync_api import Locator, Page, expect

from tests.journeys.pictures import photo
from tests.journeys.site import Site

BEFORE, AFTER = photo("before"), photo("after")
WORK_S = 120
"""Within this time the worker has done what was ordered, also on a busy machine."""


def report(
    page: Page,
    site: Site,
    *,
    domain: str,
    kind: str,
    place: str = "教学楼",
    words: str = "",
    unit: str = "",
    at_once: dict[str, Any] | None = None,
) -> str:
    """随手拍: 1 photo, 2 where and what, 3 say it and send. Returns the path of the new hazard.

    ``unit``: for people from above; ``at_once``: it was put right on the spot, with these fields.
    """
    page.goto(f"{site.url}/hazards/new")
    page.locator("[name='evidence.before']").set_input_files([BEFORE])
    if unit:
        page.locator("#kinds").evaluate("box => { box.dataset.before = 'yes' }")
        page.locator("select[name=unit_id]").select_option(label=unit)
        # What may be chosen there comes from the server: a group that is opened before would be closed again.
        page.locator("#kinds:not([data-before])").wait_for(state="attached")
    page.locator(f"label:has([name=place][value='{place}'])").click()
    group = page.locator("details", has=page.locator(f"summary:has-text('{domain}')")).first
    if group.get_attribute("open") is None:
        group.locator("summary").click()
    group.get_by_label(kind, exact=True).check()
    if words:
        page.locator("[name=description]").fill(words)
    if at_once is not None:
        page.locator("[name=on_the_spot]").check()
        fill(page.locator("form.x-form"), at_once)
    page.get_by_role("button", name="上报").click()
    page.wait_for_url(re.compile(r"/hazards/[0-9a-f-]{36}$"))
    return page.url.removeprefix(site.url)


def move(page: Page, label: str, **given: Any) -> None:
    """Takes a step of the lifecycle by its form and expects it to be done. ``given``: as for ``fill``."""
    before = version(page)
    send(page, label, **given)
    expect(page.locator("#alerts .x-alert-good"), f"{label}: {faults(page)}").to_contain_text("已办理")
    assert version(page) != before or not page.locator("[name=version]").count()


def send(page: Page, label: str, **given: Any) -> None:
    """The same without expecting anything."""
    form = open_form(page, label)
    fill(form, given)
    with page.expect_navigation():
        form.locator("button[type=submit]").click()


def remark(page: Page, words: str) -> None:
    """An entry of the track that is open (跟踪, 督促), beside the stages."""
    page.locator("#follow-note").fill(words)
    with page.expect_navigation():
        page.get_by_role("button", name="记下").click()
    expect(page.locator("#timeline")).to_contain_text(words)


def press(page: Page, name: str, *, exact: bool = False, sure: bool = False) -> None:
    """A button that leads to a page; ``sure``: it asks first. Returns when that page stands with its scripts, ready to be used."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=exact).click()
        if sure:
            page.locator("[data-confirm-yes]").click()


def look_again(page: Page, seen: Callable[[], bool]) -> None:
    """Reloads a page that does not renew itself until it shows what a worker does in its own time."""
    deadline = time.monotonic() + WORK_S
    while not seen():
        assert time.monotonic() < deadline, f"{page.url} does not show it after {WORK_S} s"
        page.wait_for_timeout(500)
        page.reload()


def amend(page: Page, label: str, words: str) -> None:
    """修改描述."""
    box = page.locator("details.x-act", has=page.get_by_role("heading", name="修改描述"))
    box.locator("summary").click()
    box.get_by_label(label).fill(words)
    with page.expect_navigation():
        box.locator("button[type=submit]").click()
    expect(page.locator(".x-dl").first).to_contain_text(words)


def supervise(page: Page, supervisor: str, why: str) -> None:
    """编号督办."""
    box = page.locator("details.x-act", has=page.get_by_role("heading", name="编号督办"))
    box.locator("summary").click()
    fill(box.locator("form"), {"supervisor_id": supervisor, "reason": why})
    with page.expect_navigation():
        box.locator("button[type=submit]").click()


def asked_for(page: Page, label: str, ground: str) -> list[str]:
    """The elements that the form of a step asks for once this ground is chosen."""
    form = open_form(page, label)
    form.locator(f"[name=ground][value={ground}]").check()
    labels = form.locator("label:visible", has_not=page.locator("input")).evaluate_all(
        "labels => labels.filter(label => /^plan\\.[a-z_]+$/.test(document.getElementById(label.htmlFor)?.name ?? '')).map(label => label.firstChild.textContent.trim())"
    )
    return list(labels)


def unit_of(page: Page) -> str:
    """Where the person on the page works, as the head of the desk page says."""
    return page.locator(".x-head-title .x-muted").first.inner_text().split(" · ")[0].strip()


def open_form(page: Page, label: str) -> Locator:
    box = page.locator(
        "details.x-move", has=page.locator("summary", has_text=re.compile(rf"^\s*{re.escape(label)}"))
    ).first
    if box.get_attribute("open") is None:
        box.locator("summary").click()
    return box.locator("form")


def fill(form: Locator, given: dict[str, Any]) -> None:
    """By the names of the fields, ``plan__funds`` for ``plan.funds``. A person is chosen by a part of the option's words."""
    for name, value in sorted(
        given.items(), key=lambda pair: pair[0] != "ground"
    ):  # the ground decides what else is asked
        field = form.locator(f"[name='{name.replace('__', '.')}']:enabled")
        kind = field.first.evaluate("control => control.type")
        if kind == "radio":
            field.and_(form.locator(f"[value='{value}']")).check()
        elif kind == "file":
            field.set_input_files(value)
        elif kind == "select-one":
            words = field.locator("option").all_inner_texts()
            field.select_option(label=next(word for word in words if value in word))
        else:
            field.fill(value)


def version(page: Page) -> str:
    """Of the hazard on the page, as its forms carry it."""
    held = page.locator("[name=version]")
    return held.first.input_value() if held.count() else ""


def faults(page: Page) -> str:
    """What a refused form says."""
    return " ".join(page.locator(".x-alert-bad, .x-alert-warn").all_inner_texts())


def stage(page: Page) -> str:
    """The word in the head of a hazard's page."""
    return page.locator(".x-head .x-stage").first.inner_text().strip()


def number(page: Page) -> str:
    return page.locator(".x-head .x-num").first.inner_text().strip()


def steps(page: Page) -> list[str]:
    """The district's words for the main line."""
    return page.locator(".x-steps b").all_inner_texts()


def kpi(page: Page, title: str) -> int:
    """A figure of a dashboard."""
    card = page.locator(".x-kpi", has=page.locator(".x-kpi-title", has_text=re.compile(rf"^\s*{title}\s*$"))).first
    return int(re.sub(r"\D", "", card.locator(".x-kpi-value").inner_text()))


def open_moves(page: Page) -> list[str]:
    """Labels of the steps that this person can take."""
    return [
        re.split(r"\s", text.strip())[0]
        for text in page.locator("details.x-move:has(form) > summary").all_inner_texts()
    ]


def refusal(page: Page, label: str) -> str:
    """Why a step is shown but closed to this person; empty where it is open or not shown at all."""
    box = page.locator(
        "details.x-move:not(:has(form))", has=page.locator("summary", has_text=re.compile(rf"^\s*{re.escape(label)}"))
    )
    return str(box.first.text_content()) if box.count() else ""


def exported(page: Page) -> list[dict[str, Any]]:
    """Presses 导出 on the ledger, waits in the export centre for the file and reads it back: a dict of every row by its heads."""
    press(page, "导出")
    sheet = load_workbook(io.BytesIO(taken(page).read_bytes())).worksheets[0]  # it lies there without its suffix
    lines = list(sheet.iter_rows(values_only=True))
    start = next(place for place, line in enumerate(lines) if line[0] == "序号")
    return [dict(zip(lines[start], row, strict=True)) for row in lines[start + 1 :]]


def newest(page: Page) -> Locator:
    """In the export centre: the button that fetches what was ordered last, once it is there."""
    fetch = page.locator("tbody tr").first.get_by_role("button", name="下载")
    look_again(page, lambda: fetch.count() > 0)
    return fetch


def taken(page: Page) -> Path:
    """In the export centre: what was ordered last, as a file."""
    with page.expect_download() as waiting:
        newest(page).click()
    return waiting.value.path()


def speak(page: Page, locale: str) -> None:
    """The language switch in the top bar."""
    page.locator("details.x-pop:has(button[name=locale]) summary:visible").first.click()
    with page.expect_navigation():
        page.locator(f"button[name=locale][value={locale}]:visible").first.click()
