"""What leaders see over the web: every number leads to exactly its rows, queries do not grow, reads are refused or logged."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from docx import Document
from flask import Flask, url_for
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from core.audit.models import AuditEntry
from core.db.engines import Database
from core.hazards.queries import ledger_page
from core.hazards.schemas import LedgerArgs, asked_of
from core.hooks.manager import build_plugins
from core.http.forms import loaded
from core.http.paging import Paging
from core.kernel.clock import FixedClock, local_date
from core.oversight.links import Links
from core.oversight.queries import district
from core.oversight.queries.asked import Asked
from core.oversight.services.reads import READ
from core.oversight.services.rollups import recount
from tests.core.hazards.ledger import Ledger
from tests.core.hazards.web import Api, Browser, statements
from tests.core.oversight.conftest import consent
from tests.factories.world import World


@pytest.fixture
def told(world: World, clock: FixedClock) -> Iterator[Ledger]:
    """Hazards at every point of their way, some late; one month before today and today."""
    with world.session() as session:
        ledger = Ledger(world, session, build_plugins((), points=()))
        today = clock.at
        clock.at = today - timedelta(days=33)
        for stop in ("register", "start", "report", "close", "close", None):
            written = ledger.report()
            if stop:
                ledger.walk(written, to=stop)
            clock.advance(timedelta(days=1))
        clock.at = today
        ledger.report(domain="food", category="food.samples")
        recount(session)
        yield ledger


NUMBERS = {
    "found": "found", "open": "open", "overdue": "overdue", "soon": "soon", "closed": "closed", "controlled": "controlled",
    "escalated": "escalated", "major": "major", "major_open": "major_open", "self_found": "self_found", "on_the_spot": "on_the_spot",
    "recurrences": "recurrences", "on_time": "closed_on_time", "closed_this_month": "closed_this_month",
}  # fmt: skip
"""Link → the number it stands under."""


def rows_behind(app: Flask, ledger: Ledger, url: str) -> int:
    """How many hazards the ledger shows at that address."""
    args = loaded(LedgerArgs(), MultiDict(parse_qs(urlsplit(url).query)))
    Paging.of(args)
    actor = ledger.world.actor("leader", ledger.session)
    page, _sums = ledger_page(ledger.session, actor, ledger.pack, asked=asked_of(args), paging=Paging())
    return page.total


def test_numbers_when_their_links_are_followed_then_the_ledger_shows_as_many_rows(app: Flask, told: Ledger) -> None:
    today = local_date(told.session.now())
    asked = Asked(today - timedelta(days=90), today)
    totals = district.totals(told.session, asked)
    with app.test_request_context():
        behind = {link: rows_behind(app, told, getattr(Links(asked, url_for), link)()) for link in NUMBERS}
    assert behind == {link: getattr(totals, name) for link, name in NUMBERS.items()}
    assert totals.found == 7 and totals.overdue and totals.closed == 2


def test_marks_of_charts_when_their_links_are_followed_then_add_up_to_the_ledger(app: Flask, told: Ledger) -> None:
    today = local_date(told.session.now())
    asked = Asked(today - timedelta(days=90), today)
    with app.test_request_context():
        links = Links(asked, url_for)
        rows, categories = district.sorts(told.session, asked, {})
        assert sum(row.found for row in categories) == sum(row.found for row in rows) == 7
        for own in categories:
            assert rows_behind(app, told, links.of_category(domain=own.domain, category=own.category)) == own.found
        for row in rows:
            for age, count in enumerate(row.ages):
                assert rows_behind(app, told, links.of_age(domain=row.domain, age=age)) == count
            assert rows_behind(app, told, links.of_domain(domain=row.domain, state="overdue")) == row.overdue
        for point in district.months(told.session, asked):
            assert rows_behind(app, told, links.of_month(month=point.month, what="found")) == point.found
            assert rows_behind(app, told, links.of_month(month=point.month, what="closed")) == point.closed
        assert sum(point.done for point in district.months(told.session, asked)) == 2


def test_links_when_the_board_is_narrowed_then_keep_the_place_the_month_and_the_domain(
    app: Flask, told: Ledger
) -> None:
    month = local_date(told.session.now()).replace(day=1)
    asked = Asked(
        month, local_date(told.session.now()), month=month, cluster=told.world.units["school_a"], domain="food"
    )
    with app.test_request_context():
        assert rows_behind(app, told, Links(asked, url_for).found()) == district.totals(told.session, asked).found == 1


@pytest.mark.parametrize("path", ["/district", "/district?domain=fire", "/district/schools?page=1", "/district/screen"])
def test_board_when_opened_then_shows_and_costs_the_same_for_one_row_and_many(
    app: Flask, db: Database, world: World, path: str
) -> None:
    browser = Browser.of(app, world, "leader")
    engine = app.extensions["xiaoan"].db.engine("app")
    with world.session() as session:
        Ledger(world, session, build_plugins((), points=())).report()
    assert browser.get(path).status_code == 200
    costs = []
    for _ in range(2):
        with statements(engine) as sent:
            assert browser.get(path).status_code == 200
        costs.append(len([statement for statement in sent if "tenants" not in statement]))
        with world.session() as session:
            ledger = Ledger(world, session, build_plugins((), points=()))
            for _more in range(3):
                ledger.report()
    assert costs[0] == costs[1]


def test_brief_when_a_month_is_chosen_then_says_the_figures_of_the_board_in_chinese(app: Flask, world: World) -> None:
    with world.session() as session:
        ledger = Ledger(world, session, build_plugins((), points=()))
        ledger.walk(ledger.report(), to="register")
        ledger.report(domain="food", category="food.samples")
        today = local_date(session.now())
        month = today.replace(day=1)
    browser = Browser.of(app, world, "leader")
    page = browser.client.get(f"/district?month={month}", headers={"Accept-Language": "en"}).get_data(as_text=True)
    assert f"/district/brief.docx?month={month}" in page
    taken = browser.client.get(f"/district/brief.docx?month={month}", headers={"Accept-Language": "en"})
    document = Document(io.BytesIO(taken.data))
    words = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert words.startswith(f"{month.year}年{month.month}月校园安全月报")
    assert "期内发现隐患2条" in words and "未完成2条" in words and "整改率0.0%（0/2）" in words
    domains, problems = (
        [tuple(cell.text for cell in row.cells) for row in table.rows[1:]] for table in document.tables
    )
    assert sum(int(row[1]) for row in domains) == sum(int(row[1]) for row in problems) == 2
    assert ("食品安全" in {row[0] for row in domains}) and all("（" in row[2] for row in problems)
    assert Browser.of(app, world, "keeper_a").get("/district/brief.docx").status_code == 403


def test_board_when_somebody_of_a_school_asks_then_is_refused(app: Flask, world: World) -> None:
    assert Browser.of(app, world, "keeper_a").get("/district").status_code == 403
    assert Browser.of(app, world, "leader").get("/bureau").status_code == 403


def test_consents_when_granted_and_revoked_over_rest_then_keys_and_versions_are_asked(
    app: Flask, world: World, bureau: World
) -> None:
    api = Api(app.test_client(), world, "head")
    body = {"bureau_id": bureau.tenant.id, "indicators": ["counts"], "rows_granted": False}
    assert api.client.post("/api/v1/consents", json=body, headers=world.headers("head")).status_code == 422
    key = str(uuid4())
    first, again = api.post("/consents", body, key=key), api.post("/consents", body, key=key)
    assert (first.status_code, again.status_code, first.get_json()["id"]) == (201, 201, again.get_json()["id"])
    path = f"/api/v1/consents/{first.get_json()['id']}"
    assert api.client.delete(path, headers=world.headers("head")).status_code == 428
    stale = api.client.delete(path, headers={**world.headers("head"), "If-Match": '"9"'})
    done = api.client.delete(path, headers={**world.headers("head"), "If-Match": first.headers["ETag"]})
    assert (stale.status_code, done.status_code, done.get_json()["state"]) == (412, 200, "revoked")


def test_consents_page_when_granted_then_lists_it_and_revoking_needs_the_version(
    app: Flask, world: World, bureau: World
) -> None:
    browser = Browser.of(app, world, "head")
    assert browser.get("/consents/new").status_code == 200
    refused = browser.post("/consents", {"bureau_id": "", "indicators": "counts", "valid_from": "2020-11-26"})
    assert refused.status_code == 422
    made = browser.post(
        "/consents", {"bureau_id": bureau.tenant.id, "indicators": ["counts"], "valid_from": "2020-11-26"}
    )
    assert made.status_code == 302
    assert bureau.tenant.name in browser.get("/consents").get_data(as_text=True)


def test_summary_when_a_bureau_looks_then_sees_who_consented_and_the_look_is_logged(
    app: Flask, world: World, neighbour: World, told: Ledger, bureau: World
) -> None:
    consent(world, bureau)
    answer = app.test_client().get("/api/v1/oversight/summary", headers=bureau.headers("officer"))
    assert answer.status_code == 200
    by_id = {row["tenant_id"]: row for row in answer.get_json()["districts"]}
    assert by_id[world.tenant.id]["state"] == "in_force"
    assert by_id[neighbour.tenant.id]["totals"] is None and by_id[neighbour.tenant.id]["state"] == "none"
    with bureau.session() as session:
        logged = session.scalars(select(AuditEntry).where(AuditEntry.action == READ)).all()
    assert [entry.object_id for entry in logged] == [str(world.tenant.id)]


def test_rows_when_not_granted_then_are_not_there(app: Flask, world: World, bureau: World) -> None:
    consent(world, bureau)
    browser = Browser.of(app, bureau, "officer")
    assert browser.get("/bureau").status_code == 200
    assert browser.get(f"/bureau/districts/{world.tenant.id}").status_code == 404


def test_rows_when_granted_then_are_shown(app: Flask, world: World, told: Ledger, bureau: World) -> None:
    told.session.commit()
    consent(world, bureau, rows=True)
    browser = Browser.of(app, bureau, "officer")
    page = browser.get(f"/bureau/districts/{world.tenant.id}")
    assert page.status_code == 200
    assert "疏散通道" in page.get_data(as_text=True)


def test_dashboard_when_asked_over_rest_then_agrees_with_the_page(app: Flask, world: World, told: Ledger) -> None:
    told.session.commit()
    answer = app.test_client().get("/api/v1/dashboard/district", headers=world.headers("leader"))
    assert answer.status_code == 200
    assert answer.get_json()["totals"]["found"] == 7
    assert sum(row["found"] for row in answer.get_json()["domains"]) == 7
