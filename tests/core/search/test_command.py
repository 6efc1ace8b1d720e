"""The command: compares, makes anew, names what it does not know."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from core.cli.search import search
from core.hooks.manager import Plugins
from tests.core.hazards.ledger import Ledger
from tests.core.search.conftest import Titles
from tests.factories.world import World


@pytest.mark.parametrize("anew", [False, True])
def test_index_when_something_was_missed_then_brought_in(
    schools: World, plugins: Plugins, titles: Titles, environ: dict[str, str], anew: bool
) -> None:
    with schools.session() as session:
        Ledger(schools, session, plugins).report("staff_a", title="楼梯扶手松动", description="楼梯扶手松动")
    assert titles(schools, "head", "扶手") == []
    words = ["index", "--tenant", schools.tenant.slug, "--kind", "hazard", "--json", *(["--anew"] if anew else [])]
    found = CliRunner(env=environ).invoke(search, words)
    assert found.exit_code == 0, found.output
    assert json.loads(found.output) == [{"tenant": schools.tenant.slug, "kind": "hazard", "indexed": 4 if anew else 1}]
    assert titles(schools, "head", "扶手") == ["楼梯扶手松动"]


def test_index_when_tenant_is_unknown_then_says_so(environ: dict[str, str]) -> None:
    found = CliRunner(env=environ).invoke(search, ["index", "--tenant", "nowhere"])
    assert found.exit_code == 2 and "nowhere" in found.output
