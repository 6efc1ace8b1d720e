"""Permissions of a plugin that no pack knows: suggested, granted with one confirm, taken back, kept over an update of the pack."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from core.audit.models import AuditEntry
from core.hooks.manager import build_plugins
from core.settings import Settings
from core.tenancy.changes import GRANTS
from core.tenancy.merge import merge
from core.tenancy.models import PluginSwitch
from core.tenancy.packs.check import load
from core.tenancy.packs.grants import granted
from tests.core.hazards.web import Browser
from tests.core.hooks.broken import installed
from tests.core.hooks.test_quarantine import application
from tests.factories.world import ROOT, STARTED, World

SOURCE = """
    from core.sdk.domain import Permission, declare
    from core.sdk.hooks import PluginMeta, impl
    from core.sdk.web import PageBlueprint
    class P(Permission):
        READ = "newone:record:read"
        WRITE = "newone:record:write"
    DECLARED = declare(P, {P.READ: ("查看借阅", "看"), P.WRITE: ("登记借阅", "写")})
    META = PluginMeta(slug="newone", title="借阅", summary="", version="0.1.0", core_range=">=0.1,<1",
        suggested=((P.READ, "hazard:case:read"), (P.WRITE, "SECOND")))
    bp = PageBlueprint("newone", __name__, plugin="newone", url_prefix="/newone")
    @bp.get("", permission=P.READ)
    def shown(): return "here"
    @bp.get("/write", permission=P.WRITE)
    def written(): return "written"
    @impl
    def register_permissions(): return DECLARED
    @impl
    def register_blueprints(): return (bp,)
"""
PATH = "/api/v1/plugins/newone/grants"


@pytest.fixture
def points(tmp_path: Path) -> Iterator[list[EntryPoint]]:
    with installed(tmp_path, newone=SOURCE.replace("SECOND", "hazard:case:plan")) as found:
        yield found


@pytest.fixture
def web(settings: Settings, client: FlaskClient, world: World, neighbour: World, points: list[EntryPoint]) -> Flask:
    """``client`` sets the clock; the application is one of its own, with the new plugin on."""
    for place in (world, neighbour):
        with place.session() as session:
            session.add(PluginSwitch(plugin="newone", on_from=STARTED))
    return application(settings, points)


def test_grants_when_confirmed_then_those_meant_may_and_nobody_else_and_back_again(
    web: Flask, world: World, neighbour: World
) -> None:
    head, keeper, staff = (Browser.of(web, world, name) for name in ("head", "keeper_a", "staff_a"))
    theirs = Browser.of(web, neighbour, "keeper_a")
    assert keeper.get("/newone").status_code == 403, "nothing is granted by itself"
    page = head.get("/plugins/newone").get_data(as_text=True)
    assert "谁可以用" in page and "建议：登记借阅" in page and "授予建议的" in page and "收回" not in page
    assert head.post("/plugins/newone/grants", {"version": "1"}).status_code == 302
    assert (keeper.get("/newone").status_code, keeper.get("/newone/write").status_code) == (200, 200)
    assert (staff.get("/newone").status_code, staff.get("/newone/write").status_code) == (200, 403)
    assert theirs.get("/newone").status_code == 403, "each district for itself"
    page = head.get("/plugins/newone").get_data(as_text=True)
    assert "授予建议的" not in page and "收回授予的" in page
    assert head.post("/plugins/newone/grants", {"version": "1"}).status_code == 409
    with world.session(read_only=True) as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "plugin.granted")).one()
        assert "keep_ledger/newone:record:write" in entry.data["grants"]
    assert head.post("/plugins/newone/grants/withdraw", {"version": "1"}).status_code == 302
    assert keeper.get("/newone").status_code == 403
    assert head.get("/plugins/newone").status_code == 200


def test_grants_over_rest_with_versions_and_only_by_whom_it_belongs(
    web: Flask, world: World, client: FlaskClient
) -> None:
    api, head = web.test_client(), world.headers("head")
    listed = api.get(PATH, headers=head).get_json()
    by_code = {own["code"]: own for own in listed["items"]}
    assert by_code["keep_ledger"]["missing"] == ["newone:record:write"] and listed["total"] == len(by_code)
    assert api.put(PATH, headers=head).status_code == 428
    assert api.put(PATH, headers={**head, "If-Match": '"7"'}).status_code == 412
    assert api.put(PATH, headers={**world.headers("keeper_a"), "If-Match": '"1"'}).status_code == 403
    assert api.put(PATH, headers={**head, "If-Match": '"1"'}).status_code == 200
    after = {own["code"]: own for own in api.get(PATH, headers=head).get_json()["items"]}
    assert after["keep_ledger"]["granted"] == ["newone:record:write"] and not after["keep_ledger"]["missing"]
    assert api.delete(PATH, headers={**head, "If-Match": '"1"'}).status_code == 200
    assert api.delete(PATH, headers={**head, "If-Match": '"1"'}).status_code == 409
    assert api.get("/api/v1/plugins/nosuch/grants", headers=head).status_code == 404


def test_grants_when_the_pack_is_updated_then_kept_and_gone_with_their_set() -> None:
    pack = load(ROOT / "tenants" / "wujin")
    local = {f"{GRANTS}keep_ledger/newone:record:write": True, f"{GRANTS}unit_view/newone:record:read": True}
    without = replace(pack, permission_sets=tuple(own for own in pack.permission_sets if own.code != "keep_ledger"))
    assert merge(pack, pack, local).conflicts == () and set(merge(pack, pack, local).kept) == set(local)
    after = merge(pack, without, local)
    assert after.lapsed == (f"{GRANTS}keep_ledger/newone:record:write",) and after.conflicts == ()
    more = granted(without, ["keep_ledger/newone:record:write", "unit_view/newone:record:read"])
    assert "newone:record:read" in next(own for own in more.permission_sets if own.code == "unit_view").permissions


def test_plugin_when_it_suggests_what_it_does_not_declare_then_kept_out(tmp_path: Path) -> None:
    source = SOURCE.replace("SECOND", "hazard:case:plan").replace('(P.READ, "hazard', '("hazard:case:close", "hazard')
    with installed(tmp_path, newone=source) as points:
        plugins = build_plugins([], points=points)
    assert "hazard:case:close" in plugins.quarantined["newone"].fault
