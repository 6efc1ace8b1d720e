"""A round counts as an inspection of all only when no school is left out."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update

from core.inspections.coverage import WHOLE_ROUND
from core.inspections.models import Visit
from core.inspections.services import rounds
from core.kernel.clock import local_date
from core.kernel.schoolyear import Span
from core.orgs.models import OrgUnit
from tests.core.inspections.ground import Ground


def facts(ground: Ground) -> set[tuple[UUID, str, UUID]]:
    with ground.session() as session:
        today = local_date(session.now())
        found = session.execute(WHOLE_ROUND.facts(session, Span(today - timedelta(days=30), today)))
        return {(row.unit_id, row.activity, row.id) for row in found}


def finish(ground: Ground, visits: list[UUID]) -> None:
    with ground.session() as session:
        done = update(Visit).where(Visit.id.in_(visits))
        session.execute(done.values(state="finished", started_at=session.now(), finished_at=session.now()))


def test_round_when_one_school_is_left_out_then_it_is_no_inspection_of_all(ground: Ground) -> None:
    with ground.session() as session:
        schools = select(OrgUnit.id).where(OrgUnit.kind.in_(("school", "kindergarten")))
        made = rounds.plan_round(
            session, actor=ground.world.actor("head", session), pack=ground.pack(session),
            facts=ground.facts("joint", session), unit_ids=list(session.scalars(schools)),
            person_ids=[ground.world.people["inspector"]],
        )  # fmt: skip
        first, *others = session.scalars(select(Visit.id).where(Visit.round_id == made))
    bureau = ground.world.units["root"]
    assert others and not facts(ground)
    finish(ground, others)
    assert not {fact for fact in facts(ground) if fact[0] == bureau}
    finish(ground, [first])
    assert {(bureau, "inspection_of_all", made), (bureau, "joint_supervision", made)} <= facts(ground)
