"""The desk: never more than seven cards, the late ones first; and what it shows to whom."""

from __future__ import annotations

from flask import Flask

from core.hooks.manager import build_plugins
from core.hooks.meta import DeskCard
from core.workbench.desk import MOST, chosen
from tests.core.hazards.ledger import Ledger
from tests.core.hazards.web import Browser
from tests.factories.world import World


def test_cards_when_there_are_many_then_the_most_urgent_seven_stay() -> None:
    cards = [DeskCard(f"卡{n}", 1, "x", tone="normal", order=n) for n in range(9)]
    cards += [
        DeskCard("临期", 2, "x", tone="soon"),
        DeskCard("逾期", 3, "x", tone="overdue", order=99),
        DeskCard("空", 0, "x", tone="overdue"),
    ]
    shown = [card.title for card in chosen(cards)]
    assert len(shown) == MOST
    assert shown[:3] == ["逾期", "临期", "卡0"]
    assert "空" not in shown


def test_desk_when_nothing_waits_then_says_so_in_words(app: Flask, world: World) -> None:
    assert "今天没有要您办的事" in Browser.of(app, world, "leader").get("/").get_data(as_text=True)


def test_desk_when_a_hazard_waits_then_leads_to_it_and_not_for_others(
    app: Flask, world: World, neighbour: World
) -> None:
    with world.session() as session:
        Ledger(world, session, build_plugins((), points=())).report()
    page = Browser.of(app, world, "keeper_a").get("/").get_data(as_text=True)
    assert "待我登记" in page and "疏散通道" in page
    assert "疏散通道" not in Browser.of(app, neighbour, "keeper_a").get("/").get_data(as_text=True)
    assert "疏散通道" not in Browser.of(app, world, "line_b").get("/").get_data(as_text=True)


def test_desk_when_signed_out_then_leads_to_the_sign_in(app: Flask) -> None:
    answer = app.test_client().get("/")
    assert answer.status_code == 302 and "/sign-in" in answer.headers["Location"]
