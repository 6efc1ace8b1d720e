"""完整与及时: two zero reports and a late one, who is missing, and 催报 from the grid."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from openpyxl import load_workbook
from sqlalchemy import event, select

from core.db.sessions import TenantSession
from core.http.paging import Paging
from core.kernel.clock import local_date
from core.kernel.errors import Forbidden, Invalid
from core.kernel.schoolyear import Span
from core.notify.models import Notice
from core.notify.services import mark_read
from core.orgs.services import create_unit
from core.orgs.services.creation import UnitFacts
from core.reports.evidence import filed
from core.reports.life import Standing
from core.reports.models import Reminder
from core.reports.queries.filings import waiting
from core.reports.queries.grid import GridFilter, grid
from core.reports.queries.rounds import RoundFilter, codes_with_rounds, rounds_page
from core.reports.services.filings import Typed
from core.reports.services.reminders import send_digests, urge
from core.reports.tables import grid_xlsx
from core.reports.words import cell_words
from core.tenancy.models import PackOverride
from tests.core.reports.district import build_tongyu
from tests.core.reports.ground import TEN_DAY, Ground, at


@pytest.fixture
def filed_ground(ground: Ground) -> Ground:
    """Two zero reports in time, and one report after midnight."""
    ground.go(at(2018, 11, 27))
    ground.open()
    ground.go(at(2018, 12, 5))
    for who, unit in (("principal_b", "school_b"), ("principal_k", "kindergarten")):
        ground.zero(who, ground.begin(who, unit))
    ground.go(at(2018, 12, 7, 8))
    ground.sign("principal_a", ground.begin("principal_a", "school_a"))
    return ground


def words(ground: Ground, who: str = "head", **asked: object) -> dict[str, tuple[str, ...]]:
    """Unit → words of the round of 12-06."""
    with ground.world.session(read_only=True) as session:
        found = grid(
            session, ground.world.actor(who, session),
            asked=GridFilter(**{"code": TEN_DAY, "round_id": ground.round(), **asked}), paging=Paging(),  # type: ignore[arg-type]
        )  # fmt: skip
        place = [one.id for one in found.rounds].index(ground.round())
        return {row.unit_name: cell_words(row.cells[place].found) for row in found.page.items}


def test_two_zero_reports_and_a_late_one_and_the_grid_says_so(filed_ground: Ground) -> None:
    assert words(filed_ground) == {
        "第一小学": ("已报", "迟报"), "第二初级中学": ("已报", "零报"), "第一幼儿园": ("已报", "零报"),
    }  # fmt: skip
    assert set(words(filed_ground, standing="late")) == {"第一小学"}
    assert set(words(filed_ground, standing="zero")) == {"第二初级中学", "第一幼儿园"}
    assert words(filed_ground, standing="owed") == {}
    with filed_ground.world.session(read_only=True) as session:
        actor = filed_ground.world.actor("head", session)
        lines = rounds_page(session, actor, asked=RoundFilter(code=TEN_DAY), paging=Paging()).items
    line = next(one for one in lines if one.key == "ten-day@2018-12-06")
    assert (line.expected, line.filed, line.in_time, line.late, line.zeros, line.missing) == (3, 3, 2, 1, 2, 0)


def test_on_the_due_day_everybody_is_missing_and_after_it_overdue(ground: Ground) -> None:
    ground.open()
    assert set(words(ground).values()) == {("未报",)}
    ground.go(at(2018, 12, 7, 0))
    assert set(words(ground).values()) == {("逾期未报",)}
    assert len(words(ground, standing=Standing.OVERDUE)) == 3


def test_a_school_sees_its_own_line_only(filed_ground: Ground) -> None:
    assert set(words(filed_ground, who="principal_a")) == {"第一小学"}


def test_the_neighbour_sees_nothing(filed_ground: Ground) -> None:
    other = Ground(build_tongyu(filed_ground.world.db), filed_ground.clock)
    with other.world.session(read_only=True) as session:
        actor = other.world.actor("head", session)
        assert rounds_page(session, actor, asked=RoundFilter(), paging=Paging()).total == 0
        assert session.execute(filed(session, Span(date(2018, 1, 1), date(2019, 1, 1)))).all() == []


def test_urging_tells_the_filers_once_a_day_and_the_receipt_comes_back(ground: Ground) -> None:
    ground.open()
    ground.go(at(2018, 12, 7))
    ground.sign("principal_b", ground.begin("principal_b", "school_b"))
    units = [ground.world.units[name] for name in ("school_a", "school_b", "kindergarten")]
    with ground.world.session() as session:
        actor = ground.world.actor("officer", session)
        done = urge(session, actor=actor, unit_ids=units, round_id=ground.round())
    assert (done.told, done.already, done.nothing, done.nobody) == (2, 0, 1, 0)
    ground.go(at(2018, 12, 7, 15))
    with ground.world.session() as session:
        actor = ground.world.actor("officer", session)
        again = urge(session, actor=actor, unit_ids=units, round_id=ground.round())
    assert (again.told, again.already) == (0, 2)

    with ground.world.session() as session:
        notices = {row.person_id: row for row in session.scalars(select(Notice).where(Notice.kind == "report.urged"))}
        assert set(notices) == {ground.world.people[name] for name in ("principal_a", "safety_a", "principal_k")}
        mine = notices[ground.world.people["principal_a"]]
        assert mine.title.startswith("催报：") and "冬春安全整治大会战十日报表" in mine.body
        mark_read(session, person_id=mine.person_id, notice_id=mine.id)
    with ground.world.session(read_only=True) as session:
        found = grid(
            session,
            ground.world.actor("head", session),
            asked=GridFilter(code=TEN_DAY, round_id=ground.round()),
            paging=Paging(),
        )
    receipts = {row.unit_name: row.receipt for row in found.page.items}
    school = receipts["第一小学"]
    assert school is not None and (school.told, school.read, school.kind) == (2, 1, "urge")
    assert receipts["第二初级中学"] is None

    ground.go(at(2018, 12, 8))
    with ground.world.session() as session:
        assert (
            urge(session, actor=ground.world.actor("officer", session), unit_ids=units, round_id=ground.round()).told
            == 2
        )


@dataclass
class Running:
    """A clock that goes on with every look at it, as it does outside of tests."""

    at: datetime

    def now(self) -> datetime:
        self.at += timedelta(microseconds=1)
        return self.at


def test_reminder_when_the_clock_runs_then_knows_its_notices(ground: Ground) -> None:
    ground.open()
    ground.go(at(2018, 12, 7))
    with ground.world.session() as session:
        session.clock = Running(session.now())
        done = urge(
            session, actor=ground.world.actor("officer", session), unit_ids=[ground.world.units["school_a"]], round_id=ground.round(),
        )  # fmt: skip
        assert done.told == 1
        (reminder,) = session.scalars(select(Reminder)).all()
        sent = session.scalars(select(Notice.id).where(Notice.kind == "report.urged")).all()
        assert len(sent) == 2 and set(reminder.notices) == set(sent)


def test_only_who_may_urge_urges(ground: Ground) -> None:
    ground.open()
    with ground.world.session() as session:
        with pytest.raises(Forbidden):
            urge(session, actor=ground.world.actor("principal_a", session), unit_ids=[ground.world.units["school_b"]])
        with pytest.raises(Invalid):
            urge(session, actor=ground.world.actor("officer", session), unit_ids=[])


def test_the_digest_comes_once_on_the_working_day_before_and_after(ground: Ground) -> None:
    ground.open()
    with ground.world.session() as session:
        # Thursday, the due day itself
        assert send_digests(session, actor=ground.world.system) == 3
        assert send_digests(session, actor=ground.world.system) == 0
    ground.go(at(2018, 12, 8))
    with ground.world.session() as session:
        assert local_date(session.now()).weekday() == 5
        assert send_digests(session, actor=ground.world.system) == 0, "nobody is told on a free day"
    ground.go(at(2018, 12, 7))
    with ground.world.session() as session:
        assert send_digests(session, actor=ground.world.system) == 3, "overdue since yesterday"
        assert {row.kind for row in session.scalars(select(Reminder))} == {"digest"}


def test_the_digest_comes_as_many_days_before_as_the_district_sets(ground: Ground) -> None:
    ground.open()
    ground.go(at(2018, 12, 3))  # Monday; due on Thursday
    with ground.world.session() as session:
        assert send_digests(session, actor=ground.world.system) == 0
        session.add(PackOverride(path="settings.due.reminder_days", value=3, set_by=None, set_at=session.now()))
    with ground.world.session() as session:
        assert send_digests(session, actor=ground.world.system) == 3


def test_evidence_is_the_first_day_and_the_key_of_the_period(filed_ground: Ground) -> None:
    with filed_ground.world.session(read_only=True) as session:
        rows = session.execute(filed(session, Span(date(2018, 12, 1), date(2018, 12, 31)))).all()
        early = session.execute(filed(session, Span(date(2018, 12, 1), date(2018, 12, 6)))).all()
    found = {row.unit_id: (row.activity, row.key, row.on_date.isoformat(), row.times, row.kind) for row in rows}
    assert found[filed_ground.world.units["school_a"]] == (
        "report:ten-day", "ten-day@2018-12-06", "2018-12-07", 1, "filing",
    )  # fmt: skip
    assert found[filed_ground.world.units["school_b"]][2] == "2018-12-05"
    assert len(early) == 2


def test_what_was_returned_is_no_evidence_until_it_is_signed_again(ground: Ground) -> None:
    ground.open()
    filing_id = ground.begin("principal_a", "school_a")
    ground.sign("principal_a", filing_id)
    ground.review("head", filing_id, "returned", "请补充")
    span = Span(date(2018, 12, 1), date(2018, 12, 31))
    with ground.world.session(read_only=True) as session:
        assert session.execute(filed(session, span)).all() == []
    ground.go(at(2018, 12, 9))
    ground.sign("principal_a", filing_id, Typed(summary="已补充"))
    with ground.world.session(read_only=True) as session:
        (row,) = session.execute(filed(session, span)).all()
    assert row.on_date == date(2018, 12, 6)


def test_the_grid_as_xlsx_says_the_same_words(filed_ground: Ground) -> None:
    with filed_ground.world.session(read_only=True) as session:
        found = grid(
            session, filed_ground.world.actor("head", session), asked=GridFilter(code=TEN_DAY), paging=Paging(1, 200)
        )
        content = grid_xlsx(found, said=str, made_by="测试", at=session.now(), tenant="某某县教育局")
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    rows = [[str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)]
    text = "\n".join("|".join(row) for row in rows)
    assert "第一小学" in text and "已报·迟报" in text and "已报·零报" in text
    assert "应报3，已报3，及时2，零报2，未报0" in text


def test_desk_counts_what_is_mine_and_what_waits(filed_ground: Ground) -> None:
    with filed_ground.world.session(read_only=True) as session:
        mine = waiting(session, filed_ground.world.actor("principal_a", session))
        officer = waiting(session, filed_ground.world.actor("officer", session))
    assert mine.to_review == 0 and mine.mine > 0
    assert officer.to_review == 3


def test_the_report_that_most_units_owe_comes_first(filed_ground: Ground) -> None:
    with filed_ground.world.session(read_only=True) as session:
        actor = filed_ground.world.actor("head", session)
        codes = [code for code, _ in codes_with_rounds(session, actor)]
        owed = [
            grid(session, actor, asked=GridFilter(code=code, standing="owed"), paging=Paging()).page.total
            for code in codes
        ]
    assert len(codes) == len(set(codes)) > 1 and owed[0] > 0
    assert owed == sorted(owed, reverse=True)


@pytest.mark.parametrize("schools", [1, 3])
def test_the_grid_asks_a_fixed_number_of_queries(ground: Ground, schools: int) -> None:
    for number in range(schools * 3):
        _school(ground, f"X{number}")
    ground.open()
    counts = []
    for size in (1, 3 * schools):
        with ground.world.session(read_only=True) as session:
            actor = ground.world.actor("head", session)
            seen = _counted(session)
            grid(session, actor, asked=GridFilter(code=TEN_DAY), paging=Paging(1, size))
            counts.append(len(seen))
            behind = grid(session, actor, asked=GridFilter(code=TEN_DAY), paging=Paging(9, 3 * schools)).page
            assert (behind.items, behind.total > 0) == ((), True), "a page behind the last knows how many there are"
    assert counts[0] == counts[1] <= 5


def _school(ground: Ground, code: str) -> UUID:
    with ground.world.session() as session:
        facts = UnitFacts(
            code=code,
            name=f"第{code}小学",
            kind="school",
            org_type="primary",
            stages=("primary",),
            valid_from=date(2018, 9, 1),
        )
        return create_unit(session, actor=ground.world.system, parent_id=ground.world.units["root"], facts=facts)


def _counted(session: TenantSession) -> list[str]:
    seen: list[str] = []
    session.execute(select(1))
    engine = session.get_bind()

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    return seen
