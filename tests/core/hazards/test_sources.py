"""Where a hazard comes from follows from the reporter's post: nobody writes self-check about a unit that is not theirs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from core.access.actor import Actor, Grant
from core.db.engines import Database
from core.hazards.models import Hazard
from core.hazards.services import report_hazard
from core.hazards.services.report import Found
from core.hazards.sources import way_of, ways_of
from core.kernel.errors import Forbidden, Invalid, NotFound
from core.orgs.queries import UnitCard
from core.orgs.services import appoint
from core.tenancy.packs.model.lifecycle import Lifecycle, Origin
from tests.core.hazards.ledger import ON, Ledger, bare_plugins
from tests.core.hazards.samples import lifecycles
from tests.core.hazards.web import Api, Browser
from tests.factories.world import STARTED, World, build

LIVES = lifecycles()
REPORT, RECORD = "hazard:case:report", "hazard:case:record"
TOLD = {"place": "教学楼", "description": "插座松动", "domain": "fire", "category": "fire.passage"}


def unit(kind: str, school: UUID | None = None) -> UnitCard:
    own = uuid4()
    answers = own if kind in ("school", "kindergarten") else school
    return UnitCard(own, "U", kind, kind, kind, None, (), None, None, None, answers, None, date(2020, 1, 1), None)


SCHOOL, OTHER = unit("school"), unit("school")
CAMPUS, PLACE = unit("campus", SCHOOL.id), unit("place", SCHOOL.id)
UNITS = (
    SCHOOL, OTHER, CAMPUS, PLACE, unit("bureau"), unit("department"), unit("cluster"), unit("agency"), unit("third_party"),
    unit("provider"),
)  # fmt: skip
CARDS = {own.id: own for own in UNITS}
SCHOOLS = (SCHOOL, OTHER, CAMPUS, PLACE)


@dataclass
class Post:
    home: UnitCard
    scope: str
    reach: frozenset[UUID] | None
    permissions: frozenset[str]

    def grant(self) -> Grant:
        return Grant(self.permissions, self.reach, uuid4(), "岗位", "post", self.home.id, self.scope)


@st.composite
def posts(draw: st.DrawFn) -> Post:
    home = draw(st.sampled_from(UNITS))
    scope = draw(st.sampled_from(["own", "unit", "cluster", "department", "district"]))
    below = {own.id for own in SCHOOLS if home.id in (own.id, own.school_id)}
    reach = {
        "own": frozenset({home.id}), "unit": frozenset(below | {home.id}),
        "cluster": frozenset(below | {home.id, *draw(st.sets(st.sampled_from([own.id for own in SCHOOLS])))}),
    }.get(scope)  # fmt: skip
    permissions = draw(st.sets(st.sampled_from([REPORT, RECORD]), min_size=0))
    return Post(home, scope, reach, frozenset(permissions))


def of_the_unit(post: Post, at: UnitCard) -> bool:
    """The oracle's own words: a post in this very unit, or in the school that answers for it."""
    return post.home.id == at.id or (at.school_id is not None and post.home.id == at.school_id)


@pytest.mark.parametrize("name", LIVES)
@settings(max_examples=150, deadline=None)
@given(held=st.lists(posts(), min_size=0, max_size=3), at=st.sampled_from(SCHOOLS), data=st.data())
def test_nobody_writes_what_the_post_does_not_give(
    name: str, held: list[Post], at: UnitCard, data: st.DataObject
) -> None:
    life: Lifecycle = LIVES[name]
    actor = Actor(1, uuid4(), "某人", "person", tuple(post.grant() for post in held))
    ways = ways_of(life, actor, at, CARDS)
    by_grant = {post_grant.post_id: post for post_grant, post in zip(actor.grants, held, strict=True)}
    asked = data.draw(st.sampled_from([own.code for own in life.sources]))
    possible = {way.source.code for way in ways}
    if ways and asked in possible:
        assert way_of(ways, source=asked).source.code == asked
    elif ways:
        with pytest.raises(Invalid) as caught:
            way_of(ways, source=asked)
        assert set(caught.value.fields) == {"source"}
    for way in ways:
        post = by_grant[way.grant.post_id]
        assert REPORT in post.permissions
        assert way.source.origin is not Origin.REGISTER, "a rule of a register is nobody's word"
        if way.source.origin is Origin.SELF_CHECK:
            assert of_the_unit(post, at), "self-check through a post elsewhere"
        else:
            assert not of_the_unit(post, at), "the own people found it and called it somebody else's finding"
        if way.source.origin in (Origin.PUBLIC, Origin.SUPERIOR):
            usual = any(own.found_above and own.origin is Origin.INSPECTION for own in life.sources)
            assert RECORD in post.permissions or not usual
    if not any(of_the_unit(post, at) and REPORT in post.permissions for post in held):
        assert not any(way.source.origin is Origin.SELF_CHECK for way in ways)


@pytest.fixture(autouse=True)
def seen_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.tenancy.directory.KEEP_S", 0.0)


@pytest.fixture(params=["wujin", "sip"])
def district(request: pytest.FixtureRequest, engines: Database, monkeypatch: pytest.MonkeyPatch) -> World:
    """Where the closer follows from the source. sip calls its department a department and its keeper 安全副校长."""
    if request.param == "wujin":
        return build(engines)
    from tests.factories import world as factory

    own = {name: post for name, post in factory.POSTS.items() if name not in ("leader", "keeper_a")}
    monkeypatch.setattr(factory, "POSTS", own)
    settle = factory.UnitFacts

    def facts(**given: Any) -> Any:
        kind = {"section": "department"}.get(given["org_type"], given["org_type"])
        return settle(**{**given, "org_type": kind})

    monkeypatch.setattr(factory, "UnitFacts", facts)
    return build(engines, pack="sip")


def found(world: World, **told: Any) -> Found:
    return Found(unit_id=world.units["school_a"], **{**TOLD, **told})


def report(world: World, who: str, **told: Any) -> Hazard:
    with world.session() as session:
        ledger = Ledger(world, session, bare_plugins())
        written = report_hazard(
            session, **ledger.args(who), plugins=ledger.plugins, plugins_on=ON, found=found(world, **told)
        )
        row = ledger.row(written)
        session.expunge(row)
        return row


def test_inspector_when_self_check_is_written_then_refused_by_service_rest_and_page(
    district: World, client: FlaskClient, app: Flask
) -> None:
    with pytest.raises(Invalid) as caught:
        report(district, "inspector", source="self_check")
    assert "来源由您的岗位决定" in caught.value.text() + str(caught.value.fields)
    body = {"unit_id": str(district.units["school_a"]), **TOLD, "source": "self_check"}
    answer = Api(client, district, "inspector").post("/hazards", body)
    assert answer.status_code == 422 and set(answer.get_json()["fields"]) == {"source"}
    browser = Browser.of(app, district, "inspector")
    browser.get("/hazards/new")
    form = {
        "unit_id": str(district.units["school_a"]),
        "place": "教学楼",
        "description": "插座松动",
        "source": "self_check",
    }
    refused = browser.post("/hazards/new", form)
    assert refused.status_code == 422 and "来源由您的岗位决定" in refused.get_data(as_text=True)
    with district.session(read_only=True) as session:
        assert session.scalars(select(Hazard)).all() == []
    assert report(district, "inspector").origin == "inspection"


def test_school_when_it_reports_then_self_check_and_nothing_else(district: World) -> None:
    assert report(district, "staff_a").origin == "self_check"
    for source in ("inspection", "public", "register", "agency"):
        with pytest.raises(Invalid):
            report(district, "safety_a", source=source)


def test_office_when_it_records_what_others_told_then_any_source_but_self_check(district: World) -> None:
    assert report(district, "officer").origin == "inspection"
    assert report(district, "officer", source="public", source_note="家长来电").origin == "public"
    for source in ("self_check", "register"):
        with pytest.raises(Invalid):
            report(district, "officer", source=source)
    with pytest.raises(Invalid) as caught:
        report(district, "officer", source="agency", finder_unit_id=district.units["school_a"])
    assert set(caught.value.fields) == {"finder_unit_id"}
    with pytest.raises(Invalid) as caught:
        report(district, "inspector", finder_unit_id=district.units["school_b"])
    assert set(caught.value.fields) == {"finder_unit_id"}


def test_rule_when_a_register_raises_it_then_the_source_says_so(district: World) -> None:
    assert report(district, "safety_a", raised_as=Origin.REGISTER).origin == "register"


def test_two_posts_in_two_places_then_each_counts_in_its_own(district: World, client: FlaskClient) -> None:
    with district.session() as session:
        appoint(
            session, actor=district.system, person_id=district.people["line_b"], unit_id=district.units["section"],
            post_code="inspector", valid_from=STARTED,
        )  # fmt: skip
    assert report(district, "line_b").origin == "inspection", "at school A this person is the inspector"
    with pytest.raises(Invalid):
        report(district, "line_b", source="self_check")
    at_home = {"unit_id": district.units["school_b"]}
    with district.session() as session:
        ledger = Ledger(district, session, bare_plugins())
        args = {**ledger.args("line_b"), "plugins": ledger.plugins, "plugins_on": ON}
        own = report_hazard(session, **args, found=Found(**at_home, **TOLD))
        visited = report_hazard(session, **args, found=Found(**at_home, **TOLD, source="inspection"))
        assert ledger.row(own).origin == "self_check"
        row = ledger.row(visited)
        assert (row.origin, row.finder_unit_id) == ("inspection", district.units["section"])


def test_two_schools_then_no_self_check_at_a_third(district: World) -> None:
    with district.session() as session:
        appoint(
            session, actor=district.system, person_id=district.people["staff_a"], unit_id=district.units["kindergarten"],
            post_code="staff", valid_from=STARTED,
        )  # fmt: skip
        ledger = Ledger(district, session, bare_plugins())
        args = {**ledger.args("staff_a"), "plugins": ledger.plugins, "plugins_on": ON}
        for name in ("school_a", "campus_a", "kindergarten"):
            written = report_hazard(session, **args, found=Found(unit_id=district.units[name], **TOLD))
            assert ledger.row(written).origin == "self_check"
        with pytest.raises((NotFound, Forbidden)):
            report_hazard(session, **args, found=Found(unit_id=district.units["school_b"], **TOLD))


def test_form_then_asks_only_where_there_is_a_choice(district: World, app: Flask) -> None:
    unit_id = district.units["school_a"]
    own = Browser.of(app, district, "staff_a").get("/hazards/new").get_data(as_text=True)
    assert 'name="source"' not in own and "由您的岗位决定" in own
    inspector = Browser.of(app, district, "inspector")
    assert 'name="source"' not in inspector.get("/hazards/new").get_data(as_text=True)
    part = inspector.get(f"/hazards/new/sources?unit_id={unit_id}").get_data(as_text=True)
    assert 'name="source"' not in part and "由您的岗位决定" in part
    office = Browser.of(app, district, "officer").get(f"/hazards/new/sources?unit_id={unit_id}").get_data(as_text=True)
    assert 'value="public"' in office and 'value="self_check"' not in office and 'value="register"' not in office
    nowhere = Browser.of(app, district, "officer").get("/hazards/new/sources?unit_id=x").get_data(as_text=True)
    assert 'name="source"' not in nowhere and "由您的岗位决定" not in nowhere
