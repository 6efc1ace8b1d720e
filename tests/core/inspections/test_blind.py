"""四不两直: nobody at the school knows before it begins, whichever way they look."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from core.audit.models import AuditEntry
from core.http.paging import Paging
from core.inspections.models import Inspector, Round, Visit
from core.inspections.queries.people import conflicts
from core.inspections.queries.rounds import round_card
from core.inspections.queries.visits import VisitFilter, visits_page
from core.inspections.services import draws
from core.jobs.models import OutboxRow
from core.kernel.clock import local_date
from core.kernel.errors import Conflict, Invalid, NotFound, Refused
from core.notify.models import Notice
from core.orgs.services import appoint
from tests.core.hazards.web import Api, Browser
from tests.core.inspections.ground import Ground

SCHOOLS = ["school_a", "school_b", "kindergarten"]
AT_SCHOOL = ("principal_a", "safety_a", "keeper_a", "line_a", "staff_a", "safety_b")


def opened(ground: Ground, *, wanted: int = 2) -> UUID:
    """A draw of two of three schools, opened by the head."""
    round_id = ground.seal(SCHOOLS, ["inspector", "officer"], wanted=wanted)
    with ground.session() as session:
        version = session.get_one(Round, (ground.world.tenant.id, round_id)).version
        draws.open_draw(
            session, actor=ground.world.actor("head", session), pack=ground.pack(session), round_id=round_id, version=version,
            witness="今日3号球",
        )  # fmt: skip
    return round_id


def visit_at(ground: Ground, round_id: UUID) -> tuple[UUID, str, str]:
    """One drawn visit at a school that has people: (visit, school, inspector)."""
    names = {unit: name for name, unit in ground.world.units.items()}
    people = {person: name for name, person in ground.world.people.items()}
    with ground.session() as session:
        rows = session.execute(
            select(Visit.id, Visit.unit_id, Inspector.person_id)
            .join(Inspector, Inspector.visit_id == Visit.id)
            .where(Visit.round_id == round_id)
        ).all()
    return next(
        (visit, names[unit], people[person]) for visit, unit, person in rows if names[unit] in ("school_a", "school_b")
    )


def test_sealed_when_made_then_no_visit_exists_and_the_seed_is_nowhere_to_be_read(ground: Ground) -> None:
    round_id = ground.seal(SCHOOLS, ["inspector", "officer"])
    with ground.session() as session:
        assert session.scalars(select(Visit.id)).all() == []
        seed = session.get_one(Round, (ground.world.tenant.id, round_id)).seed
        card = round_card(session, ground.world.actor("head", session), round_id)
        logged = str([row.data for row in session.scalars(select(AuditEntry))])
    assert seed
    assert seed not in str(card) and seed not in logged
    assert card.line.commitment and card.record is None and card.pool is not None


def test_drawn_when_not_begun_then_schools_see_nothing_anywhere(
    ground: Ground, app: Flask, client: FlaskClient
) -> None:
    round_id = opened(ground)
    with ground.session() as session:
        ids = [str(own) for own in session.scalars(select(Visit.id))]
        drawn = [str(own) for own in session.scalars(select(Visit.unit_id))]
        told = set(session.scalars(select(Notice.person_id)))
        outbox = str([row.payload for row in session.scalars(select(OutboxRow)) if row.topic.startswith("inspection")])
        log = str(
            [
                (row.object_id, row.data)
                for row in session.scalars(select(AuditEntry))
                if row.action.startswith("inspection")
            ]
        )
    assert told <= {ground.world.people["inspector"], ground.world.people["officer"]}
    assert not any(own in outbox or own in log for own in [*ids, *drawn])
    assert len(ids) == 2
    for who in AT_SCHOOL:
        _assert_blind(ground, app, client, who, round_id, ids)


def _assert_blind(ground: Ground, app: Flask, client: FlaskClient, who: str, round_id: UUID, ids: list[str]) -> None:
    api = Api(client, ground.world, who)
    may = ground.world.actor(who).may("inspection:visit:read")
    page = api.get("/inspections/visits")
    assert page.status_code == (200 if may else 403)
    if may:
        assert (page.get_json()["total"], page.get_json()["items"]) == (0, [])
        line = next(own for own in api.get("/inspections/rounds").get_json()["items"] if own["id"] == str(round_id))
        assert (line["title"], line["starts"], line["visits"], line["checklist_title"]) == ("", None, 0, "")
        card = api.get(f"/inspections/rounds/{round_id}").get_json()
        assert (card["pool"], card["record"]) == (None, None)
    for visit in ids:
        for path in ("", "/work", "/start", "/cancel", "/order"):
            method: Any = (
                api.get
                if path in ("", "/work")
                else lambda own: api.post(own, {"reason": "x"} if own.endswith("cancel") else {}, version=1)
            )
            assert method(f"/inspections/visits/{visit}{path}").status_code in (403, 404), (who, path)
    browser = Browser.of(app, ground.world, who)
    for path in (
        "/",
        "/inspections",
        "/inspections?todo=1",
        "/notices",
        "/inspections/rounds",
        f"/inspections/rounds/{round_id}",
    ):
        body = browser.get(path).get_data(as_text=True)
        assert not any(visit in body for visit in ids) and "消防专项督查" not in body, (who, path)


def test_drawn_when_begun_then_the_school_sees_it_and_only_its_own(ground: Ground) -> None:
    visit_id, school, inspector = visit_at(ground, opened(ground))
    theirs = "safety_a" if school == "school_a" else "safety_b"

    def seen(who: str) -> list[UUID]:
        with ground.session() as session:
            asked = VisitFilter()
            return [
                own.id
                for own in visits_page(session, ground.world.actor(who, session), asked=asked, paging=Paging()).items
            ]

    assert seen(theirs) == [] and visit_id in seen(inspector) and len(seen("head")) == 2
    ground.start(visit_id, inspector)
    assert seen(theirs) == [visit_id]


def test_leader_when_without_the_draw_then_learns_of_it_when_it_begins(ground: Ground) -> None:
    opened(ground)
    with ground.session() as session:
        leader = ground.world.actor("leader", session)
        assert leader.may("inspection:visit:read") and not leader.may("inspection:draw:seal")
        assert visits_page(session, leader, asked=VisitFilter(), paging=Paging()).total == 0


def test_holder_of_the_draw_when_also_with_a_post_in_the_school_then_does_not_see_its_visit(ground: Ground) -> None:
    visit_id, school, _ = visit_at(ground, opened(ground))
    with ground.session() as session:
        appoint(
            session, actor=ground.world.system, person_id=ground.world.people["head"], unit_id=ground.world.units[school],
            post_code="staff", valid_from=local_date(session.now()),
        )  # fmt: skip
        page = visits_page(session, ground.world.actor("head", session), asked=VisitFilter(), paging=Paging())
        assert visit_id not in [own.id for own in page.items]


def test_conflicts_when_somebody_worked_there_within_the_years_then_barred_and_later_not(ground: Ground) -> None:
    with ground.session() as session:
        today = local_date(session.now())
        for years, unit in ((2, "school_a"), (5, "school_b")):
            ended = today - timedelta(days=365 * years)
            appoint(
                session, actor=ground.world.system, person_id=ground.world.people["inspector"], unit_id=ground.world.units[unit],
                post_code="staff", valid_from=ended - timedelta(days=30), valid_to=ended,
            )  # fmt: skip
        units = [ground.world.units[own] for own in ("school_a", "campus_a", "school_b", "kindergarten")]
        people = [ground.world.people[own] for own in ("inspector", "safety_b")]
        found = conflicts(session, units=units, people=people)
    of = ground.world.units
    inspector, safety_b = people
    assert found == {(of["school_a"], inspector), (of["campus_a"], inspector), (of["school_b"], safety_b)}


def test_draw_when_conflicts_leave_a_school_without_a_team_then_not_sealed(ground: Ground) -> None:
    with pytest.raises(Invalid):
        ground.seal(["school_a", "kindergarten"], ["safety_a", "keeper_a"])


def test_draw_when_a_conflict_arises_after_sealing_then_not_opened(ground: Ground) -> None:
    round_id = ground.seal(SCHOOLS, ["inspector", "officer"], wanted=2)
    with ground.session() as session:
        for unit in SCHOOLS:
            for person in ("inspector", "officer"):
                appoint(
                    session, actor=ground.world.system, person_id=ground.world.people[person], unit_id=ground.world.units[unit],
                    post_code="staff", valid_from=local_date(session.now()),
                )  # fmt: skip
    with ground.session() as session, pytest.raises(Refused, match="回避"):
        version = session.get_one(Round, (ground.world.tenant.id, round_id)).version
        draws.open_draw(
            session,
            actor=ground.world.actor("head", session),
            pack=ground.pack(session),
            round_id=round_id,
            version=version,
            witness="一",
        )


def test_draw_when_opened_twice_then_refused(ground: Ground) -> None:
    round_id = opened(ground)
    with ground.session() as session:
        version = session.get_one(Round, (ground.world.tenant.id, round_id)).version
        with pytest.raises(Conflict):
            draws.open_draw(
                session, actor=ground.world.actor("head", session), pack=ground.pack(session), round_id=round_id, version=version,
                witness="二",
            )  # fmt: skip


def test_draw_when_sealed_by_whom_it_does_not_belong_then_not_there(ground: Ground) -> None:
    round_id = ground.seal(SCHOOLS, ["inspector", "officer"])
    with ground.session() as session, pytest.raises(NotFound):
        draws.open_draw(
            session,
            actor=ground.world.actor("leader", session),
            pack=ground.pack(session),
            round_id=round_id,
            version=1,
            witness="一",
        )


def test_reveal_when_a_visit_has_not_begun_then_refused_and_afterwards_anyone_may_recompute(ground: Ground) -> None:
    round_id = opened(ground, wanted=1)
    with ground.session() as session:
        (visit_id,) = session.scalars(select(Visit.id)).all()
        (person,) = session.scalars(select(Inspector.person_id)).all()
    inspector = next(name for name, own in ground.world.people.items() if own == person)

    def reveal() -> None:
        with ground.session() as session:
            version = session.get_one(Round, (ground.world.tenant.id, round_id)).version
            draws.reveal_draw(session, actor=ground.world.actor("head", session), round_id=round_id, version=version)

    with pytest.raises(Refused, match="1家"):
        reveal()
    ground.start(visit_id, inspector)
    reveal()
    with ground.session() as session:
        card = round_card(session, ground.world.actor("safety_b", session), round_id)
    assert card.faults == () and card.record is not None
    assert card.record["witness"] == "今日3号球" and card.pool is not None
