"""免报 and cancelled rounds: nobody is asked any more, nothing is lost, and every view says so in words."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from uuid import UUID

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from core.access.actor import Coverage
from core.audit.models import AuditEntry
from core.hooks.manager import build_plugins
from core.http.paging import Paging
from core.kernel.errors import Forbidden, Invalid, NotFound, Refused, Stale
from core.kernel.obligations import Standing as Owing
from core.kernel.schoolyear import Span
from core.obligations.queries import Asked, due_rows
from core.orgs.services import close_unit
from core.reports import feature
from core.reports.life import Standing
from core.reports.queries.filings import waiting
from core.reports.queries.grid import Grid, GridFilter, grid
from core.reports.queries.owing import owing_now
from core.reports.queries.rounds import exemptions, round_line
from core.reports.services.exemptions import cancel_round, exempt, exempt_closed, lift
from core.reports.services.filings import Typed
from core.reports.services.reminders import urge
from core.reports.tables import grid_xlsx
from tests.conftest import APP_CLOCK
from tests.core.hazards.web import Browser
from tests.core.reports.ground import TEN_DAY, Ground, at

WHY = "本校本期校舍整体搬迁"


def standings(ground: Ground, standing: str = "") -> dict[str, Standing | None]:
    """Unit → how it stands in the period in focus, by the grid as it is filtered."""
    found = shown(ground, standing)
    focus = found.rounds.index(found.focus) if found.focus else 0
    return {row.unit_name: row.cells[focus].found and row.cells[focus].found.standing for row in found.page.items}


def shown(ground: Ground, standing: str = "") -> Grid:
    asked = GridFilter(code=TEN_DAY, round_id=ground.round(), standing=standing)
    with ground.world.session(read_only=True) as session:
        return grid(session, ground.world.actor("head", session), asked=asked, paging=Paging(1, 50))


def free(ground: Ground, *units: str, who: str = "head", reason: str = WHY) -> int:
    with ground.world.session() as session:
        chosen = [ground.world.units[unit] for unit in units]
        actor = ground.world.actor(who, session)
        return exempt(session, actor=actor, round_id=ground.round(), unit_ids=chosen, reason=reason)


def cancel(ground: Ground, version: int = 1, who: str = "head", reason: str = "县里改为按月报") -> None:
    with ground.world.session() as session:
        actor = ground.world.actor(who, session)
        cancel_round(session, actor=actor, round_id=ground.round(), version=version, reason=reason)


def owing(ground: Ground) -> set[UUID]:
    with ground.world.session(read_only=True) as session:
        return {one.unit_id for one in owing_now(session) if one.round_id == ground.round()}


def heading(ground: Ground) -> str:
    """What stands above the grid as xlsx."""
    content = grid_xlsx(shown(ground), said=str, made_by="测试", at=ground.clock.at, tenant="某某县教育局")
    sheet = load_workbook(BytesIO(content)).active
    return "\n".join(str(row[0]) for row in sheet.iter_rows(max_row=12, max_col=1, values_only=True))


def due_of(ground: Ground, unit: str) -> Owing:
    plugins = build_plugins([feature])
    with ground.world.session(read_only=True) as session:
        asked = Asked(
            Span(date(2018, 12, 6), date(2018, 12, 6)), codes=frozenset({TEN_DAY}), unit_id=ground.world.units[unit]
        )
        (row,) = due_rows(session, plugins, coverage=Coverage(None), asked=asked, paging=Paging()).items
    return row.state


def test_an_exempted_unit_is_not_asked_and_not_missing(ground: Ground) -> None:
    ground.open()
    assert free(ground, "school_a", "kindergarten") == 2
    assert free(ground, "school_a") == 0, "once is enough"
    ground.go(at(2018, 12, 8))
    assert standings(ground) == {
        "第一小学": Standing.EXEMPT, "第一幼儿园": Standing.EXEMPT, "第二初级中学": Standing.OVERDUE,
    }  # fmt: skip
    assert set(standings(ground, "exempt")) == {"第一小学", "第一幼儿园"}
    assert set(standings(ground, "owed")) == {"第二初级中学"}
    assert owing(ground) == {ground.world.units["school_b"]}
    assert "应报3，已报0，及时0，零报0，未报1，免报2；" in heading(ground)
    assert (due_of(ground, "school_a"), due_of(ground, "school_b")) == (Owing.EXEMPT, Owing.OVERDUE)
    with ground.world.session() as session:
        head = ground.world.actor("head", session)
        line = round_line(session, head, ground.round())
        assert (line.expected, line.exempt, line.asked, line.missing) == (3, 2, 1, 1)
        first, _ = exemptions(session, head, ground.round())
        assert (first.unit_name, first.reason, first.cause) == ("第一小学", WHY, "district")
        told = urge(session, actor=head, unit_ids=[ground.world.units["school_a"]], round_id=ground.round())
        assert (told.told, told.nothing) == (0, 1)
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "report_round.exempted")).one()
        assert (entry.data["units"], entry.data["reason"]) == (2, WHY)


def test_an_exempted_unit_may_still_file_and_an_exemption_may_be_taken_back(ground: Ground) -> None:
    ground.open()
    free(ground, "school_a", "school_b")
    ground.sign("principal_a", ground.begin("principal_a", "school_a"))
    assert (due_of(ground, "school_a"), due_of(ground, "school_b")) == (Owing.FULFILLED, Owing.EXEMPT)
    with ground.world.session() as session:
        head = ground.world.actor("head", session)
        units = [ground.world.units["school_b"], ground.world.units["kindergarten"]]
        assert lift(session, actor=head, round_id=ground.round(), unit_ids=units, reason="搬迁推迟") == 1
    assert standings(ground) == {
        "第一小学": Standing.SUBMITTED, "第一幼儿园": Standing.MISSING, "第二初级中学": Standing.MISSING,
    }  # fmt: skip
    assert due_of(ground, "school_b") is Owing.UNDER_WAY
    assert free(ground, "school_b") == 1, "and given again"
    with ground.world.session(read_only=True) as session:
        line = round_line(session, ground.world.actor("head", session), ground.round())
    assert (line.exempt, line.filed, line.missing) == (1, 1, 1)


def test_a_unit_that_closes_before_the_due_day_is_exempted_by_the_clock(ground: Ground) -> None:
    ground.open()
    with ground.world.session() as session:
        unit = ground.world.units["kindergarten"]
        close_unit(session, actor=ground.world.system, unit_id=unit, version=1, last_day=date(2018, 12, 6))
    ground.go(at(2018, 12, 7, 7))
    for wanted in (True, False):
        with ground.world.session() as session:
            assert bool(exempt_closed(session, actor=ground.world.system)) is wanted
    assert standings(ground)["第一幼儿园"] is Standing.EXEMPT
    with ground.world.session(read_only=True) as session:
        (one,) = exemptions(session, ground.world.system, ground.round())
    assert (one.cause, one.reason) == ("closed", "单位已撤销")


def test_a_cancelled_round_stays_with_what_was_filed(ground: Ground) -> None:
    ground.open()
    signed = ground.begin("principal_a", "school_a")
    ground.sign("principal_a", signed)
    begun = ground.begin("principal_b", "school_b")
    with pytest.raises(Stale):
        cancel(ground, version=7)
    cancel(ground)
    ground.go(at(2018, 12, 9))
    assert standings(ground) == {
        "第一小学": Standing.SUBMITTED, "第一幼儿园": Standing.CANCELLED, "第二初级中学": Standing.CANCELLED,
    }  # fmt: skip
    assert set(standings(ground, "cancelled")) == {"第一幼儿园", "第二初级中学"}
    assert owing(ground) == set() and due_of(ground, "school_b") is Owing.CANCELLED
    assert due_of(ground, "school_a") is Owing.FULFILLED, "what was filed in time stands"
    assert [one.missing for one in shown(ground).rounds if one.id == ground.round()] == [0]
    assert "未报0，已取消；" in heading(ground)
    for refused in (
        lambda: ground.sign("principal_b", begun, Typed(summary="x")),
        lambda: ground.begin("principal_k", "kindergarten"),
        lambda: free(ground, "school_b"),
        lambda: cancel(ground, version=2),
    ):
        with pytest.raises(Refused):
            refused()
    ground.review("officer", signed, "accepted")
    with ground.world.session(read_only=True) as session:
        own = waiting(session, ground.world.actor("principal_b", session))
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "report_round.cancelled")).one()
    assert (entry.data["filed"], entry.data["reason"]) == (1, "县里改为按月报")
    assert own.to_sign == 0


@pytest.mark.parametrize("who", ["principal_a", "staff_a"])
def test_only_the_district_decides(ground: Ground, who: str) -> None:
    ground.open()
    with pytest.raises((Forbidden, NotFound)):
        free(ground, "school_a", who=who)
    with pytest.raises((Forbidden, NotFound)):
        cancel(ground, who=who)
    with pytest.raises(Invalid):
        free(ground, "school_a", reason=" ")


def test_rest_and_pages_say_it_in_words(app: Flask, ground: Ground) -> None:
    ground.open()
    APP_CLOCK.at = ground.clock.at
    round_id, unit = ground.round(), str(ground.world.units["school_a"])
    web, headers = app.test_client(), ground.world.headers("head")
    path = f"/api/v1/reports/rounds/{round_id}"
    done = web.post(f"{path}/exemptions", json={"unit_ids": [unit], "reason": WHY}, headers=headers)
    assert (done.status_code, done.get_json()) == (200, {"units": 1})
    (one,) = web.get(f"{path}/exemptions", headers=headers).get_json()["items"]
    assert (one["unit_id"], one["reason"], one["cause"]) == (unit, WHY, "district")
    browser = Browser.of(app, ground.world, "head")
    page = browser.get(f"/reports/rounds/{round_id}").get_data(as_text=True)
    assert WHY in page and "免报" in page
    lifted = browser.post(f"/reports/rounds/{round_id}/exempt", {"id": unit, "reason": "推迟", "act": "lift"})
    assert lifted.status_code == 303
    assert browser.post(f"/reports/rounds/{round_id}/exempt", {"reason": "推迟"}).status_code == 422
    assert web.post(f"{path}/cancel", json={"reason": "改期"}, headers=headers).status_code == 428
    gone = web.post(f"{path}/cancel", json={"reason": "改期"}, headers={**headers, "If-Match": '"1"'})
    assert (gone.status_code, gone.get_json()["cancel_reason"], gone.headers["ETag"]) == (200, "改期", '"2"')
    for where in (
        f"/reports/rounds/{round_id}",
        f"/reports/grid?code={TEN_DAY}&round_id={round_id}",
        "/reports/rounds",
    ):
        assert "已取消" in browser.get(where).get_data(as_text=True), where


def test_the_due_view_tells_of_both_and_counts_neither(app: Flask, ground: Ground) -> None:
    ground.open()
    free(ground, "school_a")
    ground.go(at(2018, 12, 8))
    APP_CLOCK.at = ground.clock.at
    school, headers = str(ground.world.units["school_a"]), ground.world.headers("head")
    days = "since=2018-12-06&until=2018-12-06"
    browser, head = Browser.of(app, ground.world, "principal_a"), Browser.of(app, ground.world, "head")
    browser.get("/due/feeds")
    made = browser.post("/due/feeds", {}).get_data(as_text=True)
    feed = "/due/feed/" + made.split("/due/feed/")[1].split("<")[0]

    def told(page: str, state: str, word: str) -> None:
        """On the page, in the sums and the feed; nothing says that it was done."""
        assert f'x-tag-neutral">{word}' in browser.get(page).get_data(as_text=True)
        assert f"SUMMARY:【{word}】" in browser.get(feed).get_data(as_text=True)
        assert f"state={state}" in head.get(f"/due/district?{days}").get_data(as_text=True)
        asked = f"/api/v1/due?code={TEN_DAY}&{days}&unit_id={school}&state={state}"
        (row,) = app.test_client().get(asked, headers=headers).get_json()["items"]
        assert (row["state"], row["done"]) == (state, 0)

    def sums() -> dict[str, int]:
        (one,) = app.test_client().get(f"/api/v1/due/sums?code={TEN_DAY}&{days}", headers=headers).get_json()["items"]
        states: dict[str, int] = one["states"]
        return states

    told("/due?month=2018-12", "exempt", "免报")
    assert sums() == {"exempt": 1, "overdue": 2}
    cancel(ground)
    told(f"/due/list?code={TEN_DAY}&{days}", "cancelled", "已取消")
    assert sums() == {"cancelled": 3}
