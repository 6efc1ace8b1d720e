"""待办中心: everything that waits, what one did and began, each leading to its thing; of nobody else."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from core.audit.services import record
from core.hooks.manager import build_plugins
from core.http.runtime import KEY
from tests.core.hazards.ledger import Ledger
from tests.core.hazards.web import Browser, statements
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
