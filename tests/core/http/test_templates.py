"""The page language holds its promises: every layout and macro renders under strict undefined, nothing in them is inline."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path

import pytest
from flask import Flask, render_template, render_template_string

from core.http.templating import (
    MenuItem,
    MenuSection,
    PageFrame,
    TenantChoice,
    asset_url,
    icon_names,
    install,
    use_frame,
)

ROOT = Path(__file__).parents[3]
TEMPLATES = sorted(path for home in ("core", "plugins") for path in (ROOT / home).glob("**/templates/**/*.html"))
NOW = dt.datetime(2026, 11, 21, 6, 5, tzinfo=dt.UTC)
FRAME = PageFrame(
    tenant_name="常州市武进区教育局", campaign="三年行动", person_name="陈建国", person_post="安全科长", unit_name="安全科", csrf_token="mark-of-session",
    menu=(MenuSection("", (MenuItem("工作台", "/", "layout-dashboard", active=True),)), MenuSection("台账", (MenuItem("隐患台账", "/hazards", "alert-triangle", badge=1200),))),
    phone_tabs=(MenuItem("工作台", "/", "layout-dashboard", active=True), MenuItem("报隐患", "/report", "camera"), MenuItem("台账", "/hazards", "clipboard-list", badge=3)),
    tenants=(TenantChoice(1, "武进", current=True), TenantChoice(2, "常州")), notices=120, as_of=NOW, today=NOW.date(), terms={"bureau": "教育局"},
)  # fmt: skip


@pytest.fixture(scope="module")
def app() -> Flask:
    app = Flask("pages", template_folder=None)
    app.secret_key = "for flashes only"
    install(app)
    app.add_url_rule("/ledger/<kind>", "ledger", lambda kind: "")
    return app


@pytest.mark.parametrize(
    "frame", [FRAME, PageFrame(), PageFrame(person_name="A", locale="en")], ids=["full", "bare", "english"]
)
@pytest.mark.parametrize("layout", ["base", "plain", "phone", "screen"])
def test_layout_when_rendered_then_nothing_is_undefined(app: Flask, layout: str, frame: PageFrame) -> None:
    with app.test_request_context("/"):
        use_frame(frame)
        page = render_template_string(f'{{% extends "layout/{layout}.html" %}}{{% block title %}}页{{% endblock %}}')
    assert f"<title>页 · {frame.tenant_name}</title>" in page
    assert 'id="main"' in page and "<h1" in page if layout != "plain" else True


@pytest.mark.parametrize("layout", ["base", "plain", "phone", "screen"])
def test_layout_when_rendered_then_questions_are_guarded_before_the_body_and_all_else_comes_later(
    app: Flask, layout: str
) -> None:
    with app.test_request_context("/"):
        use_frame(PageFrame())
        page = render_template_string(f'{{% extends "layout/{layout}.html" %}}{{% block title %}}页{{% endblock %}}')
        scripts = re.findall(r'<script ((?:type="module" )?src="[^"]+"[^>]*)>', page.partition("<body")[0])
        assert scripts[0] == f'src="{asset_url("js/first.js")}"'
    assert all("defer" in script or 'type="module"' in script for script in scripts[1:])
    assert "x:forms" in (ROOT / "core/http/static/js/forms.js").read_text(encoding="utf-8")


def test_heading_when_a_word_of_the_district_is_a_title_then_it_begins_large(app: Flask) -> None:
    with app.test_request_context("/"):
        use_frame(PageFrame(terms={"ledger": "hazard ledger of Lianyun", "cluster": "网格"}))
        page = render_template_string('{{ term("ledger")|heading }}、{{ term("cluster")|heading }}')
    assert page == "Hazard ledger of Lianyun、网格"


def test_styleguide_when_rendered_then_every_macro_is_shown_in_it(app: Flask) -> None:
    with app.test_request_context("/ledger/all?q=%E6%A5%BC&page=2"):
        use_frame(FRAME)
        page = render_template("styleguide.html", now=NOW)
    source = (ROOT / "core/http/templates/styleguide.html").read_text(encoding="utf-8")
    names = re.findall(r"set (\w+) =", (ROOT / "core/http/templates/macros/ui.html").read_text(encoding="utf-8"))
    assert [name for name in names if f"ui.{name}(" not in source] == []
    assert 'value="mark-of-session"' in page
    assert "2026年11月21日" in page and "逾期3天" in page and "今日到期" in page
    option = re.search(r"data-chart-option>(.*?)</script>", page)
    assert option and json.loads(option[1])["series"][2]["color"] == "--time-overdue"


def test_pager_when_asked_for_another_page_then_the_question_is_kept(app: Flask) -> None:
    with app.test_request_context("/ledger/all?q=a%26b&tag=1&tag=2&page=2"):
        use_frame(FRAME)
        page = render_template_string(
            '{% import "macros/ui.html" as ui %}{{ ui.pager({"page": 2, "page_size": 10, "total": 30}) }}'
        )
    assert 'href="/ledger/all?q=a%26b&amp;tag=1&amp;tag=2&amp;page=3"' in page


def test_field_when_value_is_hostile_then_it_is_escaped(app: Flask) -> None:
    with app.test_request_context("/"):
        page = render_template_string(
            '{% import "macros/ui.html" as ui %}{{ ui.field("x", "x", v) }}{{ ui.tag(v) }}', v='"><script>1</script>'
        )
    assert "<script" not in page


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 412, 413, 422, 428, 429, 500, 503, 418])
@pytest.mark.parametrize("template", ["errors/problem.html", "errors/_alert.html"])
def test_error_when_shown_then_it_says_what_to_do_next(app: Flask, status: int, template: str) -> None:
    problem = {"status": status, "title": "期限已过", "code": "x", "request_id": "r-1"}
    for extra in ({}, {"fields": {"due_on": "不得早于今天"}, "changes": {"stage": ["整改中", None]}}):
        with app.test_request_context("/"):
            use_frame(FRAME)
            page = render_template(template, problem=problem | extra)
        assert "期限已过" in page and "请" in page


def test_offline_page_renders(app: Flask) -> None:
    with app.test_request_context("/"):
        assert "没有网络" in render_template("errors/offline.html")


# ---- what no template may hold ------------------------------------------------------------------------------------

FORBIDDEN = {
    "inline style": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "style element": re.compile(r"<style[\s>]", re.IGNORECASE),
    "event handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "hx-on or js values": re.compile(r"\shx-on[:-]|hx-(?:vals|headers)\s*=\s*[\"']js:", re.IGNORECASE),
    "javascript address": re.compile(r"javascript:", re.IGNORECASE),
    "address of another host": re.compile(r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//", re.IGNORECASE),
    "word |safe": re.compile(r"\|\s*safe\b"),
}
SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.IGNORECASE | re.DOTALL)
BAD = [
    '<p style="x">',
    "<style>",
    '<a onclick="x">',
    '<a hx-on:click="x">',
    '<a href="javascript:x">',
    '<img src="https://x/y">',
    "{{ a|safe }}",
    "<script>1</script>",
]


def faults(text: str) -> list[str]:
    text = re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL)
    found = [name for name, pattern in FORBIDDEN.items() if pattern.search(text)]
    for attributes, body in SCRIPT.findall(text):
        if body.strip() and "application/json" not in attributes:
            found.append("inline script")
    return found


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_template_holds_nothing_inline(path: Path) -> None:
    assert faults(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("sample", BAD)
def test_faults_when_sample_is_bad_then_found(sample: str) -> None:
    assert faults(sample)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_icons_named_in_templates_exist(path: Path) -> None:
    named = set(re.findall(r'\bicon(?:_name)?(?:\(|=)"([a-z0-9-]+)"', path.read_text(encoding="utf-8")))
    assert named - icon_names() == set()


def test_scripts_use_no_evaluation_and_no_other_host() -> None:
    for path in (ROOT / "core/http/static/js").glob("*.js"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\beval\(|new Function|\.innerHTML\s*=|setAttribute\(\"style|https?://", text), path.name


def test_install_when_app_has_no_static_folder_then_ours_are_served_and_kept_by_mark() -> None:
    app = Flask("bare", static_folder=None)
    install(app)
    with app.test_request_context("/"):
        address = asset_url("css/tokens.css")
    client = app.test_client()
    assert client.get(address, buffered=True).headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "immutable" not in client.get("/static/css/tokens.css", buffered=True).headers.get("Cache-Control", "")
    assert client.get("/static/../templating.py").status_code == 404
