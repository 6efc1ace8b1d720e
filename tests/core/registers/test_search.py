"""Entries of registers are found by their words and unit, by whom their register is open to, and never by a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from core.db.sessions import TenantSession
from core.hooks.manager import Plugins
from core.http.runtime import KEY
from core.jobs.due import run_due
from core.jobs.works import compose_works
from core.registers.models import RegisterEntry
from core.registers.queries.cards import cards_of
from core.registers.searching import fields_of
from core.registers.services import change_entry, retire_entry
from core.search.registered import searchables
from core.search.services import compare_all
from core.settings import Settings
from core.tenancy.directory import Directory
from tests.core.registers.ground import add, get, registers
from tests.core.search.conftest import found_by
from tests.factories.world import World

PLAN = {
    "extra": {"name": "食堂食物中毒应急预案", "event_type": "health", "summary": "含送医路线"},
    "valid_from": date(2020, 1, 1),
}
HYDRANT = {"kind": "hydrant", "spot": "实验楼三层走廊", "quantity": 2, "next_test_on": date(2021, 3, 1)}


@pytest.fixture
def plugins(app: Flask) -> Plugins:
    found: Plugins = app.extensions[KEY].plugins
    return found


@pytest.fixture
def kept(world: World, plugins: Plugins) -> World:
    with world.session() as session:
        add(session, world, "emergency_plans", PLAN)
        add(
            session,
            world,
            "emergency_plans",
            {**PLAN, "extra": {**PLAN["extra"], "name": "校车应急预案", "summary": "乘车点名"}},
            unit="school_b",
        )
        add(session, world, "fire_facilities", HYDRANT)
    bring_up(world, plugins)
    return world


def bring_up(world: World, plugins: Plugins) -> None:
    with world.session() as session:
        for one in searchables(plugins):
            compare_all(session, searchable=one)


def hits(world: World, plugins: Plugins, who: str, question: str) -> list[tuple[str, str, str]]:
    """(kind, title, state) of everything but units and hazards."""
    found = found_by(world, plugins, who, question)
    with world.session(read_only=True) as session:
        actor = world.actor(who, session)
        return [
            (kind, hit.title, hit.state_label)
            for kind, one in found.items()
            if kind not in ("unit", "hazard")
            for hit in one.searchable.shown(session, actor, one.ids)
        ]


@pytest.mark.parametrize(
    ("question", "titles"),
    [
        ("食物中毒", {"食堂食物中毒应急预案"}), ("送医路线", {"食堂食物中毒应急预案"}), ("公共卫生 校车", {"校车应急预案"}),
        ("应急预案 第二初级", {"校车应急预案"}), ("三层走廊", {"实验楼三层走廊"}), ("不在此处", set()),
    ],
)  # fmt: skip
def test_entry_when_asked_for_by_words_then_found(
    kept: World, plugins: Plugins, question: str, titles: set[str]
) -> None:
    assert {title.split(" · ")[-1] for _, title, _ in hits(kept, plugins, "head", question)} == titles


def test_entry_when_out_of_reach_then_not_found(kept: World, plugins: Plugins) -> None:
    assert {title for _, title, _ in hits(kept, plugins, "safety_a", "应急预案")} == {"食堂食物中毒应急预案"}
    assert hits(kept, plugins, "nobody", "应急预案") == []


def test_searchables_when_plugins_bring_registers_then_each_has_its_own_permission(plugins: Plugins) -> None:
    kinds = {one.kind: str(one.permission) for one in searchables(plugins)}
    for slug, register in registers().coded.items():
        assert kinds[slug] == str(register.read)


def test_texts_when_a_field_is_personal_then_left_out(kept: World) -> None:
    with kept.session() as session:
        plans = get(session, "emergency_plans")
        hidden = tuple(replace(own, personal=own.code == "summary") for own in plans.extra)
        (card,) = cards_of(session, registers(), plans, [_row(session, kept)])
        assert "含送医路线" in fields_of(plans, card)
        assert "含送医路线" not in fields_of(replace(plans, extra=hidden), card)


def _row(session: TenantSession, world: World) -> tuple[RegisterEntry, str]:
    mine = RegisterEntry.unit_id == world.units["school_a"]
    return session.scalars(select(RegisterEntry).where(mine)).one(), "第一小学"


def test_index_when_an_entry_changes_then_follows(kept: World, plugins: Plugins, settings: Settings) -> None:
    works = compose_works(settings=settings, db=kept.db, directory=Directory(kept.db, shifts=True), plugins=plugins)
    with kept.session() as session:
        entry_id = add(session, kept, "emergency_plans", {**PLAN, "extra": {**PLAN["extra"], "name": "防汛预案"}})
    assert {one.state for one in run_due(works, as_of=None, tenant=kept.tenant.slug)} == {"done"}
    assert [title for _, title, _ in hits(kept, plugins, "head", "防汛")] == ["防汛预案"]
    with kept.session() as session:
        register = get(session, "emergency_plans")
        version = change_entry(
            session, actor=kept.system, registers=registers(), register=register, entry_id=entry_id, version=1,
            given={"extra": {"name": "防台预案"}},
        )  # fmt: skip
        retire_entry(session, actor=kept.system, register=register, entry_id=entry_id, version=version)
    assert {one.state for one in run_due(works, as_of=None, tenant=kept.tenant.slug)} == {"done"}
    assert hits(kept, plugins, "head", "防汛") == []
    assert [(title, state) for _, title, state in hits(kept, plugins, "head", "防台")] == [("防台预案", "已停用")]
