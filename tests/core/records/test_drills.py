"""演练: only a drill that was timed, counted and reviewed counts; what it found becomes a hazard with one tap."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.hazards.models import Hazard
from core.kernel.errors import Forbidden, Invalid, NotFound, Refused, Stale
from core.records.models import EmergencyPlan
from core.records.queries.drills import drill_card
from core.records.services import plans
from core.records.services.drills import DrillReview
from core.records.services.plans import PlanFacts
from tests.core.records.ground import Ground


def test_drill_when_walked_through_then_counts_only_at_the_end(ground: Ground) -> None:
    record_id = ground.plan()
    assert ground.counted() == []
    ground.act(record_id, "start_drill")
    ground.clock.advance(timedelta(seconds=131))
    ground.act(record_id, "stop_drill")
    ground.act(record_id, "count_heads", expected=612, present=612)
    assert ground.counted() == []
    ground.act(record_id, "review_drill", review=DrillReview(good="有序"))
    assert ground.counted() == [("drill", "fire_evacuation", 1, record_id)]
    row = ground.row(record_id)
    assert (row.state, row.people, row.minutes, row.held_on) == ("held", 612, 3, ground.today)
    with ground.world.session(read_only=True) as session:
        card = drill_card(session, ground.world.actor("safety_a", session), record_id)
    assert (card.seconds, card.target_s, card.within, card.missing) == (131, 120, False, 0)


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("stop_drill", {}),
        ("count_heads", {"expected": 5, "present": 5}),
        ("review_drill", {"review": DrillReview()}),
    ],
)
def test_drill_when_steps_are_skipped_then_refused(ground: Ground, name: str, given: dict[str, object]) -> None:
    record_id = ground.plan()
    with pytest.raises(Refused):
        ground.act(record_id, name, **given)
    with pytest.raises(Refused):
        ground.finding(record_id)


def test_drill_when_nobody_was_counted_then_cannot_be_reviewed(ground: Ground) -> None:
    record_id = ground.plan()
    ground.act(record_id, "start_drill")
    ground.act(record_id, "stop_drill")
    with pytest.raises(Refused):
        ground.act(record_id, "review_drill", review=DrillReview())


def test_drill_when_somebody_is_missing_then_the_review_says_why(ground: Ground) -> None:
    with pytest.raises(Invalid) as fault:
        ground.held(expected=600, present=598)
    assert set(fault.value.fields) == {"problems"}
    ground.held(expected=600, present=598, problems="两人在医务室，未接到通知")


@pytest.mark.parametrize(
    ("expected", "present", "field"), [(0, 0, "expected"), (10, 11, "present"), (10, -1, "present")]
)
def test_heads_when_they_make_no_sense_then_refused(ground: Ground, expected: int, present: int, field: str) -> None:
    record_id = ground.plan()
    ground.act(record_id, "start_drill")
    with pytest.raises(Invalid) as fault:
        ground.act(record_id, "count_heads", expected=expected, present=present)
    assert set(fault.value.fields) == {field}


def test_drill_when_started_twice_then_the_first_time_stays(ground: Ground) -> None:
    record_id = ground.plan()
    ground.act(record_id, "start_drill")
    began = ground.drill(record_id).started_at
    ground.clock.advance(timedelta(seconds=30))
    with pytest.raises(Stale):
        ground.act(record_id, "start_drill", version=1)
    with pytest.raises(Refused):
        ground.act(record_id, "start_drill")
    assert ground.drill(record_id).started_at == began


def test_drill_when_timed_by_hand_then_says_so_and_not_ahead_of_time(ground: Ground) -> None:
    record_id = ground.plan()
    now = ground.clock.now()
    with pytest.raises(Invalid):
        ground.act(record_id, "time_by_hand", started_at=now, seconds=60)
    ground.act(record_id, "time_by_hand", started_at=now - timedelta(days=2), seconds=60)
    ground.act(record_id, "count_heads", expected=5, present=5)
    ground.act(record_id, "review_drill", review=DrillReview())
    row = ground.row(record_id)
    assert row.details == {"by_hand": True}
    assert row.held_on == ground.today - timedelta(days=2)
    ground.correct(record_id, ground.facts(kind="drill", topics=("earthquake",), people=1, title="防震演练"))
    row = ground.row(record_id)
    assert (row.details, row.people, row.held_on) == ({"by_hand": True}, 5, ground.today - timedelta(days=2))


def test_finding_when_reported_twice_then_one_hazard_of_the_school(ground: Ground) -> None:
    record_id = ground.plan()
    ground.act(record_id, "start_drill")
    finding = ground.finding(record_id)
    first = ground.report(record_id, finding)
    assert ground.report(record_id, finding) == first
    with ground.world.session(read_only=True) as session:
        hazard = session.get_one(Hazard, (ground.world.tenant.id, first))
        assert (hazard.unit_id, hazard.place) == (ground.world.units["school_a"], "教学楼")
    other = ground.plan()
    ground.act(other, "start_drill")
    with pytest.raises(NotFound):
        ground.report(other, finding)


def test_drill_when_others_act_then_not_found_or_forbidden(ground: Ground) -> None:
    record_id = ground.plan()
    for who, fault in (("safety_b", NotFound), ("head", Forbidden), ("leader", Forbidden)):
        with pytest.raises(fault):
            ground.act(record_id, "start_drill", who=who)


def test_drill_when_struck_then_cannot_go_on(ground: Ground) -> None:
    record_id = ground.plan()
    ground.strike(record_id, reason="改期")
    with pytest.raises(Refused):
        ground.act(record_id, "start_drill")


def test_plan_when_a_drill_finds_it_wanting_then_its_review_comes_sooner(ground: Ground) -> None:
    with ground.world.session() as session:
        facts = PlanFacts(unit_id=ground.world.units["school_a"], kind="special", title="火灾预案", body="一、报警")
        plan_id = plans.issue_plan(
            session, actor=ground.world.actor("safety_a", session), pack=ground.pack(session), facts=facts
        )
        before = session.get_one(EmergencyPlan, (ground.world.tenant.id, plan_id)).review_on
    record_id = ground.plan(plan_id=plan_id)
    ground.act(record_id, "start_drill")
    ground.act(record_id, "stop_drill")
    ground.act(record_id, "count_heads", expected=5, present=5)
    with pytest.raises(Invalid) as fault:
        ground.act(record_id, "review_drill", review=DrillReview(plan_revision="needed"))
    assert set(fault.value.fields) == {"revision_note"}
    ground.act(record_id, "review_drill", review=DrillReview(plan_revision="needed", revision_note="集合点太小"))
    with ground.world.session(read_only=True) as session:
        after = session.get_one(EmergencyPlan, (ground.world.tenant.id, plan_id)).review_on
    assert after == ground.today + timedelta(days=30) < before
    with pytest.raises(Invalid):
        ground.plan("campus_a", plan_id=plan_id)


def test_finding_when_told_twice_in_the_same_words_then_it_is_one(ground: Ground) -> None:
    record_id = ground.plan()
    ground.act(record_id, "start_drill")
    first = ground.finding(record_id)
    assert ground.finding(record_id, text=" 东侧疏散门打不开 ") == first
    assert ground.finding(record_id, place="宿舍楼") != first
    with ground.world.session(read_only=True) as session:
        assert len(drill_card(session, ground.world.actor("safety_a", session), record_id).findings) == 2
