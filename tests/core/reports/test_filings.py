"""A school files, signs, files nothing, is sent back, corrects: whatever was submitted stays."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import select

from core.http.paging import Paging
from core.kernel.errors import Forbidden, Invalid, NotFound, Refused, Stale
from core.notify.models import Notice
from core.reports.life import Standing
from core.reports.models import FilingReview, FilingVersion
from core.reports.queries.filings import filing_card, waiting
from core.reports.queries.grid import GridFilter, grid
from core.reports.queries.owing import owing_now
from core.reports.services import filings
from core.reports.services.filings import Typed
from core.tenancy.models import PackVersion
from tests.core.reports.ground import Ground, at, version
from tests.factories.world import compiled


def versions(ground: Ground, filing_id: UUID) -> list[FilingVersion]:
    with ground.world.session(read_only=True) as session:
        rows = session.scalars(
            select(FilingVersion).where(FilingVersion.filing_id == filing_id).order_by(FilingVersion.no)
        ).all()
        for row in rows:
            session.expunge(row)
        return list(rows)


def test_signing_in_time_submits_a_version_with_the_facts(ground: Ground) -> None:
    ground.open()
    filing_id = ground.begin("principal_a", "school_a")
    number = ground.sign("principal_a", filing_id)

    row, (kept,) = ground.state(filing_id), versions(ground, filing_id)
    assert (number, row.state, row.late, row.zero, row.draft) == (1, "submitted", False, False, None)
    assert row.submitted_on is not None and row.submitted_on.isoformat() == "2018-12-06"
    assert kept.content["summary"] == "本期已排查，情况如实。"
    assert [one["code"] for one in kept.content["figures"]][:2] == ["hazards_found", "hazards_major"]
    assert set(kept.content["sheets"]) == {"t1", "t2", "t3"}
    assert kept.signed_as == "principal_a" and kept.by_post == "校长（园长）"


def test_late_is_told_from_the_due_time(ground: Ground) -> None:
    ground.open()
    filing_id = ground.begin("principal_a", "school_a")
    ground.go(at(2018, 12, 6, 23))
    other = ground.begin("principal_b", "school_b")
    ground.sign("principal_b", other)
    ground.go(at(2018, 12, 7, 0))
    ground.sign("principal_a", filing_id)

    assert ground.state(filing_id).late
    assert not ground.state(other).late, "「D日前」 is kept to the end of D"


def inferred(ground: Ground, code: str) -> None:
    """The pack's next version says of the report that its day is 待确认."""
    with ground.world.session() as session:
        content = compiled("tongyu").content
        reports = [{**one, "confirm": True} if one["code"] == code else one for one in content["reports"]]
        session.add(
            PackVersion(
                version=2, digest="inferred", content={**content, "reports": reports}, applied_at=session.now(), applied_by="测试"
            )
        )  # fmt: skip


def test_a_day_that_is_only_inferred_makes_nothing_late(ground: Ground) -> None:
    """待确认 is shown, never a breach (packs.md): not in the grid, on the desk, in a reminder or in what was filed."""
    inferred(ground, "plan")
    ground.open()
    today, plan = date(2018, 12, 6), ground.round("plan@once")
    with ground.world.session(read_only=True) as session:
        head, principal = (ground.world.actor(who, session) for who in ("head", "principal_a"))
        found = grid(session, head, asked=GridFilter(code="plan", round_id=plan), paging=Paging(1, 50))
        assert found.focus is not None and (found.focus.due_on, found.focus.due_at) == (date(2018, 11, 26), None)
        assert {cell.found.standing for row in found.page.items for cell in row.cells if cell.found} == {
            Standing.MISSING
        }
        owed = owing_now(session, units=[ground.world.units["school_a"]])
        assert {one.title for one in owed if one.due_on and one.due_on < today and not one.passed(today)} == {
            "冬春安全整治大会战实施方案"
        }
        assert waiting(session, principal).overdue == sum(one.passed(today) for one in owed) > 0
    filing_id = ground.begin("principal_a", "school_a", "plan@once")
    ground.sign("principal_a", filing_id)
    assert not ground.state(filing_id).late


def test_zero_report_is_a_signed_sentence(ground: Ground) -> None:
    ground.open()
    filing_id = ground.begin("principal_a", "school_a")
    ground.zero("principal_a", filing_id)

    (kept,) = versions(ground, filing_id)
    assert kept.kind == "zero"
    assert kept.sentence == (
        "第一小学：《冬春安全整治大会战十日报表》第2期（2018年11月27日至2018年12月6日）期间，本单位无应报告事项，特此零报告。"
    )
    assert (kept.signed_as, kept.by_id) == ("principal_a", ground.world.people["principal_a"])
    assert ground.state(filing_id).zero


def test_zero_report_of_another_sentence_or_another_name_is_refused(ground: Ground) -> None:
    ground.open()
    filing_id = ground.begin("principal_a", "school_a")
    with ground.world.session() as session:
        actor = ground.world.actor("principal_a", session)
        seen = version(session, filing_id)
        with pytest.raises(Invalid) as fault:
            filings.sign_zero(
                session, actor=actor, filing_id=filing_id, version=seen, signed_as=actor.name, sentence="没有事"
            )
        assert "sentence" in fault.value.fields
        with pytest.raises(Invalid) as fault:
            filings.sign_zero(
                session, actor=actor, filing_id=filing_id, version=seen, signed_as="别人", sentence="没有事"
            )
        assert "signed_as" in fault.value.fields


def test_zero_report_where_the_notice_knows_none_is_refused(ground: Ground) -> None:
    ground.open()
    filing_id = ground.begin("principal_a", "school_a", "plan@once")
    with pytest.raises(Refused):
        ground.zero("principal_a", filing_id)


def test_a_figure_that_differs_needs_its_reason_and_stays_visible(ground: Ground) -> None:
    ground.open()
    filing_id = ground.begin("principal_a", "school_a")
    with pytest.raises(Invalid) as fault:
        ground.sign("principal_a", filing_id, Typed(figures={"hazards_found": 3}))
    assert "reason.hazards_found" in fault.value.fields

    ground.sign(
        "principal_a", filing_id, Typed(figures={"hazards_found": 3}, reasons={"hazards_found": "手工台账3处尚未录入"})
    )
    figure = versions(ground, filing_id)[0].content["figures"][0]
    assert (figure["computed"], figure["typed"], figure["reason"]) == (0, 3, "手工台账3处尚未录入")


def test_a_cell_of_a_table_that_differs_from_the_ledger_needs_its_reason(ground: Ground) -> None:
    ground.open()
    filing_id = ground.begin("principal_a", "school_a")
    with ground.world.session(read_only=True) as session:
        card = filing_card(session, ground.world.actor("principal_a", session), filing_id)
    assert card.draft is not None
    from core.statistics.sheet import Origin, Sheet

    sheet = Sheet.from_json(card.draft.sheets["t1"])
    row = next(row for row in sheet.rows if not row.total)
    head = next(head for head in sheet.columns if head.origin is Origin.FACT and head.type == "int")
    place = ("t1", row.code, head.code)
    with pytest.raises(Invalid) as fault:
        ground.sign("principal_a", filing_id, Typed(cells={place: "7"}))
    assert f"tr.t1.{row.code}.{head.code}" in fault.value.fields
    ground.sign("principal_a", filing_id, Typed(cells={place: "7"}, cell_reasons={place: "台账未录"}))

    kept = Sheet.from_json(versions(ground, filing_id)[0].content["sheets"]["t1"])
    cell = kept.cell(row.code, head.code)
    assert (cell.value, cell.ledger, cell.reason) == (7, sheet.cell(row.code, head.code).ledger, "台账未录")
    assert kept.complete(), "numbers left blank are filed as 0"


def test_an_empty_report_without_figures_is_not_signed(ground: Ground) -> None:
    ground.open()
    filing_id = ground.begin("principal_a", "school_a", "plan@once")
    with pytest.raises(Invalid) as fault:
        ground.sign("principal_a", filing_id, Typed())
    assert "summary" in fault.value.fields


def test_the_officer_writes_and_the_head_signs(ground: Ground) -> None:
    ground.open()
    filing_id = ground.begin("safety_a", "school_a")
    with ground.world.session() as session:
        actor = ground.world.actor("safety_a", session)
        filings.save_draft(
            session, actor=actor, filing_id=filing_id, version=version(session, filing_id), typed=Typed(summary="已排查。"), ready=True
        )  # fmt: skip
    with pytest.raises(Forbidden):
        ground.sign("safety_a", filing_id)
    with ground.world.session(read_only=True) as session:
        told = set(session.scalars(select(Notice.person_id).where(Notice.kind == "report.ready")))
    assert told == {ground.world.people["principal_a"]}
    ground.sign("principal_a", filing_id, Typed())
    assert versions(ground, filing_id)[0].content["summary"] == "已排查。"


def test_nobody_files_for_a_school_from_above_or_from_beside(ground: Ground) -> None:
    ground.open()
    with pytest.raises(Forbidden):
        ground.begin("head", "school_a")
    with pytest.raises(NotFound):
        ground.begin("principal_b", "school_a")
    with pytest.raises(NotFound):
        ground.begin("principal_a", "section")


def test_accepted_is_locked_and_a_correction_keeps_what_was_submitted(ground: Ground) -> None:
    ground.open()
    filing_id = ground.begin("principal_a", "school_a")
    ground.sign("principal_a", filing_id)
    ground.review("head", filing_id, "accepted")
    with pytest.raises(Refused, match="上级已审，不能修改"):
        ground.sign("principal_a", filing_id)

    with ground.world.session() as session:
        actor = ground.world.actor("principal_a", session)
        seen = version(session, filing_id)
        with pytest.raises(Invalid):
            filings.reopen(session, actor=actor, filing_id=filing_id, version=seen, kind="correction", reason=" ")
    with ground.world.session() as session:
        actor = ground.world.actor("principal_a", session)
        filings.reopen(
            session,
            actor=actor,
            filing_id=filing_id,
            version=version(session, filing_id),
            kind="correction",
            reason="漏报一处",
        )
    first = versions(ground, filing_id)
    assert ground.state(filing_id).state == "correcting" and len(first) == 1
    ground.go(at(2018, 12, 9))
    ground.sign("principal_a", filing_id, Typed(summary="更正后的情况。"))

    row, kept = ground.state(filing_id), versions(ground, filing_id)
    assert (row.state, row.late, row.latest_no, row.accepted_no) == ("submitted", False, 2, 1)
    assert row.submitted_on is not None and row.submitted_on.day == 6, "filed is when it was filed first"
    assert kept[0].content == first[0].content and kept[0].digest == first[0].digest
    assert (kept[1].kind, kept[1].reason, kept[1].late) == ("correction", "漏报一处", True)


def test_a_dropped_correction_leaves_everything_as_it_was(ground: Ground) -> None:
    ground.open()
    filing_id = ground.begin("principal_a", "school_a")
    ground.sign("principal_a", filing_id)
    ground.review("head", filing_id, "accepted")
    with ground.world.session() as session:
        actor = ground.world.actor("principal_a", session)
        filings.reopen(
            session,
            actor=actor,
            filing_id=filing_id,
            version=version(session, filing_id),
            kind="supplement",
            reason="补充材料",
        )
        filings.drop_correction(session, actor=actor, filing_id=filing_id, version=version(session, filing_id))
    row = ground.state(filing_id)
    assert (row.state, row.draft, row.reopened, row.latest_no) == ("accepted", None, "", 1)


def test_returned_goes_back_with_words_and_keeps_its_first_day(ground: Ground) -> None:
    ground.open()
    filing_id = ground.begin("principal_a", "school_a")
    ground.sign("principal_a", filing_id)
    with pytest.raises(Invalid):
        ground.review("officer", filing_id, "returned")
    ground.review("officer", filing_id, "returned", "请补充整改照片")
    with ground.world.session(read_only=True) as session:
        told = {
            notice.person_id: notice
            for notice in session.scalars(select(Notice).where(Notice.kind == "report.returned"))
        }
        said = session.scalars(select(FilingReview)).one()
    assert set(told) == {ground.world.people["principal_a"], ground.world.people["safety_a"]}
    assert (said.verdict, said.words, said.version_no) == ("returned", "请补充整改照片", 1)
    ground.go(at(2018, 12, 8))
    ground.sign("principal_a", filing_id, Typed(summary="已补充。"))
    row = ground.state(filing_id)
    assert (row.state, row.late, row.latest_no) == ("submitted", False, 2)


def test_who_signed_does_not_review(ground: Ground) -> None:
    """The bureau's own report: signed by the head, looked at by the director."""
    ground.open()
    with ground.world.session() as session:
        actor = ground.world.actor("head", session)
        assert actor.may("report:filing:review", ground.world.units["root"])
    with ground.world.session(read_only=True) as session:
        from core.reports.models import Expected, ReportRound

        key = session.scalars(
            select(ReportRound.key)
            .join(Expected, Expected.round_id == ReportRound.id)
            .where(Expected.unit_id == ground.world.units["root"])
        ).first()
    assert key == "annual-assessment@2018"
    filing_id = ground.begin("head", "root", key)
    ground.sign("head", filing_id)
    with pytest.raises(Refused, match="本人签报"):
        ground.review("head", filing_id, "accepted")
    ground.review("leader", filing_id, "accepted")
    assert ground.state(filing_id).state == "accepted"


def test_the_second_of_two_writers_is_told(ground: Ground) -> None:
    ground.open()
    filing_id = ground.begin("principal_a", "school_a")
    with ground.world.session() as session:
        actor = ground.world.actor("safety_a", session)
        seen = version(session, filing_id)
        filings.save_draft(session, actor=actor, filing_id=filing_id, version=seen, typed=Typed(summary="甲"))
        with pytest.raises(Stale):
            filings.save_draft(session, actor=actor, filing_id=filing_id, version=seen, typed=Typed(summary="乙"))


def test_the_next_report_shows_what_was_filed_last_time(ground: Ground) -> None:
    ground.open()
    first = ground.begin("principal_a", "school_a")
    ground.sign("principal_a", first, Typed(figures={"hazards_found": 3}, reasons={"hazards_found": "手工台账"}))
    ground.go(at(2018, 12, 10))
    ground.open()
    second = ground.begin("principal_a", "school_a", "ten-day@2018-12-16")
    draft = ground.state(second).draft
    assert draft is not None
    by_code = {one["code"]: one for one in draft["figures"]}
    assert (by_code["hazards_found"]["previous"], by_code["hazards_found"]["computed"]) == (3, 0)
    assert by_code["hazards_closed"]["previous"] == 0
