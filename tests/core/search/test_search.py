"""What is found, by whom, how fast the index follows, and that it never says more than the ledger would."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Column, func, select, update
from sqlalchemy.sql import visitors

from core.hazards.models import Hazard
from core.hazards.scope import visible
from core.hooks.manager import Plugins
from core.jobs.due import run_due
from core.jobs.models import Job
from core.jobs.works import compose_works
from core.kernel.errors import Invalid
from core.orgs.models import OrgUnit
from core.orgs.services import update_unit
from core.search import queries
from core.search.models import SearchDocument, SearchHead, SearchPosting
from core.search.queries import terms_of
from core.search.registered import searchables
from core.search.services import compare_all, index_anew, index_these
from core.settings import Settings
from core.tenancy import shelf
from core.tenancy.directory import Directory
from tests.core.hazards.ledger import Ledger
from tests.core.hazards.web import Api, Browser, statements
from tests.core.search.conftest import Titles, bring_up, found_by
from tests.factories.world import World


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("灭火", {"食堂灭火器压力不足"}),
        ("灭火器 后厨", {"食堂灭火器压力不足"}),
        ("灭火器 校门", set()),
        ("实验", {"實驗樓配電箱未上鎖"}),
        ("實驗楼", {"實驗樓配電箱未上鎖"}),
        ("吉田", {"𠮷田路校門缺隔离墩"}),
        ("𠮷田", {"𠮷田路校門缺隔离墩"}),
        ("𠮷", {"𠮷田路校門缺隔离墩"}),
        ("ab0012", {"𠮷田路校門缺隔离墩"}),
        ("AB-0012", {"𠮷田路校門缺隔离墩"}),
        ("012", {"𠮷田路校門缺隔离墩"}),
        ("12", {"𠮷田路校門缺隔离墩"}),
        ("第一小学", {"食堂灭火器压力不足", "𠮷田路校門缺隔离墩"}),
        ("火灭", set()),
        ("压力不足指针在红区", {"食堂灭火器压力不足"}),
    ],
)
def test_search_when_asked_then_finds_by_words_numbers_and_variants(
    schools: World, titles: Titles, question: str, expected: set[str]
) -> None:
    assert set(titles(schools, "head", question)) == expected


@pytest.mark.parametrize("question", ["S001", "s001-1", "第一小学", "幼儿", "安全监管"])
def test_search_when_units_are_asked_then_by_name_and_code(schools: World, titles: Titles, question: str) -> None:
    assert titles(schools, "head", question, "unit")


def test_search_when_newer_then_first(schools: World, titles: Titles, plugins: Plugins) -> None:
    with schools.session() as session:
        Ledger(schools, session, plugins).report("staff_a", title="灭火器过期", description="灭火器过期")
    bring_up(schools, plugins)
    assert titles(schools, "head", "灭火器") == ["灭火器过期", "食堂灭火器压力不足"]


def test_search_when_school_asks_then_finds_its_own_only(
    schools: World, neighbour: World, titles: Titles, plugins: Plugins
) -> None:
    with neighbour.session() as session:
        Ledger(neighbour, session, plugins).report("staff_a", title="邻区食堂灭火器", description="邻区食堂灭火器")
    bring_up(neighbour, plugins)
    assert titles(schools, "safety_b", "灭火") == []
    assert titles(schools, "safety_b", "实验") == ["實驗樓配電箱未上鎖"]
    assert titles(schools, "safety_a", "实验") == []
    assert titles(schools, "safety_a", "灭火") == ["食堂灭火器压力不足"]
    assert titles(schools, "staff_a", "吉田") == [], "whose post reaches only what they found"
    assert titles(schools, "nobody", "灭火") == []
    assert titles(schools, "head", "邻区") == []
    assert titles(neighbour, "head", "灭火") == ["邻区食堂灭火器"]
    assert titles(neighbour, "head", "吉田") == []


@pytest.mark.parametrize(("first", "later", "narrow"), [(1, 1, 0), (1, 2, 500), (2, 1, 1)])
def test_search_when_walked_in_small_steps_then_the_same(
    schools: World, titles: Titles, monkeypatch: pytest.MonkeyPatch, first: int, later: int, narrow: int
) -> None:
    """Few candidates, few own things, many of both: every way gives the same answer."""
    questions = ("灭火", "第一小学", "学校", "校门", "小学")
    asked = [(who, question) for who in ("head", "safety_a", "safety_b", "staff_a") for question in questions]
    before = [titles(schools, who, question) for who, question in asked]
    monkeypatch.setattr(queries, "FIRST_LOOK", first)
    monkeypatch.setattr(queries, "LATER_LOOK", later)
    monkeypatch.setattr(queries, "NARROW", narrow)
    assert [titles(schools, who, question) for who, question in asked] == before
    assert any(before)


def test_search_when_there_is_more_than_is_shown_then_says_so(
    schools: World, plugins: Plugins, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MOST_FOUND", 1)
    assert found_by(schools, plugins, "head", "第一小学")["hazard"].more
    assert not found_by(schools, plugins, "head", "灭火器")["hazard"].more


def test_page_when_there_is_more_than_is_shown_then_says_so_beside_the_number(
    schools: World, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MOST_FOUND", 1)
    page = Browser.of(app, schools, "head").get("/search?q=第")
    assert page.status_code == 200
    assert "<span>1+</span>" in page.get_data(as_text=True)


def test_search_when_things_change_then_index_follows(schools: World, titles: Titles, plugins: Plugins) -> None:
    hazards = next(one for one in searchables(plugins) if one.kind == "hazard")
    with schools.session() as session:
        hazard_id = session.scalars(select(Hazard.id).where(Hazard.title == "食堂灭火器压力不足")).one()
        words = {"title": "食堂消火栓无水", "description": "食堂消火栓无水"}
        session.execute(update(Hazard).where(Hazard.id == hazard_id).values(**words))
        assert index_these(session, searchable=hazards, ids=[hazard_id]) == 1
        assert index_these(session, searchable=hazards, ids=[hazard_id]) == 0
    assert titles(schools, "head", "灭火") == []
    assert titles(schools, "head", "消火栓") == ["食堂消火栓无水"]
    with schools.session() as session:
        session.execute(
            update(SearchDocument).where(SearchDocument.object_id == hazard_id).values(object_id=UUID(int=1))
        )
        assert compare_all(session, searchable=hazards) == 2, "one that is no more, one that is missing"
    assert titles(schools, "head", "消火栓") == ["食堂消火栓无水"]
    with schools.session(read_only=True) as session:
        assert session.get(SearchDocument, (schools.tenant.id, "hazard", 0)) is None


def test_index_when_made_anew_then_the_same_answers_without_gaps(
    schools: World, titles: Titles, plugins: Plugins
) -> None:
    before = titles(schools, "head", "第一小学")
    hazards = next(one for one in searchables(plugins) if one.kind == "hazard")
    with schools.session() as session:
        assert index_anew(session, searchable=hazards) == 3
        numbers = session.scalars(select(SearchDocument.no).where(SearchDocument.kind == "hazard")).all()
        assert sorted(numbers) == [0, 1, 2]
        assert session.get_one(SearchHead, (schools.tenant.id, "hazard")).next_no == 3
        grams = select(func.count()).select_from(SearchPosting).where(SearchPosting.kind == "hazard")
        assert session.scalar(grams) == session.scalar(
            select(func.count(SearchPosting.gram.distinct())).where(SearchPosting.kind == "hazard")
        )
    assert set(titles(schools, "head", "第一小学")) == set(before)


def test_search_when_hazard_is_reported_and_unit_renamed_then_jobs_bring_it_in(
    schools: World, titles: Titles, plugins: Plugins, settings: Settings
) -> None:
    """By the events alone, through the relay's jobs as in the worker."""
    with schools.session() as session:
        Ledger(schools, session, plugins).report("staff_a", title="操场篮球架松动", description="操场篮球架松动")
        unit_id, version = schools.units["school_a"], None
        update_unit(session, actor=schools.system, unit_id=unit_id, version=version, changes={"name": "𠮷祥小学"})
    works = compose_works(
        settings=settings, db=schools.db, directory=Directory(schools.db, shifts=True), plugins=plugins
    )
    assert {one.state for one in run_due(works, as_of=None, tenant=schools.tenant.slug)} == {"done"}
    assert titles(schools, "head", "篮球架") == ["操场篮球架松动"]
    assert titles(schools, "head", "吉祥", "unit") == ["𠮷祥小学"]
    with schools.session(read_only=True) as session:
        waiting = session.scalars(select(Job).where(Job.kind == "search.compare", Job.state == "queued")).one()
        called = [one.kind for one in searchables(plugins) if "org.unit_updated" in one.follows]
        assert sorted(waiting.args["kinds"]) == sorted(called) and "hazard" in called
        assert session.scalars(select(OrgUnit.name).where(OrgUnit.id == unit_id)).one() == "𠮷祥小学"
    later = schools.db.clock.now().replace(hour=5)
    run_due(works, as_of=later, tenant=schools.tenant.slug)
    assert "操场篮球架松动" in titles(schools, "head", "吉祥小学")


@pytest.mark.parametrize("question", ["", "  ", "，。", "a", "一 二 三 四 五 六"])
def test_terms_when_there_is_nothing_to_look_for_then_said_so(question: str) -> None:
    with pytest.raises(Invalid):
        terms_of(question)


def test_search_when_more_is_found_then_the_same_number_of_queries(
    schools: World, plugins: Plugins, client: FlaskClient
) -> None:
    api = Api(client, schools, "head")
    api.get("/search", q="灭火")
    with _counted(client) as one:
        assert len(api.get("/search", q="灭火", kind="hazard").get_json()["items"]) == 1
    with _counted(client) as three:
        assert len(api.get("/search", q="第", kind="hazard").get_json()["items"]) == 3
    assert len(one) == len(three)


def _counted(client: FlaskClient):  # type: ignore[no-untyped-def]  # a context manager of statements
    from core.http.runtime import KEY

    return statements(client.application.extensions[KEY].db.engine("app"))


def test_rest_when_asked_then_envelope_with_marks_unit_state_and_link(schools: World, client: FlaskClient) -> None:
    answer = Api(client, schools, "safety_a").get("/search", q="灭火器", page_size=5)
    assert answer.status_code == 200
    body = answer.get_json()
    assert (body["total"], body["page"], body["page_size"]) == (1, 1, 5)
    (hit,) = body["items"]
    assert hit["kind"] == "hazard" and hit["unit"] == "第一小学" and hit["state"] == "discovered"
    assert hit["parts"] == [
        {"text": "食堂", "hit": False}, {"text": "灭火器", "hit": True}, {"text": "压力不足", "hit": False},
    ]  # fmt: skip
    assert hit["link"] == f"/hazards/{hit['id']}"
    assert Api(client, schools, "safety_a").get("/search", q="a").status_code == 422
    assert Api(client, schools, "safety_a").get("/search", q="灭火器", kind="unit").get_json()["items"] == []
    assert client.get("/api/v1/search?q=灭火").status_code == 401
    page = Api(client, schools, "head").get("/search", q="第一小学", page=2, page_size=2).get_json()
    assert len(page["items"]) == 2 and page["total"] >= 4


def test_scope_of_hazards_when_put_together_then_every_branch_has_an_index(schools: World) -> None:
    """It is an OR: one branch without an index, and whoever sees ten hazards reads the district's 46,000."""
    with schools.session(read_only=True) as session:
        scope = visible(session, schools.actor("safety_a", session), shelf.current(session))
    indexed = {tuple(column.name for column in index.columns)[:2] for index in Hazard.__table__.indexes}
    asked = {found.name for found in visitors.iterate(scope) if isinstance(found, Column)}
    assert len(asked) >= 6
    assert {column for column in asked if ("tenant_id", column) not in indexed} == set()
