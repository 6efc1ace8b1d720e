"""A visit from planned to finished: who may, what is missing, what comes of it."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from docx import Document
from sqlalchemy import func, select

from core.db.sessions import TenantSession
from core.files.models import File
from core.files.queries import files_on
from core.hazards.models import Hazard
from core.http.paging import Paging
from core.inspections.models import AnswerVersion, Finding, Inspector, RectificationOrder, Visit
from core.inspections.queries.visits import VisitFilter, origins_of, visit_card, visits_page
from core.inspections.services import orders, rounds, visits
from core.kernel.clock import local_date
from core.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from core.kernel.schoolyear import Span
from core.notify.models import Notice
from core.orgs.models import OrgLink
from core.orgs.services import create_unit
from core.orgs.services.creation import UnitFacts
from core.statistics.facts import Asked, By
from core.statistics.facts.inspections import ORDERS
from core.tenancy.packs.model import EVERYTHING
from tests.core.inspections.ground import Ground
from tests.factories.rivals import second_of_two


def test_checklists_when_taken_twice_then_nothing_changes_the_second_time(ground: Ground) -> None:
    assert ground.take() == 0


def test_visit_when_all_is_there_then_finishes_with_score_and_facts(ground: Ground) -> None:
    visit_id = ground.done("passage")
    with ground.session() as session:
        card = visit_card(session, ground.world.actor("head", session), visit_id)
    assert card.line.state == "finished"
    assert (card.line.passed, card.line.failed, card.line.items) == (15, 1, 16)
    weights = sum(fact.of for fact in card.result.facts)
    assert card.line.score == (weights - 3000) * 10_000 // weights  # the exit weighs three
    assert [own.finding.no for own in card.answers if own.finding] == [None]
    assert {role for role, _, _, _ in card.signatures} == {"inspector", "unit"}


def test_finding_when_reported_then_hazard_knows_all_without_a_question(ground: Ground) -> None:
    visit_id = ground.done("passage")
    with ground.session() as session:
        hazard = session.scalars(select(Hazard)).one()
        assert (hazard.unit_id, hazard.domain, hazard.category) == (
            ground.world.units["school_a"],
            "fire",
            "fire.passage",
        )
        assert (hazard.grade, hazard.origin, hazard.place) == ("major", "inspection", "疏散通道")
        assert set(hazard.clauses) == {"WJ-2.4-24", "WJ-2.4-25"}
        assert "堆放课桌" in hazard.description
        assert hazard.found_by == ground.world.people["inspector"]
        (photo,) = files_on(session, subject_kind="hazard", subject_ids=[hazard.id])[hazard.id]
        (own, *_) = files_on(session, subject_kind="inspection_visit", subject_ids=[visit_id])[visit_id]
        assert photo.key == own.key and photo.purpose == "before"
        assert [own.visit_id for own in origins_of(session, ground.world.actor("head", session), hazard.id)] == [
            visit_id
        ]


def test_finding_when_tapped_twice_then_one_hazard(ground: Ground) -> None:
    visit_id = ground.special()
    ground.start(visit_id)
    ground.fill(visit_id, "passage")
    first, second = ground.report(visit_id, "passage"), ground.report(visit_id, "passage", finding_id=uuid4())
    assert first.hazard_id == second.hazard_id
    with ground.session() as session:
        assert session.scalar(select(func.count()).select_from(Hazard)) == 1
        assert session.scalar(select(func.count()).select_from(Finding)) == 1


def test_finding_when_item_passed_then_refused(ground: Ground) -> None:
    visit_id = ground.special()
    ground.start(visit_id)
    ground.fill(visit_id)
    with pytest.raises(Refused):
        ground.report(visit_id, "passage")


@pytest.mark.parametrize("lacks", ["answer", "photo", "bytes", "signature", "resign"])
def test_finish_when_something_is_missing_then_refused_naming_it(ground: Ground, lacks: str) -> None:
    visit_id = ground.special()
    ground.start(visit_id)
    for item in ground.items(visit_id)[1:] if lacks == "answer" else ground.items(visit_id):
        photos = (uuid4(),) if lacks == "bytes" and item == "passage" else ()
        verdict = "fail" if lacks in ("photo", "bytes") and item == "passage" else "pass"
        ground.answer(visit_id, ground.sent(item, verdict, photos=photos))
    if lacks != "signature":
        for role in ("inspector", "unit"):
            ground.sign(visit_id, role)
    if lacks == "resign":
        (head,) = ground.heads(visit_id, "passage")
        ground.answer(visit_id, ground.sent("passage", "na", bases=(head,)))
    words = {"answer": "没有填写", "photo": "须拍照", "bytes": "没有传到", "signature": "签名", "resign": "重新签名"}
    with pytest.raises(Refused, match=words[lacks]):
        ground.finish(visit_id)


def test_visit_when_not_on_the_team_then_looks_only(ground: Ground) -> None:
    visit_id = ground.special()
    with pytest.raises(Forbidden):
        ground.start(visit_id, who="safety_a")
    ground.start(visit_id)
    with pytest.raises(Forbidden):
        ground.answer(visit_id, ground.sent("passage"), who="officer")
    with pytest.raises(NotFound):
        ground.answer(visit_id, ground.sent("passage"), who="safety_b")


def test_visit_when_finished_then_an_answer_that_comes_late_is_not_counted_and_said_so(ground: Ground) -> None:
    visit_id = ground.done()
    (receipt,) = ground.answer(visit_id, ground.sent("passage", "fail"))
    assert receipt.state == "late"
    assert ground.photo(visit_id, "passage")[1] == "late"


def test_own_check_when_begun_twice_a_day_then_gone_on_with_and_daily_only_once(ground: Ground) -> None:
    def begin() -> UUID:
        with ground.session() as session:
            return visits.begin_own_check(
                session, actor=ground.world.actor("safety_a", session), pack=ground.pack(session), kind="daily",
                unit_id=ground.world.units["school_a"], checklist_id=ground.checklist("pack:daily"),
            )  # fmt: skip

    first = begin()
    assert begin() == first
    ground.fill(first, who="safety_a")
    ground.sign(first, "inspector", who="safety_a")
    ground.finish(first, who="safety_a")
    with pytest.raises(Conflict):
        begin()


def test_own_check_when_two_begin_at_the_same_moment_then_it_is_one(ground: Ground) -> None:
    def begin(who: str) -> Callable[[TenantSession], UUID]:
        return lambda session: visits.begin_own_check(
            session, actor=ground.world.actor(who, session), pack=ground.pack(session), kind="daily",
            unit_id=ground.world.units["school_a"], checklist_id=ground.checklist("pack:daily"),
        )  # fmt: skip

    second = second_of_two(ground.world, begin("safety_a"), begin("keeper_a"))
    with ground.session() as session:
        assert list(session.scalars(select(Visit.id))) == [second]


def test_own_check_when_finding_is_reported_then_it_is_the_schools_own(ground: Ground) -> None:
    with ground.session() as session:
        visit_id = visits.begin_own_check(
            session, actor=ground.world.actor("safety_a", session), pack=ground.pack(session), kind="daily",
            unit_id=ground.world.units["school_a"], checklist_id=ground.checklist("pack:daily"),
        )  # fmt: skip
    ground.fill(visit_id, "gate", who="safety_a")
    ground.report(visit_id, "gate", who="safety_a")
    with ground.session() as session:
        hazard = session.scalars(select(Hazard)).one()
        assert (hazard.source, hazard.category, hazard.clauses) == (
            "self_check",
            "security.gate",
            ["WJ-2.5-12"],
        )


def test_own_check_when_asked_for_another_school_then_not_there(ground: Ground) -> None:
    with ground.session() as session, pytest.raises(NotFound):
        visits.begin_own_check(
            session, actor=ground.world.actor("safety_b", session), pack=ground.pack(session), kind="daily",
            unit_id=ground.world.units["school_a"], checklist_id=ground.checklist("pack:daily"),
        )  # fmt: skip


def test_order_when_issued_then_a_numbered_paper_with_every_finding(ground: Ground) -> None:
    visit_id = ground.done("passage", "dorm")
    with ground.session() as session:
        actor = ground.world.actor("head", session)
        orders.issue_order(session, actor=actor, pack=ground.pack(session), storage=ground.storage, visit_id=visit_id)
        row = session.scalars(select(RectificationOrder)).one()
        file = session.get_one(File, (ground.world.tenant.id, row.file_id))
        with ground.storage.open(file.key) as stream:
            document = Document(io.BytesIO(stream.read()))
    assert (row.no, row.findings) == ("武进教安改〔2020〕1号", 2)
    paragraphs = [paragraph.text for paragraph in document.paragraphs]
    assert row.no in paragraphs and "第一小学：" in paragraphs and "2020年11月26日" in paragraphs
    cells = [[cell.text for cell in line.cells] for line in document.tables[0].rows]
    assert [line[0] for line in cells] == ["序号", "1", "2"]
    assert cells[1][3] == "重大" and cells[1][5] and "{" not in str(cells) + str(paragraphs)
    with ground.session() as session:
        days = (
            Span(row.issued_on, row.issued_on),
            Span(row.issued_on - timedelta(days=9), row.issued_on - timedelta(days=1)),
        )
        asked = [Asked("inspections.orders", EVERYTHING, day) for day in days]
        assert ORDERS.count(session, asked, By.UNIT, None) == {ground.world.units["school_a"]: [1, 0]}
        assert ORDERS.count(session, asked, By.UNIT, frozenset({ground.world.units["school_b"]})) == {}
        told = session.scalars(select(Notice.person_id).where(Notice.title.contains(row.no))).all()
        assert ground.world.people["safety_a"] in told and ground.world.people["safety_b"] not in told
        with pytest.raises(Conflict):
            orders.issue_order(
                session,
                actor=ground.world.actor("head", session),
                pack=ground.pack(session),
                storage=ground.storage,
                visit_id=visit_id,
            )


@pytest.mark.parametrize("why", ["clean", "unreported"])
def test_order_when_there_is_nothing_to_serve_then_refused(ground: Ground, why: str) -> None:
    visit_id = ground.special()
    ground.start(visit_id)
    ground.fill(visit_id, *(() if why == "clean" else ("passage",)))
    for role in ("inspector", "unit"):
        ground.sign(visit_id, role)
    ground.finish(visit_id)
    with ground.session() as session, pytest.raises(Refused):
        orders.issue_order(
            session,
            actor=ground.world.actor("head", session),
            pack=ground.pack(session),
            storage=ground.storage,
            visit_id=visit_id,
        )


def test_revisit_when_planned_then_asks_what_failed_and_links_the_open_hazard(ground: Ground) -> None:
    before = ground.done("passage", "dorm")
    with ground.session() as session:
        again = rounds.plan_revisit(
            session, actor=ground.world.actor("head", session), pack=ground.pack(session), visit_id=before,
            planned_on=local_date(session.now()), person_ids=[ground.world.people["inspector"]],
        )  # fmt: skip
        card = visit_card(session, ground.world.actor("inspector", session), again)
    assert {own.code for own in card.answers} == {"passage", "dorm"}
    assert {own.item: own.gone for own in card.earlier} == {"passage": False, "dorm": False}
    ground.start(again)
    ground.fill(again, "passage")
    reported = ground.report(again, "passage")
    assert reported.again
    with ground.session() as session:
        assert session.scalar(select(func.count()).select_from(Hazard)) == 2


def test_revisit_when_nothing_failed_then_refused(ground: Ground) -> None:
    before = ground.done()
    with ground.session() as session, pytest.raises(Refused):
        rounds.plan_revisit(
            session, actor=ground.world.actor("head", session), pack=ground.pack(session), visit_id=before,
            planned_on=local_date(session.now()), person_ids=[ground.world.people["inspector"]],
        )  # fmt: skip


def test_round_when_all_people_have_posts_there_then_refused(ground: Ground) -> None:
    with pytest.raises(Invalid):
        ground.special("school_a", people=("safety_a",))
    assert ground.special("school_b", people=("safety_a",))


def test_list_when_asked_by_a_sibling_school_then_empty_and_by_the_district_then_there(ground: Ground) -> None:
    visit_id = ground.special("school_a")

    def seen(who: str) -> list[UUID]:
        with ground.session() as session:
            page = visits_page(session, ground.world.actor(who, session), asked=VisitFilter(), paging=Paging())
            assert page.total == len(page.items)
            return [line.id for line in page.items]

    assert seen("head") == seen("safety_a") == seen("inspector") == [visit_id]
    assert seen("safety_b") == []


def test_versions_when_the_pack_changes_then_the_old_visit_stays_as_it_was(ground: Ground) -> None:
    from dataclasses import replace

    from core.inspections.offers import offers_of
    from core.inspections.services.checklists import take_offers

    visit_id = ground.special()
    before = ground.items(visit_id)
    with ground.session() as session:
        offers = [
            replace(offer, content=replace(offer.content, items=offer.content.items[:3]))
            for offer in offers_of(ground.pack(session))
            if offer.code == "pack:fire-special"
        ]
        assert take_offers(session, actor=ground.world.system, offers=offers) == 1
    assert ground.items(visit_id) == before
    assert len(ground.items(ground.special("school_b"))) == 3
    with ground.session() as session:
        assert session.scalar(select(func.count()).select_from(Visit)) == 2
        assert session.scalar(select(func.count()).select_from(AnswerVersion)) == 0


def test_peers_when_they_inspect_each_other_then_never_themselves_and_their_findings_become_hazards_there(
    ground: Ground,
) -> None:
    world = ground.world
    with ground.session() as session:
        today = local_date(session.now())
        facts = UnitFacts(code="C1", name="第一片区", kind="cluster", org_type=None, valid_from=today)
        cluster = create_unit(session, actor=world.system, facts=facts, parent_id=world.units["root"])
        for school in ("school_a", "school_b"):
            session.add(
                OrgLink(
                    parent_id=cluster, child_id=world.units[school], tree="cluster", valid_from=today, valid_to=None
                )
            )
    with ground.session() as session:
        rounds.plan_peers(
            session, actor=world.actor("head", session), pack=ground.pack(session), facts=ground.facts("peer", session),
            cluster_id=cluster,
        )  # fmt: skip
    with ground.session() as session:
        rows = session.execute(select(Visit.id, Visit.unit_id, Visit.inspecting_unit_id)).all()
        here = {row.unit_id: (row.id, row.inspecting_unit_id) for row in rows}
        teams = session.execute(select(Inspector.visit_id, Inspector.person_id)).all()
    a, b = world.units["school_a"], world.units["school_b"]
    assert {unit: other for unit, (_, other) in here.items()} == {a: b, b: a}
    visit_id = here[a][0]
    assert {row.person_id for row in teams if row.visit_id == visit_id} == {world.people["safety_b"]}
    with pytest.raises(Forbidden):
        ground.start(visit_id, who="safety_a")
    ground.start(visit_id, who="safety_b")
    ground.fill(visit_id, "passage", who="safety_b")
    reported = ground.report(visit_id, "passage", who="safety_b")
    with ground.session() as session:
        hazard = session.get_one(Hazard, (world.tenant.id, reported.hazard_id))
        assert (hazard.unit_id, hazard.finder_unit_id, hazard.found_by) == (a, b, world.people["safety_b"])
        assert hazard.origin == "inspection"
