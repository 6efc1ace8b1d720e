"""A plugin whose evidence raises takes no view with it: it is left out, told, kept out, and the pages say what is missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Date, Select, Uuid, column, func, literal, select, text

from core.access.actor import Coverage
from core.app import create_app
from core.db.sessions import TenantSession
from core.hooks.manager import GROUP
from core.http.paging import Paging
from core.http.runtime import KEY
from core.kernel.obligations import Standing
from core.kernel.schoolyear import Span
from core.obligations.queries import Asked, due_rows, due_sums, missing_sources, stream_rows, unit_tallies
from core.settings import Settings
from core.tenancy.models import PluginFault, PluginSwitch
from plugins.fire.holdings import HOLDING
from tests.conftest import APP_CLOCK
from tests.core.hazards.web import Browser
from tests.core.hooks.broken import installed
from tests.factories.world import STARTED, World

ALL = Coverage(None)
TERM = Span(date(2020, 9, 1), date(2021, 1, 31))
DIVIDES = """
    {HEAD}
    from sqlalchemy import ARRAY, Date, Integer, Text, Uuid, cast, column, func, literal, select, text
    from core.sdk.hooks import Evidence

    def facts(session, span):
        one = func.unnest(text("array[gen_random_uuid()]")).table_valued(column("id", Uuid()), name="one").render_derived()
        return select(
            one.c.id.label("unit_id"), literal("drill", Text).label("activity"), cast([], ARRAY(Text)).label("topics"),
            literal("", Text).label("key"), literal(span.starts, Date).label("on_date"),
            (literal(1, Integer) / func.floor(func.random())).cast(Integer).label("times"),
            literal("odd", Text).label("kind"), one.c.id,
        )

    @impl
    def register_evidence(): return (Evidence("odd", "怪来源", frozenset(["drill"]), facts),)
"""
"""SQL that divides by zero, which nobody sees before it runs."""


def application(settings: Settings, points: list[EntryPoint]) -> Flask:
    return create_app(settings, clock=APP_CLOCK, points=[*entry_points(group=GROUP), *points])


def test_evidence_when_its_sql_raises_then_the_view_stands_without_it(
    settings: Settings, app: Flask, world: World, tmp_path: Path
) -> None:
    sound = app.extensions[KEY].plugins
    with installed(tmp_path, odd=DIVIDES) as points:
        web = application(settings, points)
        with world.session() as session:
            session.add(PluginSwitch(plugin="odd", on_from=STARTED))
        asked = Asked(TERM)
        with world.session(read_only=True) as session:
            expected = {
                one.expected.found.key: one.tally for one in due_sums(session, sound, coverage=ALL, asked=asked)
            }
        plugins = web.extensions[KEY].plugins
        for read_only in (True, False):  # with and without a savepoint
            with world.session(read_only=read_only) as session:
                rows = sum(1 for _ in stream_rows(session, plugins, coverage=ALL, asked=asked))
                found = due_sums(session, plugins, coverage=ALL, asked=asked)
                assert {one.expected.found.key: one.tally for one in found} == expected
                assert rows == sum(tally.total for tally in expected.values())
                assert [one.title for one in missing_sources(session, plugins)] == ["怪来源"]
        head = Browser.of(web, world, "head")
        for _ in range(2):  # found out, and kept out since
            page = head.get("/due/district?since=2020-09-01&until=2021-01-31")
            assert page.status_code == 200
            assert "怪来源暂时读不到" in page.get_data(as_text=True)
        sources = web.test_client().get("/api/v1/due/sources", headers=world.headers("head")).get_json()["items"]
        assert [one["readable"] for one in sources if one["kind"] == "odd"] == [False]
        assert any(one["readable"] for one in sources)
        with world.session(read_only=True) as session:
            (kept,) = session.scalars(select(PluginFault))
            assert (kept.plugin, kept.moment) == ("odd", "register_evidence")
            assert "division by zero" in kept.fault


@pytest.mark.parametrize("read_only", [True, False])  # without and with a savepoint
def test_holding_when_its_sql_raises_then_the_view_stands_and_nobody_is_at_fault(
    settings: Settings, world: World, monkeypatch: pytest.MonkeyPatch, read_only: bool
) -> None:
    def divides(session: TenantSession, having: object) -> Select[Any]:
        one = func.unnest(text("array[gen_random_uuid()]")).table_valued(column("id", Uuid()), name="one")
        one = one.render_derived()
        days = (literal(TERM.starts, Date).label("starts"), literal(TERM.ends, Date).label("ends"))
        return select(one.c.id.label("unit_id"), *days).where(literal(1) / func.floor(func.random()) > 0)

    monkeypatch.setattr("plugins.fire.plugin.HOLDING", replace(HOLDING, holders=divides))
    plugins = application(settings, []).extensions[KEY].plugins
    told: list[tuple[str, str]] = []
    monkeypatch.setattr(plugins, "witness", lambda slug, hook, _fault: told.append((slug, hook)))
    asked = Asked(TERM, codes=frozenset({"fire-pass-report"}))
    with world.session(read_only=read_only) as session:
        page = due_rows(session, plugins, coverage=ALL, asked=asked, paging=Paging(page_size=100))
        found = due_sums(session, plugins, coverage=ALL, asked=asked)
        units = unit_tallies(session, plugins, coverage=ALL, asked=asked)
    assert page.total > 0 and {row.state for row in page.items} == {Standing.OPEN}
    assert sum(one.tally.total for one in found) == sum(tally.total for tally in units.values()) == page.total
    assert told and set(told) == {("fire", "register_holdings")}, "it was asked, and told of"
