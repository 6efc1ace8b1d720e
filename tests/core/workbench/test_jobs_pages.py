"""Long work as its orderer sees it: one's own, a bar that a program can follow, nobody else's."""

from __future__ import annotations

from uuid import UUID, uuid4

from flask import Flask

from core.jobs.registry import Registry
from core.jobs.services import enqueue
from core.notify.services import notify
from core.workbench.job_words import TITLES
from tests.core.hazards.web import Api, Browser
from tests.factories.world import World


def order(world: World, who: str) -> UUID:
    with world.session() as session:
        return enqueue(session, kind="exchange.commit_table", args={}, actor=world.actor(who, session))


def test_job_when_it_is_ones_own_then_is_told_with_its_progress(app: Flask, world: World) -> None:
    job = order(world, "keeper_a")
    api = Api(app.test_client(), world, "keeper_a")
    told = api.get(f"/jobs/{job}")
    assert told.status_code == 200
    assert (told.json["state"], told.json["done"], told.json["title"]) == ("queued", 0, "导入表格")
    assert f"/api/v1/jobs/{job}" in Browser.of(app, world, "keeper_a").get("/jobs").get_data(as_text=True)


def test_job_when_somebody_else_ordered_it_then_is_not_there_but_for_who_may_see_all(
    app: Flask, world: World, neighbour: World
) -> None:
    job = order(world, "keeper_a")
    assert Api(app.test_client(), world, "line_b").get(f"/jobs/{job}").status_code == 404
    assert Api(app.test_client(), neighbour, "keeper_a").get(f"/jobs/{job}").status_code == 404
    assert Api(app.test_client(), world, "head").get(f"/jobs/{job}").status_code == 200
    assert Api(app.test_client(), world, "head").get(f"/jobs/{uuid4()}").status_code == 404


def test_inbox_when_a_notice_is_opened_then_counts_as_read_and_leads_on(app: Flask, world: World) -> None:
    with world.session() as session:
        notify(session, to=world.people["keeper_a"], kind="hazard.overdue", title="隐患逾期", link="/hazards")
    api = Api(app.test_client(), world, "keeper_a")
    (notice,) = api.get("/notices", unread="true").json["items"]
    browser = Browser.of(app, world, "keeper_a")
    assert "隐患逾期" in browser.get("/notices").get_data(as_text=True)
    answer = browser.post(f"/notices/{notice['id']}/open", {"link": "/hazards"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/hazards")
    assert api.get("/notices", unread="true").json["total"] == 0


def test_inbox_when_the_link_leads_elsewhere_then_stays_here(app: Flask, world: World) -> None:
    with world.session() as session:
        notify(session, to=world.people["keeper_a"], kind="x.y", title="一", link="/hazards")
    notice = Api(app.test_client(), world, "keeper_a").get("/notices").json["items"][0]
    browser = Browser.of(app, world, "keeper_a")
    browser.get("/notices")
    assert browser.post(f"/notices/{notice['id']}/open", {"link": "//evil.example"}).headers["Location"] == "/notices"


def test_jobs_when_listed_then_every_kind_has_a_word(app: Flask) -> None:
    answers = app.extensions["xiaoan"].plugins.at_boot("register_jobs")
    kinds = {kind.kind for kind in Registry([function for _, answer in answers for function in answer])}
    assert kinds and kinds <= TITLES.keys()
