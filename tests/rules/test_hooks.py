"""Laws of the hooks: each is documented in six parts, used by a feature, and no plugin can stop the core."""

from __future__ import annotations

import inspect
import os
import re
import subprocess
import sys
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from core.app import FEATURES, create_app
from core.hooks import specs
from core.hooks.manager import GROUP, build_plugins
from core.http.runtime import runtime
from core.settings import Settings
from tests.conftest import APP_CLOCK
from tests.core.hooks.broken import FAULTS, installed
from tests.factories.world import World
from tests.rules.source import ROOT

PARTS = ("When:", "Tenant:", "Args:", "Returns:", "If it raises:")
PROTOCOLS = ("register_", "collect_", "refuse_", "on_")
HOOKS = {
    name: function
    for name, function in inspect.getmembers(specs, inspect.isfunction)
    if hasattr(function, f"{specs.NAMESPACE}_spec")
}


def undocumented(docstring: str | None) -> list[str]:
    """The parts that a hook's docstring lacks."""
    text = inspect.cleandoc(docstring or "")
    summary = text.split("\n\n")[0]
    missing = [part for part in PARTS if not re.search(rf"(^|\. |\n){part}", text)]
    return missing if summary and not summary.startswith(PARTS) else ["summary", *missing]


def test_hooks_when_listed_then_there_are_some() -> None:
    assert "collect_menu" in HOOKS
    assert len(HOOKS) >= 10


@pytest.mark.parametrize("name", HOOKS)
def test_hook_when_read_then_says_its_six_parts_and_its_protocol(name: str) -> None:
    assert undocumented(HOOKS[name].__doc__) == []
    assert name.startswith(PROTOCOLS)
    assert "ORM" not in str(inspect.signature(HOOKS[name]))


def test_undocumented_when_shown_samples_then_tells_good_from_bad() -> None:
    good = "Cards.\n\nWhen: at the page. Tenant: on. Args: none.\nReturns: cards. If it raises: left out."
    assert undocumented(good) == []
    assert undocumented("Cards.") == list(PARTS)
    assert undocumented(None) == ["summary", *PARTS]


@pytest.mark.parametrize("name", HOOKS)
def test_hook_when_features_are_searched_then_somebody_uses_it(name: str) -> None:
    core = [import_module(f"core.{feature}.feature") for feature in FEATURES]
    shipped = [point.load() for point in entry_points(group=GROUP)]
    assert [module.__name__ for module in [*core, *shipped] if hasattr(module, name)], f"nobody implements {name}"


def test_shipped_plugins_when_loaded_then_none_is_kept_out() -> None:
    plugins = build_plugins([])
    assert plugins.quarantined == {}
    folders = {path.parent.name for path in (ROOT / "plugins").glob("*/plugin.py")}
    assert set(plugins.metas) == folders >= {"fire", "buildings"}


AT_BOOT = {
    "permboot": "{HEAD}\n@impl\ndef register_permissions(): raise RuntimeError('permissions go wrong')",
    "jobsboot": "{HEAD}\n@impl\ndef register_jobs(): raise RuntimeError('jobs go wrong')",
    "bpboot": "{HEAD}\n@impl\ndef register_blueprints(): raise RuntimeError('blueprints go wrong')",
    "menubad": "{HEAD}\n@impl\ndef collect_menu(actor): raise RuntimeError('menu goes wrong')",
    "deskbad": "{HEAD}\n@impl\ndef collect_desk_cards(session, actor): raise RuntimeError('desk goes wrong')",
}


def test_core_when_plugins_are_broken_then_serves_on_and_says_why(
    settings: Settings, world: World, client: FlaskClient, tmp_path: Path
) -> None:
    """``client`` sets the clock; this application is one of its own, with broken plugins beside the shipped ones."""
    shipped = list(entry_points(group=GROUP))
    with installed(tmp_path, **FAULTS, **AT_BOOT) as points:
        app = create_app(settings, clock=APP_CLOCK, points=[*shipped, *points])
        web = app.test_client()
        headers = world.headers("head")
        assert web.get("/api/v1/hazards", headers=headers).status_code == 200
        assert web.get("/fire", headers=headers).status_code == 200
        page = web.get("/plugins", headers=headers)
        assert page.status_code == 200
        with app.app_context():
            kept_out = set(runtime().plugins.quarantined)
        assert {*FAULTS, "permboot", "bpboot"} <= kept_out
        listed = web.get("/api/v1/plugins?page_size=50", headers=headers).get_json()["items"]
        faults = {row["slug"]: row["fault"] for row in listed if row["state"] == "quarantined"}
        assert set(faults) == kept_out
        assert "import goes wrong" in faults["atimport"]
        assert all(faults.values())
        assert faults["bpboot"] in page.get_data(as_text=True)


def test_guide_when_compared_with_the_contract_then_says_the_same() -> None:
    """``make docs`` writes it; whoever changes a docstring runs it."""
    guide = (ROOT / "docs" / "plugins.md").read_text(encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", "import hooks_guide, sys; sys.stdout.write(hooks_guide.written(sys.stdin.read()))"],
        cwd=ROOT / "deploy" / "bin", input=guide, capture_output=True, encoding="utf-8", check=True,
        env={**os.environ, "PYTHONUTF8": "1"},
    )  # fmt: skip
    assert done.stdout == guide, "run make docs"
    for name in HOOKS:
        section = guide.partition(f"#### `{name}`")[2].partition("####")[0]
        assert all(f"* **{part}" in section for part in ("When", "Tenant", "Args", "Returns", "If it raises")), name
