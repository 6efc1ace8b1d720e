"""The eight plugins as the notices see them: their words, and the overview they share."""

from __future__ import annotations

import re
from datetime import timedelta
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.access.actor import Coverage
from core.hooks.manager import GROUP, build_plugins
from core.hooks.meta import PluginMeta
from core.http.templating import icon_names
from core.kernel.clock import FixedClock
from core.sdk.domain import EVERYWHERE, Found
from core.sdk.overview.numbers import domain_numbers
from core.sdk.overview.words import domain_words
from core.tenancy import shelf
from core.tenancy.packs.check import load
from core.tenancy.packs.model import Pack
from core.tenancy.switches import switches
from tests.factories.world import World
from tests.plugins.fire.ground import counted, reporter

ROOT = Path(__file__).parents[2]
PACKS = ("wujin", "sip", "yongqiao", "lianyun", "tongyu")
METAS: dict[str, PluginMeta] = {point.name: point.load().META for point in entry_points(group=GROUP)}
EIGHT = {"fire", "security", "food", "labchem", "bus", "buildings", "drowning", "bullying"}


@pytest.fixture(scope="module")
def packs() -> dict[str, Pack]:
    return {slug: load(ROOT / "tenants" / slug) for slug in PACKS}


def test_plugins_when_found_then_the_eight() -> None:
    assert set(METAS) >= EIGHT


@pytest.mark.parametrize("slug", sorted(EIGHT))
def test_meta_when_read_then_its_words_are_its_own(slug: str) -> None:
    meta = METAS[slug]
    codes = [category.code for category in meta.categories] + [problem.code for problem in meta.focus]
    assert len(codes) == len(set(codes))
    assert all(code.startswith(f"{slug}.") for code in codes)
    assert meta.icon in icon_names(), "an icon that is in the sprite"
    assert {problem.variant for problem in meta.focus} <= set(meta.variants)
    assert (ROOT / "plugins" / slug / "translations").is_dir() or slug


@pytest.mark.parametrize("slug", sorted(EIGHT))
def test_meta_when_it_names_clauses_then_the_notices_have_them(slug: str, packs: dict[str, Pack]) -> None:
    known = {clause.id for pack in packs.values() for clause in pack.clauses}
    meta = METAS[slug]
    named = {code for category in meta.categories for code in category.clauses}
    named |= {code for problem in meta.focus for code in problem.clauses}
    assert named - known == set()


def test_yongqiaos_five_problems_when_counted_then_thirty(packs: dict[str, Pack]) -> None:
    meant = [problem for meta in METAS.values() for problem in meta.focus]
    assert len(meant) == 30
    stated = [problem for domain in packs["yongqiao"].domains for problem in domain.focus]
    assert {problem.clauses for problem in stated} == {problem.clauses for problem in meant}


@pytest.mark.parametrize("tenant", PACKS)
def test_pack_when_it_names_a_plugin_then_the_plugin_is_there(tenant: str, packs: dict[str, Pack]) -> None:
    for domain in packs[tenant].domains:
        if domain.plugin:
            assert domain.code in METAS
            assert not domain.variant or domain.variant in METAS[domain.code].variants, domain.code


def test_words_when_the_pack_cuts_the_domain_then_the_pack_wins(packs: dict[str, Pack]) -> None:
    words = domain_words(METAS["security"], packs["yongqiao"], None)
    assert [problem.no for problem in words.focus] == [1, 2, 3, 4, 5]
    assert {category.code for category in words.categories} >= {"security.guards"} or words.categories
    assert all(clause.id.startswith("YQ-") for clause in words.asked)
    without = domain_words(METAS["drowning"], None, None)
    assert [category.code for category in without.categories] == [
        category.code for category in METAS["drowning"].categories
    ]
    assert without.focus == ()


def test_bullying_when_read_then_holds_nothing_about_persons() -> None:
    """Sealed: no table, no form, no job; what is not there is said in its docstring."""
    folder = ROOT / "plugins" / "bullying"
    assert {path.name for path in folder.glob("*.py")} == {
        "__init__.py",
        "categories.py",
        "permissions.py",
        "plugin.py",
    }
    assert "Deliberately not here" in (folder / "__init__.py").read_text(encoding="utf-8")


def report(world: World, *pairs: tuple[str, str, str]) -> None:
    """(domain, category, unit) each becomes a hazard."""
    with world.session() as session:
        for domain, category, unit in pairs:
            reported = reporter(session, world, "safety_b" if unit == "school_b" else "safety_a")
            reported.keywords["plugins_on"] = EIGHT
            found = Found(unit_id=world.units[unit], place="食堂", description="问题", domain=domain, category=category)
            reported(found=found)


def test_numbers_when_counted_then_by_category_and_only_what_is_covered(
    world: World, neighbour: World, clock: FixedClock
) -> None:
    report(
        world,
        ("food", "food.samples", "school_a"),
        ("food", "food.samples", "school_a"),
        ("food", "food.water", "school_b"),
    )
    report(world, ("bus", "bus.driver", "school_a"))
    report(neighbour, ("food", "food.samples", "school_a"))
    clock.advance(timedelta(days=400))
    with world.session(read_only=True) as session:
        words = domain_words(METAS["food"], shelf.current(session), switches(session).get("food"))
        with counted(session) as sent:
            everywhere = domain_numbers(session, coverage=EVERYWHERE, words=words)
        mine = domain_numbers(session, coverage=Coverage(frozenset({world.units["school_a"]})), words=words)
    assert len(sent) == 3
    counts = {row.code: row.total for row in everywhere.categories if row.total}
    assert counts == {"food.samples": 2, "food.water": 1}
    assert (everywhere.total, everywhere.open, everywhere.units) == (3, 3, 2)
    assert (mine.total, mine.units) == (2, 1)
    assert len(everywhere.months) == 12
    assert sum(month.found for month in everywhere.months) == 0, "found more than a year ago"


@pytest.mark.parametrize("slug", sorted(EIGHT - {"fire"}))
def test_overview_when_opened_then_page_and_rest_agree(
    app: Flask, client: FlaskClient, world: World, slug: str
) -> None:
    report(world, (slug, METAS[slug].categories[0].code, "school_a"))
    headers = world.headers("head")
    page = client.get(f"/{slug}", headers=headers)
    assert page.status_code == 200
    text = page.get_data(as_text=True)
    assert 'id="domain-categories-option"' in text
    assert 'id="domain-months-table"' in text
    assert "通知要求" in text
    assert bool(re.search(r'href="/hazards\?[^"]*domain=', text)) == (slug != "bullying"), (
        "bullying leads to no single hazard"
    )
    told = client.get(f"/api/v1/{slug}/overview", headers=headers).get_json()
    assert (told["domain"], told["open"], told["total"]) == (slug, 1, 1)
    assert client.get(f"/{slug}", headers=world.headers("keeper_a")).status_code in (200, 403)


def test_shipped_plugins_when_built_then_all_serve() -> None:
    assert build_plugins([]).quarantined == {}
