from __future__ import annotations

import io
import time
import zipfile
from datetime import date, timedelta

import openpyxl
import pytest
from sqlalchemy import func, select

from core.access.actor import Actor
from core.identity.models import Person
from core.kernel.clock import FixedClock
from core.kernel.errors import Invalid, NotFound, Refused
from core.orgs.models import OrgUnit, Post, RosterBatch, RosterRow
from core.orgs.queries.rosters import batch_card, rows_at_fault
from core.orgs.queries.units import unit_cards
from core.orgs.roster import cells
from core.orgs.roster.reading import read_sheets
from core.orgs.roster.writing import blank_roster, faulty_rows
from core.orgs.services import appoint, rename_unit
from core.orgs.services.roster import commit_rows, forget_rows, import_units, order_commit, receive_roster, undo_batch
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


def receive(here: District, content: str | bytes, kind: str = "units", actor: Actor | None = None, name: str = "r.csv"):  # type: ignore[no-untyped-def]
    raw = content.encode() if isinstance(content, str) else content
    with here.open() as session:
        received = receive_roster(session, actor=actor or here.system, kind=kind, name=name, content=raw)
        return received, batch_card(session, here.system, received.batch_id)


def faults(here: District, content: str, kind: str = "units", actor: Actor | None = None) -> dict[int, dict[str, str]]:
    received, _ = receive(here, content, kind, actor)
    with here.open() as session:
        rows = session.scalars(select(RosterRow).where(RosterRow.batch_id == received.batch_id)).all()
        return {row.no: row.faults for row in rows if row.faults}


def commit(here: District, content: str | bytes, kind: str = "units") -> RosterBatch:
    received, _ = receive(here, content, kind)
    with here.open() as session:
        commit_rows(session, actor=here.system, batch_id=received.batch_id)
    with here.open() as session:
        return session.get_one(RosterBatch, (here.id, received.batch_id))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_of_units_in_any_encoding(here: District, there: District, encoding: str) -> None:
    batch = commit(here, UNITS.encode(encoding))
    assert (batch.total, batch.faulty, batch.created, batch.ignored) == (3, 0, 3, ["备注"])
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
        numbers = session.scalars(
            select(RosterRow.no).where(RosterRow.batch_id == batch.id).order_by(RosterRow.no)
        ).all()
        assert numbers == [3, 4], "as the spreadsheet numbers its rows"


def test_faults_name_the_field_and_what_is_right(here: District) -> None:
    found = faults(
        here,
        "单位代码,单位名称,单位类型,学生数,启用日期,上级单位,办学性质\n"
        ",无代码小学,小学,,,,\nA,甲,航空学校,,,,\nB1,乙,小学,很多,三月,,\nB2,丙,小学,,,没有的单位,半公半民\nA2,丁,小学,,,,\nA2,戊,小学,,,,\nA3,己,小学,,,A3,\n",
    )
    assert found[2] == {"code": "必填"}
    assert "没有这种类型" in found[3]["type"]
    assert set(found[4]) == {"student_count", "valid_from"}
    assert set(found[5]) == {"parent", "ownership"}
    assert found[7] == {"code": "与第6行重复，请删去一行"}
    assert found[8] == {"parent": "上级不能是自己"}
    assert 6 not in found


def test_people_and_posts_are_made_once(here: District) -> None:
    batch = commit(here, PEOPLE, "people")
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
    again = commit(here, PEOPLE + "\n", "people")
    assert (again.created, again.unchanged) == (0, 3), "another file with the same rows changes nothing"


def test_same_file_twice_is_one_batch(here: District) -> None:
    first, _ = receive(here, UNITS)
    second, _ = receive(here, UNITS)
    assert (first.known, second.known, first.batch_id) == (False, True, second.batch_id)
    with here.open() as session:
        job = order_commit(session, actor=here.system, batch_id=first.batch_id)
        assert order_commit(session, actor=here.system, batch_id=first.batch_id) == job


def test_people_faults(here: District) -> None:
    with here.open() as session:
        here.person(session, "taken", ("teacher", "S1"))
    found = faults(
        here,
        "账号,姓名,单位,岗位,手机,任职开始,任职结束\n中文,甲,S1,教师,,,\ntaken,另一人,S1,教师,,,\nabc,乙,第一小学,飞行员,abc,2020-09-01,2020-08-01\n"
        "abd,丙,没有,教师,,,\nabe,丁,S1,教师,,,\nabe,戊,S2,教师,,,\n",
        "people",
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
        "people",
        school,
    )
    assert set(found) == {3}
    received, _ = receive(here, "登录名,姓名,单位,岗位\nxyz,甲,S1,教师\n", "people", school)
    with here.open() as session:
        stranger = here.actor(session, here.person(session, "s2.safety", ("safety", "S2")))
        with pytest.raises(NotFound):
            order_commit(session, actor=stranger, batch_id=received.batch_id)
    units = faults(
        here,
        "单位编码,单位名称,单位类型,上级单位\nS1G,体育馆,重点部位,S1\nS2G,体育馆,重点部位,S2\nX,新小学,小学,\nS2,改名,小学,\n",
        actor=school,
    )
    assert set(units) == {3, 4, 5}


def test_row_that_the_data_of_today_refuses_does_not_stop_the_others(here: District) -> None:
    received, _ = receive(here, "登录名,姓名,单位,岗位\naaa,甲,S1,校长\nbbb,乙,S1,教师\n", "people")
    with here.open() as session:
        here.person(session, "first", ("principal", "S1"))
    with here.open() as session:
        commit_rows(session, actor=here.system, batch_id=received.batch_id)
    with here.open() as session:
        batch = batch_card(session, here.system, received.batch_id)
        assert (batch.created, batch.refused) == (1, 1)
        ((kept, why),) = rows_at_fault(session, batch)
        assert kept["login"] == "aaa" and "同一时间只能有一人" in why
        assert session.scalar(select(Person.id).where(Person.login == "aaa")) is None, "half a row is no row"


def test_crash_between_chunks_repeats_nothing(here: District, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.orgs.services.roster.commit.CHUNK", 2)
    lines = "".join(f"X{n},第{n}小学,小学\n" for n in range(20, 27))
    received, _ = receive(here, "单位代码,单位名称,单位类型\n" + lines)

    class Crash(Exception):
        pass

    def crash(done: int, total: int) -> None:
        session.commit()
        if done == 4:
            raise Crash

    with pytest.raises(Crash), here.open() as session:
        commit_rows(session, actor=here.system, batch_id=received.batch_id, progress=crash)
    steps: list[tuple[int, int]] = []
    with here.open() as session:
        commit_rows(
            session,
            actor=here.system,
            batch_id=received.batch_id,
            progress=lambda done, total: steps.append((done, total)),
        )
    assert steps == [(6, 7), (7, 7)]
    with here.open() as session:
        assert session.scalar(select(func.count()).select_from(OrgUnit).where(OrgUnit.code.startswith("X"))) == 7


def test_undo_brings_back_what_was(here: District) -> None:
    changed = UNITS + "S1,实验小学,小学,小学,,C2,,丁\n"
    batch = commit(here, changed)
    assert (batch.created, batch.updated) == (3, 1)
    with here.open() as session:
        undo_batch(session, actor=here.system, batch_id=batch.id)
    with here.open() as session:
        units = {unit.code: unit for unit in session.scalars(select(OrgUnit))}
        assert not {"S7", "S8", "S8P"} & set(units)
        assert units["S1"].name == "第一小学"
        from core.orgs.queries import descendants

        assert here.units["S1"] in descendants(session, here.units["C1"])
        assert here.units["S1"] not in descendants(session, here.units["C2"])
        with pytest.raises(Refused):
            undo_batch(session, actor=here.system, batch_id=batch.id)
    received, _ = receive(here, changed)
    assert not received.known, "after an undo the same file is a new batch"


def test_undo_says_what_rests_on_the_batch(here: District) -> None:
    units, people = commit(here, UNITS), commit(here, PEOPLE, "people")
    with here.open() as session:
        s7 = session.scalars(select(OrgUnit.id).where(OrgUnit.code == "S7")).one()
        person = session.scalars(select(Person.id).where(Person.login == "head.s2")).one()
        appoint(session, actor=here.system, person_id=person, unit_id=s7, post_code="teacher", valid_from=SINCE)
        rename_unit(session, actor=here.system, unit_id=s7, name="改了名")
    for batch in (units, people):
        with here.open() as session, pytest.raises(Refused) as refused:
            undo_batch(session, actor=here.system, batch_id=batch.id)
        assert "任职" in refused.value.fields
    with here.open() as session, pytest.raises(Refused) as refused:
        undo_batch(session, actor=here.system, batch_id=units.id)
    assert refused.value.fields == {"单位": "导入后又修改过1条", "任职": "导入后新增了1条"}
    with here.open() as session:
        assert session.scalar(select(OrgUnit.id).where(OrgUnit.code == "S7")) is not None, "nothing half undone"


def test_undo_of_people(here: District) -> None:
    batch = commit(here, PEOPLE, "people")
    with here.open() as session:
        undo_batch(session, actor=here.system, batch_id=batch.id)
    with here.open() as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 0
        assert session.scalar(select(func.count()).select_from(Post)) == 0


def test_rows_are_forgotten_after_ninety_days(here: District, clock: FixedClock) -> None:
    batch = commit(here, UNITS)
    clock.advance(timedelta(days=91))
    with here.open() as session:
        assert forget_rows(session) == 3
        with pytest.raises(Refused):
            undo_batch(session, actor=here.system, batch_id=batch.id)


def test_command_import_refuses_the_whole_file(here: District) -> None:
    with here.open() as session:
        counts = import_units(session, actor=here.system, name="u.csv", content=UNITS.encode())
        assert counts["created"] == 3
    bad = UNITS.replace("第七小学,小学", "第七小学,航校").replace("S7", "S77")
    with pytest.raises(Invalid) as fault, here.open() as session:
        import_units(session, actor=here.system, name="u.csv", content=bad.encode())
    assert list(fault.value.fields) == ["第4行"]


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0 old", b"\x00\x01\x02", b"a,b,c\n1,2,3\n", "单位代码,单位名称\nA,B\n".encode(), "单位代码,单位名称,单位类型\n".encode()],
)  # fmt: skip
def test_what_is_no_roster_is_refused_in_words(here: District, content: bytes) -> None:
    with here.open() as session, pytest.raises(Invalid) as fault:
        receive_roster(session, actor=here.system, kind="units", name="x", content=content)
    assert fault.value.fields or "文件" in fault.value.text()


def _with_sheet(xml: str) -> bytes:
    source = io.BytesIO(blank_roster("units"))
    target = io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            data = old.read(entry)
            new.writestr(entry.filename, xml if entry.filename == "xl/worksheets/sheet1.xml" else data)
    return target.getvalue()


SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)


def test_bombs_are_refused_quickly() -> None:
    far = SHEET.format('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    fat = SHEET.format("<row>" + "<c><v>1</v></c>" * 5_000_000 + "</row>")
    entity = '<!DOCTYPE x [<!ENTITY a "b">]>' + SHEET.format("")
    started = time.monotonic()
    for xml in (far, fat, entity):
        with pytest.raises(Invalid):
            read_sheets(_with_sheet(xml))
    assert time.monotonic() - started < 30


def test_formulas_go_out_as_text() -> None:
    content = faulty_rows(
        "units", {"code": "代码", "name": "名称"}, [({"code": "=1+1", "name": "@cmd|x"}, "-必填")], note="=HYPERLINK(1)"
    )
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book["名册"]
    assert [cell.value for cell in sheet[2]] == ["=1+1", "@cmd|x", "-必填"]
    assert all(cell.data_type == "s" for sheet in book for row in sheet for cell in row)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2020-03-05", date(2020, 3, 5)), ("2020/3/5", date(2020, 3, 5)), ("2020.3.5", date(2020, 3, 5)), ("2020年3月5日", date(2020, 3, 5)),
        ("２０２０年３月", date(2020, 3, 1)), ("20200305", date(2020, 3, 5)), ("43895", date(2020, 3, 5)), ("2020-03-05 00:00:00", date(2020, 3, 5)),
        ("至今", None), ("", None),
    ],
)  # fmt: skip
def test_days_as_people_write_them(text: str, expected: date | None) -> None:
    assert cells.day(text) == expected


@pytest.mark.parametrize("text", ["2020-13-01", "三月", "5", "2020年2月30日"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  the cell parsers raise nothing else
        cells.day(text)
