"""What the tests of the search share: the kinds as the web process knows them, and an index brought up to date."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from core.hooks.manager import Plugins
from core.http.runtime import KEY
from core.search.queries import Found, find, terms_of
from core.search.registered import searchables
from core.search.services import compare_all
from tests.core.hazards.ledger import Ledger
from tests.factories.world import World

Titles = Callable[..., list[str]]


@pytest.fixture
def plugins(app: Flask) -> Plugins:
    found: Plugins = app.extensions[KEY].plugins
    return found


@pytest.fixture
def schools(world: World, plugins: Plugins) -> World:
    """Three hazards in two schools, indexed."""
    with world.session() as session:
        ledger = Ledger(world, session, plugins)
        ledger.report(
            "staff_a", title="食堂灭火器压力不足", description="食堂灭火器压力不足，指针在红区", place="食堂后厨"
        )
        ledger.report("line_b", "school_b", title="實驗樓配電箱未上鎖", description="三號實驗樓 配電箱", place="實驗樓")
        ledger.report("officer", "campus_a", title="𠮷田路校門缺隔离墩", description="門口ＡＢ-0012號", place="校門")
    bring_up(world, plugins)
    return world


def bring_up(world: World, plugins: Plugins) -> dict[str, int]:
    with world.session() as session:
        return {one.kind: compare_all(session, searchable=one) for one in searchables(plugins)}


def found_by(world: World, plugins: Plugins, who: str, question: str) -> dict[str, Found]:
    with world.session(read_only=True) as session:
        actor = world.actor(who, session)
        found = find(session, actor, searchables=searchables(plugins), terms=terms_of(question))
        return {one.searchable.kind: one for one in found}


@pytest.fixture
def titles(plugins: Plugins) -> Titles:
    def run(world: World, who: str, question: str, kind: str = "hazard") -> list[str]:
        found = found_by(world, plugins, who, question)
        if kind not in found:
            return []
        with world.session(read_only=True) as session:
            hits = found[kind].searchable.shown(session, world.actor(who, session), found[kind].ids)
            by_id = {hit.id: hit.title for hit in hits}
        return [by_id[object_id] for object_id in found[kind].ids]

    return run
