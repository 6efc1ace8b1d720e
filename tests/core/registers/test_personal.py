"""Personal fields of an entry are for who keeps the register in its very unit: two posts never add up."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.access.actor import Actor, Grant
from core.app import feature_modules
from core.hooks.manager import build_plugins
from core.hooks.tables import Question
from core.orgs.services import appoint
from core.registers.catalogue import Registers
from core.registers.queries.files import sees_files
from tests.core.hazards.web import Api, Browser
from tests.core.registers.test_tables import export_kind, work
from tests.factories.world import STARTED, World

PATH = "/registers/certificates"
MINE, THEIRS = "工号17", "工号42"
HOLDERS = {"school_a": "principal_a", "school_b": "line_b"}


@pytest.fixture
def both(client: FlaskClient, world: World) -> dict[str, str]:
    """The safety director of school B keeps its certificates, and holds a second post that only reads the whole district's."""
    found = {}
    for unit, holder, keeper in (("school_a", THEIRS, "safety_a"), ("school_b", MINE, "safety_b")):
        given = {
            "kind": "guard",
            "holder": holder,
            "number": f"证{holder}",
            "person_id": str(world.people[HOLDERS[unit]]),
        }
        made = Api(client, world, keeper).post(PATH, {**given, "unit_id": str(world.units[unit])})
        assert made.status_code == 201, made.get_data(as_text=True)
        found[unit] = made.get_json()["id"]
    with world.session() as session:
        appoint(
            session, actor=world.system, person_id=world.people["safety_b"], unit_id=world.units["section"],
            post_code="inspector", valid_from=STARTED,
        )  # fmt: skip
    return found


def told(items: list[dict[str, Any]]) -> dict[str, tuple[Any, ...]]:
    return {one["id"]: (one.get("holder"), one.get("number"), one.get("person_id")) for one in items}


def test_rest_when_kept_elsewhere_then_personal_fields_are_empty(
    client: FlaskClient, world: World, both: dict[str, str]
) -> None:
    reader = Api(client, world, "safety_b")
    shown = told(reader.get(PATH).get_json()["items"])
    assert shown == {
        both["school_a"]: (None, None, None),
        both["school_b"]: (MINE, f"证{MINE}", str(world.people["line_b"])),
    }
    (theirs,) = told([reader.get(f"{PATH}/{both['school_a']}").get_json()]).values()
    assert theirs == (None, None, None)
    assert reader.get(f"{PATH}/{both['school_b']}").get_json()["holder"] == MINE


def test_list_when_asked_or_sorted_by_a_personal_field_then_only_what_one_keeps_answers(
    client: FlaskClient, world: World, both: dict[str, str]
) -> None:
    reader, keeper = Api(client, world, "safety_b"), Api(client, world, "safety_a")
    theirs, own = world.people["principal_a"], world.people["line_b"]
    assert keeper.get(PATH, person_id=theirs).get_json()["total"] == 1
    assert reader.get(PATH, person_id=theirs).get_json()["total"] == 0
    assert reader.get(PATH, person_id=own).get_json()["total"] == 1
    assert Api(client, world, "leader").get(PATH, person_id=theirs).get_json()["total"] == 0
    for down in ("", "-"):  # what one may not see sorts as if it were empty, whatever it says
        items = reader.get(PATH, sort=f"{down}holder").get_json()["items"]
        assert {one["id"] for one in items} == set(both.values())
        assert [one["id"] for one in items] == [both["school_b"], both["school_a"]]


def test_pages_when_kept_elsewhere_then_no_personal_word_of_theirs(
    app: Flask, world: World, both: dict[str, str]
) -> None:
    reader = Browser.of(app, world, "safety_b")
    for path, mine in ((PATH, True), (f"{PATH}/{both['school_b']}", True), (f"{PATH}/{both['school_a']}", False)):
        page = reader.get(path).get_data(as_text=True)
        assert "测试principal.a" not in page and THEIRS not in page, path
        assert ("测试line.b" in page) is mine, path


def test_export_when_kept_elsewhere_then_personal_cells_are_empty(world: World, both: dict[str, str]) -> None:
    with world.session(read_only=True) as session:
        kind, acting = (
            export_kind(session, world, "registers.certificates", "safety_b"),
            work(session, world, "safety_b"),
        )
        names = [column.name for column in kind.columns(acting)]
        rows = [dict(zip(names, row, strict=True)) for row in kind.rows(acting, Question({}))]
        assert sorted((row["holder"] or "", row["number"] or "", row["person_id"] or "") for row in rows) == [
            ("", "", ""), (MINE, f"证{MINE}", "测试line.b"),
        ]  # fmt: skip
        theirs = Question({"person_id": (str(world.people["principal_a"]),)})
        assert kind.count(acting, theirs) == 0 and list(kind.rows(acting, theirs)) == []


def test_scan_when_one_checks_elsewhere_then_not_seen(world: World) -> None:
    """Who may look at scans as an inspector may so where the inspecting post reaches, not wherever another one reads."""
    reads = Grant(frozenset({"exam:certificate:read", "file:object:read"}), unit_ids=None)
    checks = Grant(frozenset({"inspection:visit:conduct"}), unit_ids=frozenset({world.units["school_b"]}))
    with world.session(read_only=True) as session:
        register = Registers.of(build_plugins(feature_modules())).get(session, "certificates")
        for grants, seen in (((reads, checks), False), ((reads, replace(checks, unit_ids=None)), True)):
            actor = Actor(world.tenant.id, world.people["nobody"], "某人", "person", grants)
            assert sees_files(actor, register, world.units["school_a"], {}) is seen
