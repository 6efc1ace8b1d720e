"""A plugin at fault in the middle of a page takes neither the page nor the other plugins with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from core.hooks.manager import build_plugins
from core.tenancy.models import PluginSwitch
from tests.core.hooks.broken import installed
from tests.factories.world import World

BROKEN = """
    {HEAD}
    from sqlalchemy import text

    @impl
    def collect_desk_cards(session, actor):
        session.execute(text("select 1/0"))
"""
SOUND = """
    {HEAD}
    from sqlalchemy import text

    @impl
    def collect_desk_cards(session, actor):
        return [session.scalar(text("select 7"))]
"""


@pytest.mark.parametrize("order", [("abroken", "sound"), ("zbroken", "sound")])
def test_collect_when_a_plugin_breaks_the_transaction_then_the_others_go_on(
    world: World, tmp_path: Path, order: tuple[str, str]
) -> None:
    broken, sound = order
    with installed(tmp_path / "p", **{broken: BROKEN, sound: SOUND}) as points:
        plugins = build_plugins([], points=points)
        assert set(plugins.metas) == {broken, sound}
        with world.session(read_only=True) as session:
            assert plugins.collect("collect_desk_cards", order, session=session, actor=world.system) == [7]
            assert session.scalars(select(PluginSwitch.tenant_id)).first() == world.tenant.id
