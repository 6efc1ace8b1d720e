"""A register as a table: brought in by the import centre, undone, taken away again."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from core.app import feature_modules
from core.db.sessions import TenantSession
from core.exchange.services.at_once import import_at_once
from core.files.storage import DiskStorage
from core.hooks.manager import Plugins, build_plugins
from core.hooks.tables import Did, ExportKind, ImportKind, ImportRow, Question, TableWork
from core.kernel.errors import Invalid, Refused
from core.registers import feature
from core.registers.models import RegisterEntry
from plugins.fire.models import Facility
from tests.core.registers.ground import add, facility, get, plan
from tests.factories.world import World

HEAD = "单位,种类,位置,数量,下次检测,重点部位\n"


@cache
def plugins() -> Plugins:
    found = build_plugins(feature_modules())
    feature.join(found)
    return found


def work(session: TenantSession, world: World, name: str = "head") -> TableWork:
    return TableWork(session, world.actor(name, session), plugins(), frozenset({"fire"}))


def import_kind(session: TenantSession, world: World, slug: str, name: str = "head") -> ImportKind:
    kinds = plugins().collect("collect_import_kinds", {"fire"}, session=session, actor=world.actor(name, session))
    return next(kind for kind in kinds if kind.slug == slug)


def export_kind(session: TenantSession, world: World, slug: str, name: str = "head") -> ExportKind:
    kinds = plugins().collect("collect_export_kinds", {"fire"}, session=session, actor=world.actor(name, session))
    return next(kind for kind in kinds if kind.slug == slug)


def sent(
    session: TenantSession,
    world: World,
    text: str,
    folder: Path,
    slug: str = "registers.fire_facilities",
    name: str = "head",
) -> dict[str, int]:
    return import_at_once(
        work(session, world, name),
        kind=slug,
        name=f"{uuid4()}.csv",
        content=text.encode(),
        storage=DiskStorage(folder),
    )


def test_table_when_imported_twice_then_added_changed_and_left(world: World, tmp_path: Path) -> None:
    with world.session() as session:
        first = sent(
            session,
            world,
            HEAD + "第一小学,灭火器,二层走廊,4,2021年3月5日,\nS002,消火栓,操场,２,2021-04-01,\n",
            tmp_path,
        )
        assert (first["created"], first["updated"], first["unchanged"]) == (2, 0, 0)
        again = sent(
            session, world, HEAD + "S001,灭火器,二层走廊,4,2021-03-05,\nS002,消火栓,操场,3,2021-04-01,\n", tmp_path
        )
        assert (again["created"], again["updated"], again["unchanged"]) == (0, 1, 1)
        rows = {row.unit_id: row for row in session.scalars(select(Facility))}
        assert rows[world.units["school_a"]].next_test_on.isoformat() == "2021-03-05"  # type: ignore[union-attr]
        assert (rows[world.units["school_b"]].quantity, rows[world.units["school_b"]].version) == (3, 2)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("没有的学校,灭火器,走廊,1,,", "单位"),
        ("S001,救生艇,走廊,1,,", "种类"),
        ("S001,灭火器,走廊,-1,,", "数量"),
        ("S001,灭火器,走廊,1,,没有的部位", "重点部位"),
    ],
)
def test_table_when_a_row_is_wrong_then_its_column_is_named(
    world: World, tmp_path: Path, row: str, column: str
) -> None:
    with world.session() as session, pytest.raises(Invalid) as fault:
        sent(session, world, HEAD + row + "\n", tmp_path)
    assert set(fault.value.fields) == {"第2行"}
    assert column in fault.value.fields["第2行"]


def test_table_when_of_another_school_then_its_units_are_unknown(world: World, tmp_path: Path) -> None:
    with world.session() as session, pytest.raises(Invalid) as fault:
        sent(session, world, HEAD + "第二初级中学,灭火器,走廊,1,,\n", tmp_path, name="keeper_a")
    assert "不在您的管理范围内" in fault.value.fields["第2行"]


def test_table_when_of_the_pack_then_its_own_fields_are_columns(world: World, tmp_path: Path) -> None:
    text = "单位,预案名称,事件类型,批准日期,版本\n第一小学,火灾应急预案,事故灾难,2020-09-01,1.0\n"
    with world.session() as session:
        sent(session, world, text, tmp_path, slug="registers.emergency_plans")
        row = session.scalars(select(RegisterEntry)).one()
        assert (row.extra["event_type"], row.extra["edition"], str(row.valid_from)) == ("accident", "1.0", "2020-09-01")


def test_batch_when_undone_then_as_before_unless_somebody_touched_it(world: World) -> None:
    with world.session() as session:
        kind, here = import_kind(session, world, "registers.fire_facilities"), work(session, world)
        known_id = add(session, world, "fire_facilities", facility(quantity=4))
        rows = [
            ImportRow(2, {"unit": "S001", "kind": "extinguisher", "spot": "二层走廊", "quantity": 9}),
            ImportRow(3, {"unit": "S001", "kind": "pump", "spot": "泵房", "quantity": 1}),
        ]
        known = kind.prepare(here, rows)
        assert kind.check(here, rows, known) == {}
        outcomes = kind.commit(here, UUID(int=1), rows, known, last=True)
        assert [outcome.did for outcome in outcomes] == [Did.CHANGED, Did.CREATED]
        done = [(outcome.no, outcome) for outcome in reversed(outcomes)]
        kind.undo(here, UUID(int=1), done)
        left = session.scalars(select(Facility)).all()
        assert [(row.id, row.quantity) for row in left] == [(known_id, 4)]
        with pytest.raises(Refused) as fault:
            kind.undo(here, UUID(int=1), done)
        assert set(fault.value.fields) == {"第2行", "第3行"}


def test_export_when_asked_then_what_one_reaches_in_the_columns_of_the_import(world: World, neighbour: World) -> None:
    with neighbour.session() as session:
        add(session, neighbour, "emergency_plans", plan("邻区预案"))
    with world.session() as session:
        add(session, world, "emergency_plans", plan())
        add(session, world, "emergency_plans", plan("乙预案", "health"), unit="school_b")
        session.flush()
        kind = export_kind(session, world, "registers.emergency_plans")
        here = work(session, world)
        titles = [column.title for column in kind.columns(here)]
        assert titles == [
            "单位",
            "批准日期",
            "下次修订日期",
            "预案名称",
            "事件类型",
            "版本",
            "最近演练日期",
            "主要内容",
        ]
        assert kind.count(here, Question()) == 2
        question = Question({"extra.event_type": ("health",)})
        (row,) = kind.rows(here, question)
        assert (row[0], row[3], row[4]) == ("第二初级中学", "乙预案", "health")
        assert kind.said(here, question) == "事件类型 公共卫生"
        mine = export_kind(session, world, "registers.emergency_plans", "keeper_a")
        assert mine.count(work(session, world, "keeper_a"), Question()) == 1
        with pytest.raises(Invalid):
            kind.count(here, Question({"colour": ("red",)}))
    with world.session() as session:
        assert get(session, "emergency_plans").title == "应急预案台账"
