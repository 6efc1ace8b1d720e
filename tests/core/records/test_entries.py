"""A record is made, corrected, struck out; what was said stays; it counts exactly while it should."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from core.access.actor import Actor, Grant
from core.http.paging import Paging
from core.kernel.errors import Forbidden, Invalid, NotFound, Refused, Stale
from core.records.counting import served_by
from core.records.kinds import BY_CODE, ELSEWHERE, kinds_of, owed_first, topic_label, topics_of
from core.records.models import RecordVersion
from core.records.permissions import RecordPermission
from core.records.queries.entries import RecordFilter, records_page
from core.records.scope import recordable
from core.tenancy.packs.compile import open_compiled
from core.tenancy.packs.model import Topic
from core.tenancy.packs.owed import who_types
from tests.core.records.ground import Ground
from tests.factories.world import compiled


def test_record_when_held_then_counts_once_for_each_topic(ground: Ground) -> None:
    made = ground.add(topics=("safety", "food"), people=12, minutes=40, summary="布置开学检查")
    plain = ground.add(kind="training")
    assert ground.counted() == sorted(
        [("meeting", "food", 1, made), ("meeting", "safety", 1, made), ("training", "", 1, plain)]
    )
    assert ground.row(made).title == "安全会议（安全、食品安全）"


def test_record_when_dated_tomorrow_then_refused(ground: Ground) -> None:
    with pytest.raises(Invalid) as fault:
        ground.add(held_on=ground.today + timedelta(days=1))
    assert set(fault.value.fields) == {"held_on"}


def test_record_when_it_lies_outside_the_span_then_not_counted(ground: Ground) -> None:
    made = ground.add(held_on=ground.today - timedelta(days=1))
    assert ground.counted() == []
    assert [row[3] for row in ground.counted(since=ground.today - timedelta(days=1))] == [made]


def test_record_when_corrected_then_both_wordings_stay_and_the_newest_counts(ground: Ground) -> None:
    made = ground.add(topics=("safety",), people=10)
    with pytest.raises(Invalid):
        ground.correct(made, ground.facts(people=20), reason=" ")
    ground.correct(made, ground.facts(topics=("fire",), people=20), reason="议题记错")
    first, second = ground.wordings(made)
    assert (first.no, first.content["people"], first.content["topics"], first.reason) == (1, 10, ["safety"], "")
    assert (second.no, second.content["people"], second.content["topics"], second.reason) == (
        2,
        20,
        ["fire"],
        "议题记错",
    )
    assert [row[1] for row in ground.counted()] == ["fire"]
    with pytest.raises(Stale):
        ground.correct(made, ground.facts(people=30), version=1)
    with pytest.raises(Invalid):
        ground.correct(made, ground.facts(kind="training"))


def test_wording_when_changed_in_the_database_then_refused_by_it(ground: Ground) -> None:
    made = ground.add()
    with pytest.raises(Exception, match="permission denied"), ground.world.session() as session:
        session.execute(update(RecordVersion).where(RecordVersion.record_id == made).values(reason="改"))


def test_record_when_struck_then_stays_and_counts_no_more(ground: Ground) -> None:
    made = ground.add()
    with pytest.raises(Invalid):
        ground.strike(made, reason="")
    ground.strike(made, reason="与十一月五日重复")
    assert ground.counted() == []
    assert (ground.row(made).state, ground.row(made).strike_reason) == ("struck", "与十一月五日重复")
    with pytest.raises(Refused):
        ground.strike(made)
    with pytest.raises(Refused):
        ground.correct(made, ground.facts())


@pytest.mark.parametrize(
    ("who", "unit", "fault"),
    [
        ("safety_b", "school_a", NotFound),
        ("head", "school_a", NotFound),
        ("leader", "school_a", Forbidden),
        ("staff_a", "school_a", Forbidden),
        ("nobody", "school_a", Forbidden),
        ("safety_a", "root", NotFound),
    ],
)
def test_record_when_made_for_others_then_refused(ground: Ground, who: str, unit: str, fault: type[Exception]) -> None:
    with pytest.raises(fault):
        ground.add(unit, who=who)
    assert ground.counted() == []


@pytest.mark.parametrize(
    ("who", "unit"),
    [("safety_a", "school_a"), ("safety_a", "campus_a"), ("keeper_a", "school_a"), ("line_a", "school_a"), ("head", "section"), ("head", "root")],
)  # fmt: skip
def test_record_when_made_for_the_own_unit_then_kept(ground: Ground, who: str, unit: str) -> None:
    made = ground.add(unit, who=who)
    assert ground.row(made).unit_id == ground.world.units[unit]


def test_paper_kind_when_nothing_is_attached_then_refused(ground: Ground) -> None:
    given = {"kind": "water_test", "topics": ("drinking",), "details": {"result": "passed"}}
    with pytest.raises(Invalid) as fault:
        ground.add(**given)
    assert set(fault.value.fields) == {"photos"}
    ground.add(**given, files=(ground.photo(),))
    with pytest.raises(NotFound):
        ground.add(**given, files=(ground.photo("safety_b"),))
    assert [row[:2] for row in ground.counted()] == [("water_test", "drinking")]


@pytest.mark.parametrize(
    ("people", "passed", "field"), [(None, "3", "people"), (12, "13", "details.passed"), (12, None, "details.passed"), (12, "12", "")]
)  # fmt: skip
def test_paper_exam_when_more_pass_than_sat_then_refused(
    ground: Ground, people: int | None, passed: str | None, field: str
) -> None:
    given = {"kind": "paper_exam", "people": people, "details": {"passed": passed}, "files": (ground.photo(),)}
    if field:
        with pytest.raises(Invalid) as fault:
            ground.add(**given)
        assert set(fault.value.fields) == {field}
    else:
        assert ground.row(ground.add(**given)).details == {"passed": 12}


def test_details_when_wrong_then_each_is_named(ground: Ground) -> None:
    with pytest.raises(Invalid) as fault:
        ground.add(kind="water_test", details={"result": "maybe"}, files=(ground.photo(),))
    assert set(fault.value.fields) == {"details.result"}
    with pytest.raises(Invalid) as fault:
        ground.add(kind="safety_lesson", details={"classes": "-3"})
    assert set(fault.value.fields) == {"details.classes"}
    with pytest.raises(Invalid) as fault:
        ground.add(kind="safety_lesson", details={"secret": "1"})
    assert set(fault.value.fields) == {"details"}
    with pytest.raises(Invalid) as fault:
        ground.add(kind="meeting", topics=("warning_film",))
    assert set(fault.value.fields) == {"topics"}
    with pytest.raises(Invalid):
        ground.add(kind="hazard_check")


@pytest.mark.parametrize(
    "text",
    ["联系电话13812345678", "电话 138 1234 5678", "３７０１０１２００９０１０１１２３４", "身份证11010520100101123X"],
)
def test_text_when_it_holds_a_phone_or_identity_number_then_refused(ground: Ground, text: str) -> None:
    with pytest.raises(Invalid) as fault:
        ground.add(summary=text)
    assert set(fault.value.fields) == {"summary"}


def test_text_when_it_holds_other_numbers_then_kept(ground: Ground) -> None:
    ground.add(summary="文号 教安〔2020〕12号，2020年11月26日，共1380人，电表读数 20201126001")


def test_drill_when_typed_in_as_a_record_then_refused(ground: Ground) -> None:
    with pytest.raises(Refused):
        ground.add(kind="drill")


def test_record_when_it_serves_several_obligations_then_each_is_named() -> None:
    pack = open_compiled(compiled("sip").content)
    one = served_by(pack, kind="drill", topics=(), unit_kind="school", org_type="primary")
    assert len(one) >= 3 and all(own.quotes for own in one)
    assert served_by(pack, kind="drill", topics=(), unit_kind="department", org_type="section") == ()
    food = {
        own.label for own in served_by(pack, kind="meeting", topics=("food",), unit_kind="bureau", org_type="bureau")
    }
    assert any("食品安全会议" in label for label in food) and not any("校车安全会议" in label for label in food)


@pytest.mark.parametrize("slug", ["wujin", "sip", "lianyun", "yongqiao", "tongyu"])
def test_every_activity_of_a_pack_when_no_inspection_then_can_be_recorded(slug: str) -> None:
    """With its topics, so that the obligation can be met at all."""
    pack = open_compiled(compiled(slug).content)
    kinds = kinds_of(pack)
    for own in pack.obligations:
        assert (own.activity in kinds) != (own.activity in ELSEWHERE), own.activity
        if own.activity in kinds:
            offered = {topic.code for topic in topics_of(pack, kinds[own.activity])}
            assert set(own.topics) <= offered
            assert all(topic.label != topic.code for topic in topics_of(pack, kinds[own.activity]))
            labels = {other.label for other in pack.obligations if other.activity == own.activity}
            assert own.activity in BY_CODE or len(labels) == 1 or kinds[own.activity].label not in labels, (
                f"{own.activity}: several ask for it"
            )
    types = {kind for own in pack.obligations for kind in who_types(pack, own.who)}
    assert set(owed_first(pack, types)) <= set(kinds)


def test_topics_when_the_pack_declares_some_then_offered_on_its_activities_in_its_words(ground: Ground) -> None:
    with ground.world.session(read_only=True) as session:
        pack = ground.pack(session)
    own = Topic(code="no_wild_swimming", label="不私自下水游泳", activities=("safety_lesson",))
    taught = replace(pack, topics=(own, Topic(code="safety", label="安全工作", activities=("meeting",))))
    kinds = kinds_of(taught)
    lesson = {row.code: row.label for row in topics_of(taught, kinds["safety_lesson"])}
    assert lesson["no_wild_swimming"] == topic_label(taught, "no_wild_swimming") == "不私自下水游泳"
    assert "no_wild_swimming" not in {row.code for row in topics_of(taught, kinds["training"])}
    meeting = [row.label for row in topics_of(taught, kinds["meeting"]) if row.code == "safety"]
    assert meeting == ["安全工作"], "the district's word goes before the product's, and stands once"
    assert topic_label(pack, "safety") == "安全"


def test_records_when_narrowed_by_topic_then_those_about_it_whatever_else_they_are_about(ground: Ground) -> None:
    both = ground.add(topics=("safety", "food"))
    ground.add(topics=("food",))
    ground.add()
    with ground.world.session(read_only=True) as session:
        actor = ground.world.actor("safety_a")
        page = records_page(session, actor, asked=RecordFilter(topic="safety"), paging=Paging())
    assert [row.id for row in page.items] == [both] and page.total == 1


def test_reasons_when_they_hold_a_number_of_somebody_then_refused(ground: Ground) -> None:
    made = ground.add()
    for change in (
        lambda: ground.strike(made, reason="家长13812345678要求"),
        lambda: ground.correct(made, ground.facts(), reason="家长13812345678要求"),
    ):
        with pytest.raises(Invalid) as fault:
            change()
        assert set(fault.value.fields) == {"reason"}


@pytest.mark.parametrize(("scope", "everywhere", "units"), [
    ("unit", False, {"school_a"}), ("cluster", False, {"section"}), ("department", True, {"section", "root"}),
    ("district", True, {"section", "root"}),
])  # fmt: skip
def test_reach_when_a_post_works_above_others_then_it_records_for_its_own_office(
    ground: Ground, scope: str, everywhere: bool, units: set[str]
) -> None:
    """Only who works for the whole district also records what the bureau did."""
    world = ground.world
    reach = None if everywhere else frozenset({world.units["school_a"]})
    post = Grant(
        frozenset({RecordPermission.WRITE}),
        unit_ids=reach,
        home_unit_id=world.units["section"],
        scope=scope,
        post_title="某岗位",
    )
    with world.session(read_only=True) as session:
        actor = Actor(world.tenant.id, world.people["nobody"], "某人", "person", (post,))
        assert recordable(session, actor).unit_ids == frozenset(world.units[name] for name in units)
        assert not recordable(session, actor, RecordPermission.INCIDENT_REPORT)
