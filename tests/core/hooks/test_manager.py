from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from core.access.actor import Actor
from core.hooks.manager import build_plugins
from core.hooks.meta import MenuEntry, Refusal
from core.hooks.specs import impl
from tests.core.hooks.broken import FAULTS, installed

ACTOR = Actor.system(1, "测试")


def feature() -> ModuleType:
    module = ModuleType("core.sample.feature")

    @impl
    def collect_menu(actor: Actor) -> tuple[MenuEntry, ...]:
        return (MenuEntry("核心", "core.x", "home", section="work"),)

    module.collect_menu = collect_menu  # type: ignore[attr-defined]
    return module


@pytest.mark.parametrize("slug", FAULTS)
def test_plugin_when_at_fault_then_it_alone_is_kept_out(tmp_path: Path, slug: str) -> None:
    good = """
        {HEAD}
        @impl
        def collect_menu(actor): return (MenuEntry("好的", "good.x", "star", section="work"),)
    """
    with installed(tmp_path, **{slug: FAULTS[slug]}, good=good) as points:
        plugins = build_plugins([feature()], points=points)
        assert set(plugins.quarantined) == {slug}
        assert plugins.quarantined[slug].fault
        assert set(plugins.metas) - set(plugins.quarantined) == {"good"}
        entries = plugins.collect("collect_menu", {"good", slug}, actor=ACTOR)
        assert {entry.title for entry in entries} == {"核心", "好的"}


def test_plugin_when_it_raises_at_boot_then_its_other_hooks_are_silent_too(tmp_path: Path) -> None:
    source = """
        {HEAD}
        @impl
        def register_permissions(): raise RuntimeError("boot goes wrong")
        @impl
        def collect_menu(actor): return (MenuEntry("坏的", "bad.x", "star", section="work"),)
    """
    with installed(tmp_path, bad=source) as points:
        plugins = build_plugins([feature()], points=points)
        assert plugins.at_boot("register_permissions") == []
        assert "boot goes wrong" in plugins.quarantined["bad"].fault
        assert [entry.title for entry in plugins.collect("collect_menu", {"bad"}, actor=ACTOR)] == ["核心"]


def test_core_feature_when_it_raises_at_boot_then_the_boot_stops() -> None:
    module = feature()

    @impl
    def register_permissions() -> None:
        raise RuntimeError("core goes wrong")

    module.register_permissions = register_permissions  # type: ignore[attr-defined]
    with pytest.raises(RuntimeError, match="core goes wrong"):
        build_plugins([module], points=[]).at_boot("register_permissions")


def test_collect_when_one_raises_then_the_others_are_joined(tmp_path: Path) -> None:
    with installed(
        tmp_path, bad="{HEAD}\n@impl\ndef collect_menu(actor): raise RuntimeError('request goes wrong')"
    ) as points:
        plugins = build_plugins([feature()], points=points)
        assert [entry.title for entry in plugins.collect("collect_menu", {"bad"}, actor=ACTOR)] == ["核心"]
        assert plugins.quarantined == {}, "a fault of one request does not take the plugin away from everybody"


def test_collect_when_the_plugin_is_off_then_not_asked(tmp_path: Path) -> None:
    source = "{HEAD}\n@impl\ndef collect_menu(actor): return (MenuEntry('插件', 'x.y', 'star', section='work'),)"
    with installed(tmp_path, extra=source) as points:
        plugins = build_plugins([feature()], points=points)
        assert len(plugins.collect("collect_menu", {"extra"}, actor=ACTOR)) == 2
        assert len(plugins.collect("collect_menu", (), actor=ACTOR)) == 1


def test_refusal_when_one_says_no_then_that_is_the_answer(tmp_path: Path) -> None:
    says_no = "{HEAD}\n@impl\ndef refuse_hazard_move(move): return Refusal('不行') if move == 'close' else None"
    with installed(tmp_path, strict=says_no) as points:
        plugins = build_plugins([], points=points)
        asked = {"session": None, "actor": ACTOR, "hazard_id": None, "domain": "x"}
        assert plugins.first_refusal("refuse_hazard_move", {"strict"}, move="close", **asked) == Refusal("不行")
        assert plugins.first_refusal("refuse_hazard_move", {"strict"}, move="plan", **asked) is None
        assert plugins.first_refusal("refuse_hazard_move", (), move="close", **asked) is None


def test_refusal_when_a_plugin_raises_then_refused_all_the_same(tmp_path: Path) -> None:
    with installed(
        tmp_path, bad="{HEAD}\n@impl\ndef refuse_hazard_move(move): raise RuntimeError('cannot tell')"
    ) as points:
        plugins = build_plugins([], points=points)
        with pytest.raises(RuntimeError):
            plugins.first_refusal(
                "refuse_hazard_move", {"bad"}, session=None, actor=ACTOR, hazard_id=None, domain="x", move="close"
            )


def test_subscribers_when_asked_then_each_by_its_owner(tmp_path: Path) -> None:
    with installed(tmp_path, one="{HEAD}\n@impl\ndef on_event(session, event): return None", two="{HEAD}") as points:
        plugins = build_plugins([], points=points)
        assert [owner for owner, _ in plugins.subscribers("on_event", {"one", "two"})] == ["one"]


def test_plugin_when_it_takes_what_another_has_then_the_second_is_kept_out(tmp_path: Path) -> None:
    source = """
        {HEAD}
        from core.sdk.web import PageBlueprint
        @impl
        def register_blueprints(): return (PageBlueprint("same", __name__, plugin=META.slug, url_prefix="/" + META.slug),)
    """
    with installed(tmp_path, aa=source, bb=source) as points:
        plugins = build_plugins([], points=points)
        assert set(plugins.quarantined) == {"bb"}
        assert plugins.quarantined["bb"].fault == "blueprint same is registered by another"
