"""A register that asks its readers for a permission of its own: whoever lacks it is told that there is none."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from core.audit.models import AuditEntry
from core.hazards.drafts.models import HazardDraft
from core.hazards.drafts.services import follow_breaches
from core.hooks.manager import Plugins
from core.http.runtime import KEY
from core.kernel.errors import NotFound
from core.notify.models import Notice
from core.registers.services import change_entry
from core.registers.services.notices import tell_endings
from core.registers.services.rules import check_rules
from core.search.registered import searchables
from core.search.services import compare_all
from core.tenancy.models import PackVersion
from core.tenancy.packs.check import load
from core.tenancy.packs.compile import Compiled, compile_pack
from tests.core.hazards.web import Api, Browser
from tests.core.registers.ground import add, get, plan, registers
from tests.core.search.conftest import found_by
from tests.factories.world import ROOT, World

PLANS, OWN = "/registers/emergency_plans", "register:emergency_plans:read"


@cache
def narrowed() -> Compiled:
    """The district's next pack: plans are open to principals only."""
    pack = load(ROOT / "tenants" / "wujin")
    own = tuple(replace(one, read_by=OWN) if one.code == "emergency_plans" else one for one in pack.registers)
    sets = tuple(
        replace(one, permissions=(*one.permissions, OWN)) if one.code == "unit_decide" else one
        for one in pack.permission_sets
    )
    return compile_pack(replace(pack, registers=own, permission_sets=sets))


@pytest.fixture
def restricted(world: World) -> UUID:
    """One plan of school A, which ran out some days ago."""
    facts = {"digest": narrowed().digest, "content": narrowed().content, "applied_by": "测试"}
    with world.session() as session:
        session.add(PackVersion(version=2, applied_at=session.now(), **facts))
    with world.session() as session:
        return add(session, world, "emergency_plans", plan("涉密预案", valid_until=date(2020, 11, 20)))


def test_restricted_when_asked_for_without_its_permission_then_as_if_it_were_none(
    app: Flask, world: World, restricted: UUID
) -> None:
    """Denied by default: nobody has the permission whom no set of the pack gives it."""
    stranger = Api(app.test_client(), world, "safety_a")

    def told(path: str) -> tuple[int, dict[str, Any]]:
        answer = stranger.get(path)
        body = answer.get_json()
        return answer.status_code, {name: body.get(name) for name in ("title", "detail", "code", "fields", "items")}

    for path in ("", f"/{restricted}", f"/{restricted}/history", f"/{restricted}/files", "/breaches"):
        nothing = told(f"/registers/nothing{path}")
        assert told(PLANS + path) == nothing and nothing[0] == 404, path
    body = {"extra": {"name": "甲", "event_type": "accident"}, "unit_id": str(world.units["school_a"])}
    assert stranger.post(PLANS, body).status_code == 404
    assert stranger.patch(f"{PLANS}/{restricted}", {"extra": {"name": "乙"}}, version=1).status_code == 404
    assert "emergency_plans" not in {
        one["slug"] for one in stranger.get("/registers", page_size=100).get_json()["items"]
    }
    page = Browser.of(app, world, "safety_a")
    assert PLANS not in page.get("/registers").get_data(as_text=True)
    assert page.get(f"{PLANS}/{restricted}").status_code == 404
    reader = Browser.of(app, world, "principal_a")
    assert PLANS in reader.get("/registers").get_data(as_text=True)
    assert "涉密预案" in reader.get(f"{PLANS}/{restricted}").get_data(as_text=True)


def test_restricted_when_tables_search_or_services_ask_then_closed_too(
    app: Flask, world: World, restricted: UUID
) -> None:
    plugins: Plugins = app.extensions[KEY].plugins
    with world.session() as session:
        for one in searchables(plugins):
            compare_all(session, searchable=one)
    for name, there in (("principal_a", True), ("safety_a", False)):
        found = any(restricted in one.ids for one in found_by(world, plugins, name, "涉密").values())
        assert found is there, name
        with world.session(read_only=True) as session:
            actor = world.actor(name, session)
            kinds = [
                kind.slug
                for hook in ("collect_import_kinds", "collect_export_kinds")
                for kind in plugins.collect(hook, {"fire"}, session=session, actor=actor)
            ]
            assert kinds.count("registers.emergency_plans") == (2 if there else 0), name
    with world.session() as session:
        options: dict[str, Any] = {
            "registers": registers(),
            "register": get(session, "emergency_plans"),
            "entry_id": restricted,
            "version": 1,
        }
        with pytest.raises(NotFound):
            change_entry(session, actor=world.actor("safety_a", session), given={"extra": {"edition": "2"}}, **options)
        change_entry(
            session, actor=world.actor("principal_a", session), given={"extra": {"edition": "绝密"}}, **options
        )
    with world.session(read_only=True) as session:
        data = [one.data for one in session.scalars(select(AuditEntry).where(AuditEntry.object_id == str(restricted)))]
        assert data and not re.search("绝密|涉密", str(data)), "its values stay out of the log, which others read"
    shown = Browser.of(app, world, "principal_a").get(f"{PLANS}/{restricted}").get_data(as_text=True)
    assert "内容不留痕" in shown


def test_restricted_when_a_rule_fails_or_an_entry_ends_then_others_learn_no_title(
    app: Flask, world: World, restricted: UUID
) -> None:
    """A draft is read by whoever answers for hazards: it names no entry, and leads only those who may open the register."""
    with world.session() as session:
        register = get(session, "emergency_plans")
        check_rules(session, registers=registers(), register=register)
        follow_breaches(session, register="emergency_plans")
        tell_endings(session, register=register)
    with world.session(read_only=True) as session:
        mine = session.scalars(select(HazardDraft).where(HazardDraft.unit_id == world.units["school_a"])).all()
        assert mine and not any("涉密预案" in f"{one.detail}{one.entries}" for one in mine)
        draft = mine[0].id
        told = set(session.scalars(select(Notice.person_id).where(Notice.title.contains("涉密预案"))))
        assert told == {world.people["principal_a"]}
    link = re.compile(rf'href="{PLANS}\?unit_id=')
    assert link.search(Browser.of(app, world, "principal_a").get(f"/hazards/drafts/{draft}").get_data(as_text=True))
    assert not link.search(Browser.of(app, world, "safety_a").get(f"/hazards/drafts/{draft}").get_data(as_text=True))
