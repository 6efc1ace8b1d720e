"""A sixth, invented district, taken in by its pack and rosters alone: its domain is one the product has never heard of.

What stands here happens over REST and pages, as its people would do it; no line of the product was written for 供暖.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select

from core.access.actor import Coverage
from core.app import Parts, compose
from core.cli.taking_in import take_in
from core.cli.tenant import tenant as tenant_command
from core.hazards.drafts.models import HazardDraft
from core.hazards.drafts.services import follow_breaches
from core.hooks.manager import build_plugins
from core.identity.models import Person
from core.identity.services.tokens import create_token
from core.inspections.feature import on_tenant_onboarded
from core.kernel.clock import FixedClock
from core.kernel.schoolyear import Span
from core.obligations.queries import Asked, due_sums
from core.orgs.models import OrgUnit
from core.registers.catalogue import Registers
from core.registers.models import RegisterBreach
from core.registers.tasks import run_daily
from core.settings import Settings
from core.tenancy import shelf
from core.tenancy.packs.check import load
from core.tenancy.packs.coverage import State, coverage
from tests.conftest import APP_CLOCK
from tests.core.hazards.web import Api, Browser
from tests.factories.world import World

SIXTH = Path(__file__).parent / "sixth"
NOW = datetime(2023, 12, 6, 2, 0, tzinfo=UTC)
"""A Wednesday in the heating season, the day after the first monthly report was due."""
DOMAIN = "heating"


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def parts(settings: Settings, clock: FixedClock) -> Iterator[Parts]:
    made = compose(settings, clock=clock, platform=True)
    yield made
    made.db.dispose()


@pytest.fixture
def sixth(parts: Parts, app: Flask) -> World:
    """Taken in as the command does, under a name of this test's own."""
    APP_CLOCK.at = NOW
    pack = replace(load(SIXTH), slug=f"sixth-{uuid4().hex[:8]}")
    made, password, rows = take_in(
        parts, pack, admin_login="admin", roster=SIXTH / "roster.csv", people=SIXTH / "people.csv"
    )
    assert (made.created, bool(password), rows and rows["created"]) == (True, True, 12)
    card = parts.directory.by_slug(pack.slug)
    assert card is not None
    world = World(card, parts.db)
    with world.session() as session:
        on_tenant_onboarded(session)  # as the job of the event does
        world.units.update({row.code: row.id for row in session.execute(select(OrgUnit.code, OrgUnit.id))})
        world.people.update({row.login: row.id for row in session.execute(select(Person.login, Person.id))})
        for name in ("head", "principal.s1", "keeper.s1", "heat.s1", "keeper.s2"):
            own = world.actor(name, session)
            codes = {code for grant in own.grants for code in grant.permissions}
            world.tokens[name] = create_token(
                session, actor=world.system, person_id=world.people[name], name="测试", permissions=codes, days=30
            ).value
    return world


def api(client: FlaskClient, world: World, name: str) -> Api:
    APP_CLOCK.at = NOW
    return Api(client, world, name)


def photo(client: FlaskClient, world: World, name: str) -> str:
    """A picture of what it looks like now, for the move that follows."""
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(picture, "PNG")
    picture.seek(0)
    form = {"file": (picture, "整改后.png"), "purpose": "after"}
    answer = client.post(
        "/api/v1/files", data=form, headers={**world.headers(name), "Idempotency-Key": str(uuid4())},
        content_type="multipart/form-data",
    )  # fmt: skip
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return str(answer.get_json()["id"])


def moved(by: Api, hazard: str, move: str, **more: Any) -> dict[str, Any]:
    seen = by.get(f"/hazards/{hazard}")
    answer = by.post(f"/hazards/{hazard}/moves", {"move": move, **more}, version=int(seen.headers["ETag"].strip('"')))
    assert answer.status_code == 200, (move, answer.get_data(as_text=True))
    return dict(answer.get_json())


def test_hazard_when_of_a_declared_domain_then_reported_rectified_and_closed(sixth: World, client: FlaskClient) -> None:
    finder, keeper, principal = (api(client, sixth, name) for name in ("heat.s1", "keeper.s1", "principal.s1"))
    made = finder.post(
        "/hazards",
        {
            "unit_id": str(sixth.units["S001"]), "domain": DOMAIN, "category": "heating.stove", "place": "三年级教室",
            "description": "烟道接口漏烟", "source": "self_check",
        },
    )  # fmt: skip
    assert made.status_code == 201, made.get_data(as_text=True)
    hazard = made.get_json()["id"]
    assert moved(keeper, hazard, "register", facts={"grade": "major"})["no"] == "EX-2023-0001"
    plan = {
        "responsibility": {"value": str(sixth.people["heat.s1"])}, "measures": {"value": "更换烟道并复测"},
        "deadline": {"value": "2023-12-08"},
    }  # fmt: skip
    moved(keeper, hazard, "start", plan=plan)
    moved(finder, hazard, "report", file_ids=[photo(client, sixth, "heat.s1")])
    refused = finder.post(
        f"/hazards/{hazard}/moves",
        {"move": "close"},
        version=int(finder.get(f"/hazards/{hazard}").headers["ETag"].strip('"')),
    )
    assert refused.status_code == 403, "who rectified it does not strike it off"
    done = moved(principal, hazard, "close", verification={"gone": True, "note": "复测正常"})
    assert done["stage"] == "closed"
    listed = api(client, sixth, "head").get("/hazards", domain=DOMAIN).get_json()
    assert [row["id"] for row in listed["items"]] == [hazard]


def test_register_when_a_row_breaks_the_packs_rule_then_a_draft_of_that_domain_waits(
    sixth: World, client: FlaskClient
) -> None:
    keeper = api(client, sixth, "keeper.s1")
    body = {
        "unit_id": str(sixth.units["S001"]), "valid_from": "2022-11-01", "valid_until": "2025-11-01",
        "extra": {"room": "门卫室", "fuel": "coal", "alarm": False},
    }  # fmt: skip
    made = keeper.post("/registers/heating_devices", body)
    assert made.status_code == 201, made.get_data(as_text=True)
    right = {**body, "extra": {"room": "一年级教室", "fuel": "central", "alarm": False}}
    assert keeper.post("/registers/heating_devices", right).status_code == 201
    with sixth.session() as session:
        run_daily(session, registers=Registers.of(build_plugins([])))
        breach = session.scalars(select(RegisterBreach)).one()
        assert (breach.rule, breach.unit_id, len(breach.facts["entries"])) == ("alarmed", sixth.units["S001"], 1)
        follow_breaches(session, register="heating_devices")
        draft = session.scalars(select(HazardDraft)).one()
        draft_id = draft.id
    waiting = keeper.get("/hazard-drafts").get_json()
    assert [(row["id"], row["domain"], row["category"]) for row in waiting["items"]] == [
        (str(draft_id), DOMAIN, "heating.alarm")
    ]


def test_checklist_when_used_in_a_visit_then_a_failed_item_becomes_a_hazard_of_that_domain(
    sixth: World, client: FlaskClient
) -> None:
    keeper = api(client, sixth, "keeper.s1")
    lists = keeper.get("/inspections/checklists", page_size=100).get_json()["items"]
    ours = next(row for row in lists if row["code"] == "pack:heating-weekly")
    body = {"kind": "self_check", "unit_id": str(sixth.units["S001"]), "checklist_id": ours["id"]}
    made = keeper.post("/inspections/visits", body)
    assert made.status_code == 201, made.get_data(as_text=True)
    path = f"/inspections/visits/{made.get_json()['id']}"
    start = keeper.post(f"{path}/start", {}, version=keeper.get(path).get_json()["line"]["version"])
    assert start.status_code in (204, 409), start.get_data(as_text=True)
    answers = [
        {
            "id": str(uuid4()), "item": item, "verdict": verdict, "device": "甲", "answered_at": NOW.isoformat(),
            "note": "自检不响" if verdict == "fail" else "",
        }
        for item, verdict in (("stove", "pass"), ("flue", "pass"), ("alarm", "fail"))
    ]  # fmt: skip
    sent = keeper.post(f"{path}/answers", {"answers": answers})
    assert {own["state"] for own in sent.get_json()["receipts"]} == {"kept"}, sent.get_data(as_text=True)
    found = keeper.post(f"{path}/findings", {"id": str(uuid4()), "item": "alarm"})
    assert found.status_code == 200, found.get_data(as_text=True)
    digest = keeper.get(f"{path}/work").get_json()["digest"]
    for role in ("inspector", "unit"):
        picture = io.BytesIO()
        Image.new("RGB", (60, 40), "black").save(picture, "PNG")
        picture.seek(0)
        signed = client.post(
            f"/api/v1{path}/signatures", content_type="multipart/form-data",
            data={"id": str(uuid4()), "role": role, "name": "某某", "digest": digest, "signed_at": NOW.isoformat(), "file": (picture, "s.png")},
            headers={**sixth.headers("keeper.s1"), "Idempotency-Key": str(uuid4())},
        )  # fmt: skip
        assert signed.status_code in (200, 201), signed.get_data(as_text=True)
    done = keeper.post(f"{path}/finish", {"summary": ""}, version=keeper.get(path).get_json()["line"]["version"])
    assert done.status_code == 200, done.get_data(as_text=True)
    hazards = keeper.get("/hazards", domain=DOMAIN).get_json()["items"]
    assert [(row["id"], row["domain"], row["category"], row["grade"]) for row in hazards] == [
        (found.get_json()["hazard_id"], DOMAIN, "heating.alarm", "major")
    ]


def test_obligations_when_asked_then_what_the_notice_says_is_due(sixth: World) -> None:
    with sixth.session(read_only=True) as session:
        asked = Asked(Span(date(2023, 11, 1), date(2024, 4, 30)))
        sums = due_sums(session, build_plugins([]), coverage=Coverage(None), asked=asked)
    days: dict[str, list[date]] = {}
    for one in sums:
        if one.expected.found.due_on:
            days.setdefault(one.expected.found.rule.code, []).append(one.expected.found.due_on)
    assert days["monthly"] == [date(2023, 12, 5), *(date(2024, month, 5) for month in range(1, 5))]
    assert days["summary"] == [date(2024, 4, 10)]
    assert len(days["weekly-check"]) == 22
    assert all(one.tally.total == 4 for one in sums if one.expected.found.rule.code == "monthly"), "four schools owe it"


def test_pages_when_opened_then_speak_the_districts_words(sixth: World, app: Flask, client: FlaskClient) -> None:
    APP_CLOCK.at = NOW
    browser = Browser.of(app, sixth, "keeper.s1")
    for path, words in {
        "/": ("示范县教育体育局",),
        "/hazards": ("隐患清单",),
        "/hazards/new": ("供暖季一氧化碳安全", "炉具、烟道隐患", "一氧化碳报警器缺失或失效"),
        "/registers/heating_devices": ("取暖设备台账", "取暖方式"),
        "/inspections/checklists": ("取暖设施每周检查表",),
        "/pack/documents/notice": ("供暖季一氧化碳安全专项整治方案",),
    }.items():
        page = browser.get(path)
        assert page.status_code == 200, (path, page.status_code)
        text = page.get_data(as_text=True)
        assert [word for word in words if word not in text] == [], path


def test_dry_run_when_asked_then_says_all_of_it_without_a_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    said = CliRunner().invoke(
        tenant_command,
        ["onboard", "--pack", str(SIXTH), "--roster", str(SIXTH / "roster.csv"), "--people", str(SIXTH / "people.csv"),
         "--dry-run", "--from", "2023-11-01", "--json"],
    )  # fmt: skip
    assert said.exit_code == 0, said.output
    found = json.loads(said.stdout)
    assert found["types"] == {"教体局": 1, "股室": 2, "中心校": 1, "小学": 2, "初中": 1, "幼儿园": 1}
    assert [row["depth"] for row in found["units"]] == [0, *[1] * 7]
    assert [row["responsible"] for row in found["matrix"]] == [["安全股"], []]
    due = {(row["date"], row["obligation"]): row["units"] for row in found["due"]["rows"]}
    assert due[("2023-12-05", "monthly")] == 4
    assert (found["due"]["from"], found["due"]["to"]) == ("2023-11-01", "2024-01-29")
    assert {row["kind"]: row["count"] for row in found["warnings"]} == {"no_keeper": 2, "hole": 1, "unconfirmed": 8}


def test_dry_run_when_the_roster_is_wrong_then_names_its_rows(tmp_path: Path) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text(
        "单位代码,单位名称,单位类型,片区\nS1,甲小学,小学,C9\nS2,乙小学,大学,\nS1,丙小学,小学,\nS3,丁小学,小学,\n"
    )
    said = CliRunner().invoke(
        tenant_command,
        ["onboard", "--pack", str(SIXTH), "--roster", str(roster), "--dry-run", "--from", "2023-11-01", "--json"],
    )
    assert said.exit_code == 1
    warnings = {row["kind"]: row for row in json.loads(said.stdout)["warnings"]}
    rows = warnings["roster_fault"]["items"]
    assert [row.partition("：")[0] for row in rows] == ["第2行", "第3行", "第4行"]
    assert "没有这个单位" in rows[0] and "没有这种类型" in rows[1] and "重复" in rows[2]
    assert warnings["nobody_said"]["count"] == 1
    assert {"no_cluster", "empty_type"} <= warnings.keys()


def test_pack_when_covered_then_every_clause_is_in_some_element() -> None:
    pack = load(SIXTH)
    left = [row.id for row in coverage(pack) if row.state is State.NOT_CARRIED and not row.elements]
    assert left == []


def test_shelf_when_asked_then_the_pack_that_was_taken_in(sixth: World) -> None:
    with sixth.session(read_only=True) as session:
        pack = shelf.current(session)
        assert pack is not None
        assert [domain.plugin for domain in pack.domains] == [False]
