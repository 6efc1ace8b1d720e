"""待办中心: everything that waits, what one did and began, each leading to its thing; of nobody else."""

from __future__ import annotations

import html
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.audit.services import record
from core.hooks.manager import build_plugins
from core.http.runtime import KEY
from tests.core.hazards.ledger import Ledger
from tests.core.hazards.web import Api, Browser, statements
from tests.factories.world import World


def some(world: World, number: int = 1) -> list[str]:
    with world.session() as session:
        ledger = Ledger(world, session, build_plugins((), points=()))
        found = [ledger.report("safety_a", title=f"三楼通道堵塞{place}") for place in range(number)]
        ledger.move(found[0], "keeper_a", "register")
        return [str(written.id) for written in found]


def test_todo_when_something_waits_then_it_is_listed_with_its_address(app: Flask, world: World) -> None:
    some(world, 2)
    page = Browser.of(app, world, "keeper_a").get("/todo").get_data(as_text=True)
    assert "待我登记" in page and 'href="/hazards?todo=register"' in page
    assert re.findall(r'href="(/todo[^"]*|/notices)" (?:aria-current="page")?>(\S+?)<', page)[-4:] == [
        ("/todo", "待办"), ("/todo/done", "已办"), ("/notices", "抄送"), ("/todo/begun", "我发起"),
    ]  # fmt: skip
    assert "今天没有要您办的事" in Browser.of(app, world, "nobody").get("/todo").get_data(as_text=True)
    assert 'href="/todo/begun"' in Browser.of(app, world, "keeper_a").get("/notices").get_data(as_text=True)


def test_begun_when_somebody_else_went_on_then_says_how_it_stands(app: Flask, world: World, neighbour: World) -> None:
    first, second = some(world, 2)
    with world.session() as session:
        me = world.people["keeper_a"]
        record(
            session, actor=world.actor("keeper_a", session), action="auth.signed_in", object_kind="person", object_id=me
        )
    safety, keeper = Browser.of(app, world, "safety_a"), Browser.of(app, world, "keeper_a")
    begun = safety.get("/todo/begun").get_data(as_text=True)
    assert f'href="/hazards/{first}"' in begun and f'href="/hazards/{second}"' in begun
    assert re.findall(r"最近：(\S+)", begun) == ["上报", "登记"], "the newest first"
    assert "三楼通道堵塞" not in keeper.get("/todo/begun").get_data(as_text=True), "going on is not beginning"
    done = keeper.get("/todo/done").get_data(as_text=True)
    assert f'href="/hazards/{first}"' in done and f'href="/hazards/{second}"' not in done and "推进隐患" in done
    assert len(re.findall('class="x-todo-words"', done)) == 1, "coming is no work"
    assert "还没有您办过的事" in Browser.of(app, neighbour, "keeper_a").get("/todo/done").get_data(as_text=True)


def test_begun_when_there_are_more_than_a_page_then_the_older_ones_follow(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.workbench.pages.todo.SHOWN", 2)
    ids = some(world, 3)
    safety = Browser.of(app, world, "safety_a")
    page = safety.get("/todo/begun").get_data(as_text=True)
    assert ids[0] not in page and ids[2] in page
    after = re.search(r'href="(/todo/begun\?before=[^"]+)"', page)
    assert after is not None
    older = safety.get(after[1].replace("&amp;", "&")).get_data(as_text=True)
    assert ids[0] in older and ids[2] not in older and "回到最新" in older
    assert safety.get("/todo/done?before=x").status_code == 422


@pytest.mark.parametrize("path", ["/todo", "/todo/done", "/todo/begun"])
def test_todo_when_there_is_more_then_costs_the_same(app: Flask, world: World, path: str) -> None:
    safety, engine, counts = Browser.of(app, world, "safety_a"), app.extensions[KEY].db.engine("app"), []
    for number in (1, 3):
        some(world, number)
        safety.get(path)
        with statements(engine) as sent:
            assert safety.get(path).status_code == 200
        counts.append(len(sent))
    assert counts[0] == counts[1]


def paper(world: World, client: FlaskClient, title: str, unit: str = "school_a") -> str:
    body = {"kind": "papers.circular", "to": [str(world.units[unit])], "values": {"title": title, "body": "请整改。"}}
    return str(Api(client, world, "head").post("/papers", body).get_json()["id"])


def test_papers_when_signed_together_then_each_stands_alone(app: Flask, client: FlaskClient, world: World) -> None:
    mine, withdrawn, other = (
        paper(world, client, "甲通报"), paper(world, client, "乙通报"), paper(world, client, "丙通报", "school_b")
    )  # fmt: skip
    head, signer = Api(client, world, "head"), Api(client, world, "safety_a")
    away = head.post(f"/papers/{withdrawn}/withdrawal", {"reason": "写错了"}, version=1)
    assert away.status_code == 204
    answer = signer.post("/papers/receipts", {"paper_ids": [other, mine, withdrawn, mine]})
    results = {own["paper_id"]: own for own in answer.get_json()["results"]}
    assert len(results) == 3 and (results[mine]["units"], results[mine]["fault"]) == (1, "")
    assert "已作废" in results[withdrawn]["fault"] and results[other]["fault"] and results[other]["units"] == 0
    assert head.get("/papers", waiting=True).get_json()["total"] == 1  # the other school's
    assert signer.post("/papers/receipts", {"paper_ids": []}).status_code == 422
    assert Api(client, world, "staff_a").post("/papers/receipts", {"paper_ids": [mine]}).status_code == 403


def test_papers_when_ticked_on_the_page_then_signed_from_there(app: Flask, client: FlaskClient, world: World) -> None:
    first, second = paper(world, client, "甲通报"), paper(world, client, "乙通报")
    browser = Browser.of(app, world, "safety_a")
    page = browser.get("/todo").get_data(as_text=True)
    assert page.index("甲通报") < page.index("乙通报") and "批量签收" in page
    assert browser.post("/papers/receipts", {"paper_ids": [first]}).location.endswith("/todo")
    page = browser.get("/todo").get_data(as_text=True)
    assert "已签收1份公文" in page and "甲通报" not in page and second in page
    browser.post("/papers/receipts", {})
    assert "请先勾选要签收的公文" in browser.get("/todo").get_data(as_text=True)
    assert "批量签收" not in Browser.of(app, world, "head").get("/todo").get_data(as_text=True)


def test_todo_when_asked_over_rest_then_what_the_page_lists_late_first(
    app: Flask, client: FlaskClient, world: World, neighbour: World
) -> None:
    some(world, 2)
    paper(world, client, "甲通报")
    keeper = Api(client, world, "keeper_a")
    told = keeper.get("/todo").get_json()
    page = Browser.of(app, world, "keeper_a").get("/todo").get_data(as_text=True)
    assert told["total"] == len(told["items"]) > 0 and all(html.escape(own["page"]) in page for own in told["items"])
    tones = ["overdue", "soon", "normal"]
    assert [tones.index(own["tone"]) for own in told["items"]] == sorted(
        tones.index(own["tone"]) for own in told["items"]
    )
    assert {"title": "待我登记", "count": 1, "page": "/hazards?todo=register"}.items() <= next(
        own for own in told["items"] if own["title"] == "待我登记"
    ).items()
    one = keeper.get("/todo", page_size=1, page=2).get_json()
    assert (one["total"], one["items"]) == (told["total"], told["items"][1:2])
    theirs = Api(client, neighbour, "keeper_a").get("/todo").get_json()["items"]
    assert not {"待我登记", "待签收公文"} & {own["title"] for own in theirs}
