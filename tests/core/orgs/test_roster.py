from __future__ import annotations

import io
from datetime import date, timedelta
from uuid import UUID

import openpyxl
import pytest
from sqlalchemy import func, select

from core.access.actor import Actor
from core.exchange.models import ImportBatch, ImportChunk
from core.exchange.queries.imports import rows_at_fault
from core.exchange.services.at_once import import_at_once
from core.exchange.services.committing import order_commit
from core.exchange.services.receiving import Received
from core.exchange.services.undoing import forget_batches
from core.identity.models import Person
from core.kernel.clock import FixedClock
from core.kernel.errors import Invalid, NotFound, Refused
from core.orgs.models import OrgUnit, Post
from core.orgs.queries import descendants
from core.orgs.queries.units import unit_cards
from core.orgs.services import appoint, rename_unit
from tests.core.exchange import tables
from tests.core.orgs.ground import SINCE, District

UNITS = """全区学校名册,,,,,,
制表：安全科,,,,,,
学校代码*,学校名称（全称）,办学类型,学　段,在校生数,片区,主管单位,备注
S7,第七小学,小学,小学,"１,２００",二片区,,甲
S8P,第八小学食堂,重点部位,,,,S8,乙
S8,第八小学,完小,小学、初中,800人,C1,区教育局,丙
"""
PEOPLE = """登录名,姓名,手机号码,学校,岗位,任职日期,结束日期
Safety.S1,甲老师,13800000000,第一小学,安全主任,2020年9月1日,长期
safety.s1,甲老师,13800000000,S2,教师,44075,
head.s2,乙老师,,第二小学,园长,2020/9/1,
"""


def receive(
    here: District, content: str | bytes, kind: str = "orgs.units", actor: Actor | None = None
) -> tuple[Received, ImportBatch]:
    with here.open() as session:
        received = tables.send(tables.work_of(session, actor or here.system), content, kind)
        return received, tables.batch_of(session, received.batch_id)


def faults(
    here: District, content: str, kind: str = "orgs.units", actor: Actor | None = None
) -> dict[int, dict[str, str]]:
    received, _ = receive(here, content, kind, actor)
    with here.open() as session:
        return tables.faults_of(session, received.batch_id)


def commit(here: District, content: str | bytes, kind: str = "orgs.units") -> ImportBatch:
    received, _ = receive(here, content, kind)
    with here.open() as session:
        return tables.commit(tables.work_of(session, here.system), received.batch_id)


def undo(here: District, batch_id: UUID) -> None:
    with here.open() as session:
        tables.undo(tables.work_of(session, here.system), batch_id)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_of_units_in_any_encoding(here: District, there: District, encoding: str) -> None:
    batch = commit(here, UNITS.encode(encoding))
    assert (batch.total, batch.faulty, batch.created) == (3, 0, 3)
    with here.open() as session:
        units = {unit.code: unit for unit in session.scalars(select(OrgUnit))}
        cards = unit_cards(session, [unit.id for unit in units.values()])
    assert (units["S7"].student_count, units["S7"].stages, units["S7"].org_type) == (1200, ["primary"], "primary")
    assert (units["S8"].stages, units["S8"].student_count) == (["primary", "junior"], 800)
    assert cards[units["S8P"].id].school_name == "第八小学", "a parent may stand further down"
    assert cards[units["S7"].id].parent_id == here.units["B"]
    with there.open() as session:
        assert session.scalar(select(OrgUnit.id).where(OrgUnit.code == "S7")) is None


def test_xlsx_with_dates_and_numbers_as_the_spreadsheet_has_them(here: District) -> None:
    book = openpyxl.Workbook()
    book.active.append(["说明：以下为名册"])  # type: ignore[union-attr]
    sheet = book.create_sheet("名册")
    sheet.append([])
    sheet.append(["单位代码", "单位名称", "单位类型", "学生数", "启用日期"])
    sheet.append([7001, "第七小学", "小学", 1200.0, date(2015, 9, 1)])
    sheet.append(["S9", "第九小学", "小学", None, 43831])
    stream = io.BytesIO()
    book.save(stream)
    batch = commit(here, stream.getvalue())
    assert (batch.created, batch.faulty) == (2, 0)
    with here.open() as session:
        units = {unit.code: unit for unit in session.scalars(select(OrgUnit))}
        assert (units["7001"].valid_from, units["7001"].student_count) == (date(2015, 9, 1), 1200)
        assert units["S9"].valid_from == date(2020, 1, 1)
        rows = session.scalars(select(ImportChunk.rows).where(ImportChunk.batch_id == batch.id)).one()
        assert [number for number, _ in rows] == [3, 4], "as the spreadsheet numbers its rows"


def test_faults_name_the_field_and_what_is_right(here: District) -> None:
    found = faults(
        here,
        "单位代码,单位名称,单位类型,学生数,启用日期,上级单位,办学性质\n"
        ",无代码小学,小学,,,,\nA,甲,航空学校,,,,\nB1,乙,小学,很多,三月,,\nB2,丙,小学,,,没有的单位,半公半民\nA2,丁,小学,,,,\nA2,戊,小学,,,,\nA3,己,小学,,,A3,\n",
    )
    assert found[2] == {"code": "必填"}
    assert "没有这种类型" in found[3]["type"]
    assert set(found[4]) == {"student_count", "valid_from"}
    assert set(found[5]) == {"ownership"}
    assert found[7] == {"": "与第6行重复，请删去一行"}
    assert found[8] == {"parent": "上级不能是自己"}
    assert 6 not in found


def test_people_and_posts_are_made_once(here: District) -> None:
    batch = commit(here, PEOPLE, "orgs.people")
    assert (batch.created, batch.faulty, batch.refused) == (3, 0, 0)
    with here.open() as session:
        people = {person.login: person for person in session.scalars(select(Person))}
        assert set(people) == {"safety.s1", "head.s2"}
        assert people["safety.s1"].password_hash is None
        posts = session.scalars(select(Post).where(Post.person_id == people["safety.s1"].id)).all()
        assert {(post.post_code, post.valid_from) for post in posts} == {
            ("safety", date(2020, 9, 1)),
            ("teacher", date(2020, 9, 1)),
        }
    again = commit(here, PEOPLE + "\n", "orgs.people")
    assert (again.created, again.same) == (0, 3), "another file with the same rows changes nothing"


def test_same_file_twice_is_one_batch(here: District) -> None:
    first, _ = receive(here, UNITS)
    second, _ = receive(here, UNITS)
    assert (first.known, second.known, first.batch_id) == (False, True, second.batch_id)
    with here.open() as session:
        work = tables.work_of(session, here.system)
        job = order_commit(work, batch_id=first.batch_id)
        assert order_commit(work, batch_id=first.batch_id) == job


def test_people_faults(here: District) -> None:
    with here.open() as session:
        here.person(session, "taken", ("teacher", "S1"))
    found = faults(
        here,
        "账号,姓名,单位,岗位,手机,任职开始,任职结束\n中文,甲,S1,教师,,,\ntaken,另一人,S1,教师,,,\nabc,乙,第一小学,飞行员,abc,2020-09-01,2020-08-01\n"
        "abd,丙,没有,教师,,,\nabe,丁,S1,教师,,,\nabe,戊,S2,教师,,,\n",
        "orgs.people",
    )
    assert "小写字母" in found[2]["login"]
    assert "已用于" in found[3]["login"]
    assert set(found[4]) == {"post", "phone", "valid_to"}
    assert set(found[5]) == {"unit"}
    assert "已用于丁" in found[7]["login"]
    assert 6 not in found


def test_school_imports_its_own_and_gives_no_more_than_it_has(here: District) -> None:
    with here.open() as session:
        school = here.actor(session, here.person(session, "s1.safety", ("safety", "S1")))
    found = faults(
        here,
        "登录名,姓名,单位,岗位\naaa,甲,S1,教师\nbbb,乙,S2,教师\nccc,丙,S1,校长\nddd,丁,S1,安全主任\n",
        "orgs.people",
        school,
    )
    assert set(found) == {3}
    received, _ = receive(here, "登录名,姓名,单位,岗位\nxyz,甲,S1,教师\n", "orgs.people", school)
    with here.open() as session:
        stranger = here.actor(session, here.person(session, "s2.safety", ("safety", "S2")))
        with pytest.raises(NotFound):
            order_commit(tables.work_of(session, stranger), batch_id=received.batch_id)
    units = faults(
        here,
        "单位编码,单位名称,单位类型,上级单位\nS1G,体育馆,重点部位,S1\nS2G,体育馆,重点部位,S2\nX,新小学,小学,\nS2,改名,小学,\n",
        actor=school,
    )
    assert set(units) == {3, 4, 5}


def test_row_that_the_data_of_today_refuses_does_not_stop_the_others(here: District) -> None:
    received, _ = receive(here, "登录名,姓名,单位,岗位\naaa,甲,S1,校长\nbbb,乙,S1,教师\n", "orgs.people")
    with here.open() as session:
        here.person(session, "first", ("principal", "S1"))
    with here.open() as session:
        batch = tables.commit(tables.work_of(session, here.system), received.batch_id)
    with here.open() as session:
        assert (batch.created, batch.refused) == (1, 1)
        ((kept, why),) = rows_at_fault(tables.work_of(session, here.system), batch.id)
        assert kept[0] == "aaa" and "同一时间只能有一人" in "；".join(why.values())
        assert session.scalar(select(Person.id).where(Person.login == "aaa")) is None, "half a row is no row"


def test_crash_between_chunks_repeats_nothing(here: District, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.exchange.services.reading.CHUNK", 2)
    lines = "".join(f"X{n},第{n}小学,小学\n" for n in range(20, 27))
    received, _ = receive(here, "单位代码,单位名称,单位类型\n" + lines)

    class Crash(Exception):
        pass

    def crash(done: int, total: int) -> None:
        session.commit()
        if done == 4:
            raise Crash

    with pytest.raises(Crash), here.open() as session:
        tables.commit(tables.work_of(session, here.system), received.batch_id, crash)
    steps: list[tuple[int, int]] = []
    with here.open() as session:
        batch = tables.commit(
            tables.work_of(session, here.system), received.batch_id, lambda done, total: steps.append((done, total))
        )
    assert steps == [(6, 7), (7, 7)]
    assert batch.created == 7
    with here.open() as session:
        assert session.scalar(select(func.count()).select_from(OrgUnit).where(OrgUnit.code.startswith("X"))) == 7


def test_undo_brings_back_what_was(here: District) -> None:
    changed = UNITS + "S1,实验小学,小学,小学,,C2,,丁\n"
    batch = commit(here, changed)
    assert (batch.created, batch.changed) == (3, 1)
    undo(here, batch.id)
    with here.open() as session:
        units = {unit.code: unit for unit in session.scalars(select(OrgUnit))}
        assert not {"S7", "S8", "S8P"} & set(units)
        assert units["S1"].name == "第一小学"
        assert here.units["S1"] in descendants(session, here.units["C1"])
        assert here.units["S1"] not in descendants(session, here.units["C2"])
    with pytest.raises(Refused):
        undo(here, batch.id)
    received, _ = receive(here, changed)
    assert not received.known, "after an undo the same file is a new batch"


def test_undo_says_what_rests_on_the_batch(here: District) -> None:
    units, people = commit(here, UNITS), commit(here, PEOPLE, "orgs.people")
    with here.open() as session:
        s7 = session.scalars(select(OrgUnit.id).where(OrgUnit.code == "S7")).one()
        person = session.scalars(select(Person.id).where(Person.login == "head.s2")).one()
        appoint(session, actor=here.system, person_id=person, unit_id=s7, post_code="teacher", valid_from=SINCE)
        rename_unit(session, actor=here.system, unit_id=s7, name="改了名")
    for batch in (units, people):
        with pytest.raises(Refused) as refused:
            undo(here, batch.id)
        assert "任职" in refused.value.fields
    with pytest.raises(Refused) as refused:
        undo(here, units.id)
    assert refused.value.fields == {"单位": "导入后又修改过1条", "任职": "导入后新增了1条"}
    with here.open() as session:
        assert session.scalar(select(OrgUnit.id).where(OrgUnit.code == "S7")) is not None, "nothing half undone"


def test_undo_of_people(here: District) -> None:
    batch = commit(here, PEOPLE, "orgs.people")
    undo(here, batch.id)
    with here.open() as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 0
        assert session.scalar(select(func.count()).select_from(Post)) == 0


def test_rows_are_forgotten_after_ninety_days(here: District, clock: FixedClock) -> None:
    batch = commit(here, UNITS)
    clock.advance(timedelta(days=91))
    with here.open() as session:
        assert forget_batches(session) == 1
        assert session.scalar(select(func.count()).select_from(ImportChunk)) == 0
    with pytest.raises(Refused):
        undo(here, batch.id)


def test_command_import_refuses_the_whole_file(here: District) -> None:
    with here.open() as session:
        work = tables.work_of(session, here.system)
        counts = import_at_once(work, kind="orgs.units", name="u.csv", content=UNITS.encode(), storage=tables.STORAGE)
        assert counts["created"] == 3
    bad = UNITS.replace("第七小学,小学", "第七小学,航校").replace("S7", "S77")
    with pytest.raises(Invalid) as fault, here.open() as session:
        work = tables.work_of(session, here.system)
        import_at_once(work, kind="orgs.units", name="u.csv", content=bad.encode(), storage=tables.STORAGE)
    assert list(fault.value.fields) == ["第4行"]


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0 old", b"\x00\x01\x02", b"a,b,c\n1,2,3\n", "单位代码,单位名称\nA,B\n".encode(), "单位代码,单位名称,单位类型\n".encode()],
)  # fmt: skip
def test_what_is_no_roster_is_refused_in_words(here: District, content: bytes) -> None:
    with here.open() as session, pytest.raises(Invalid) as fault:
        tables.send(tables.work_of(session, here.system), content, "orgs.units")
    assert fault.value.fields or "文件" in fault.value.text()
