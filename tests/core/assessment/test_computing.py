"""A round computed by the worker: ordered once however often, in batches, all of it or nothing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from core.assessment.models import AssessmentSheet, SheetVersion
from core.assessment.services import computing, keeping
from core.assessment.sheet import digest
from core.audit.models import AuditEntry
from core.identity.services.people import disable_person
from core.jobs.models import Job
from core.jobs.queries import JobCard, job_card
from core.kernel.clock import FixedClock
from tests.conftest import NOW
from tests.core.assessment.ground import Office, hazard, works_of
from tests.factories.world import World


@pytest.fixture
def office(client: FlaskClient, world: World) -> Office:
    with world.session() as session:
        hazard(session, world.units["school_a"], found=date(2020, 9, 3), due=date(2020, 9, 20), done=date(2020, 9, 24))
    own = Office(client, world)
    assert own.open().status_code == 201
    return own


def card_of(world: World, job_id: str) -> JobCard:
    with world.session(read_only=True) as session:
        return job_card(session, UUID(job_id))


def said(world: World) -> dict[UUID, tuple[int, str]]:
    """Unit → (number, digest) of the version in force."""
    with world.session(read_only=True) as session:
        rows = session.execute(
            select(AssessmentSheet.unit_id, SheetVersion.no, SheetVersion.content).join(
                SheetVersion,
                (SheetVersion.sheet_id == AssessmentSheet.id) & (SheetVersion.no == AssessmentSheet.latest_no),
            )
        )
        return {row.unit_id: (row.no, digest(row.content)) for row in rows}


def test_order_when_given_twice_then_one_job_and_an_old_version_only_matters_when_none_is_under_way(
    office: Office, world: World
) -> None:
    assert office.order(version=7).status_code == 412
    assert office.order(by=office.school).status_code == 403
    first = office.order(version=1)
    assert first.status_code == 202 and first.headers["Location"].endswith(f"/jobs/{first.get_json()['job_id']}")
    assert office.order(version=1).get_json() == first.get_json()
    assert office.step("announce").status_code == 409  # first the result
    job_id = first.get_json()["job_id"]
    assert office.work(job_id) == "done"
    assert office.work(job_id) is None  # rung twice
    card = card_of(world, job_id)
    assert (card.done, card.total, card.result) == (
        3,
        3,
        {"url": f"/assessment/{office.round}", "changed": 3, "left": 0},
    )
    seen = office.head.get(f"/jobs/{job_id}").get_json()
    assert (seen["state"], seen["title"], seen["result_url"]) == ("done", "考核结果计算", f"/assessment/{office.round}")
    assert office.order(version=1).status_code == 412
    assert office.order().get_json()["job_id"] != job_id
    with world.session(read_only=True) as session:
        ordered = select(func.count()).where(AuditEntry.action == "assessment_round.ordered")
        assert session.scalar(ordered) == 2
        assert session.scalar(select(func.count()).where(Job.kind == computing.JOB)) == 2
        assert set(session.scalars(select(SheetVersion.made_by))) == {world.people["head"]}


def test_batches_when_smaller_than_the_district_then_the_same_result_and_a_bar_that_moves(
    office: Office, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.compute()
    whole, told = said(world), []
    monkeypatch.setattr(keeping, "BATCH", 2)
    real = keeping.computed

    def watched(*words: Any, progress: Any, **more: Any) -> Any:
        def both(done: int, total: int) -> None:
            progress(done, total)
            with world.session(read_only=True) as session:  # as somebody else reads it meanwhile
                told.append(
                    session.execute(select(Job.progress_done, Job.progress_total).where(Job.state == "running")).one()
                )

        return real(*words, progress=both, **more)

    monkeypatch.setattr(computing, "computed", watched)
    office.compute()
    assert said(world) == whole
    assert told == [(0, 3), (2, 3), (3, 3)]


def test_run_when_it_breaks_after_writing_then_the_old_sheets_stand_and_the_next_one_is_whole(
    office: Office, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.compute()
    before = said(world)
    with world.session() as session:
        hazard(session, world.units["school_b"], found=date(2020, 10, 4), due=date(2020, 11, 9), grade="major")
    real = computing.keep_sheets

    def broken(*words: Any, **more: Any) -> Any:
        real(*words, **more)
        raise RuntimeError("the disk is gone")

    monkeypatch.setattr(computing, "keep_sheets", broken)
    job_id = office.order().get_json()["job_id"]
    assert office.work(job_id) == "queued"  # to be tried again
    assert said(world) == before
    assert office.order().get_json()["job_id"] == job_id
    monkeypatch.undo()
    later = FixedClock(NOW + timedelta(minutes=5))
    assert works_of(world, office.head.client).runner.run(world.tenant.id, UUID(job_id), clock=later) == "done"
    changed = {unit for unit, own in said(world).items() if own != before[unit]}
    assert changed == {world.units["school_b"]}


def test_run_when_the_round_was_cancelled_or_the_orderer_suspended_meanwhile_then_refused_in_words(
    office: Office, world: World
) -> None:
    office.compute()
    before = said(world)
    job_id = office.order().get_json()["job_id"]
    assert office.step("cancel", reason="重新安排").status_code == 204
    assert office.work(job_id) == "failed"
    assert "不能重新计算" in (card_of(world, job_id).error or "")
    office.open()
    job_id = office.order().get_json()["job_id"]
    with world.session() as session:
        disable_person(session, actor=world.system, person_id=world.people["head"])
    assert office.work(job_id) == "failed"
    assert "权限" in (card_of(world, job_id).error or "")
    assert said(world) == before
