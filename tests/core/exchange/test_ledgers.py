"""Old ledgers come in; the ledger goes out: as cases and history, with the same audit as any other, and back again."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import func, select

from core.audit.models import AuditEntry
from core.exchange.models import Export
from core.exchange.services.exporting import expire_exports, file_taken, make_export, order_export, take
from core.files.models import File
from core.hazards.history.models import HazardImport, HistoricalHazard
from core.hazards.models import Hazard, HazardEvent
from core.hazards.tables.names import TITLES
from core.hazards.tables.words import words_for
from core.hooks.tables import Question
from core.kernel.clock import FixedClock
from core.kernel.errors import Invalid, NotFound, Refused
from core.orgs.queries import unit_card
from core.tenancy.models import PackVersion
from core.tenancy.packs.check import load
from core.tenancy.packs.compile import compile_pack
from core.tenancy.packs.model.lifecycle import Canonical
from tests.core.exchange import tables
from tests.core.hazards.ledger import Ledger, bare_plugins
from tests.core.hazards.web import Browser
from tests.factories.world import ROOT, World

LEDGER = """附件2：学校安全隐患排查整改台账,,,,,,,,,,
填报单位：,,,,,,,,,,
序号,学校,隐患部位,存在的问题,类别,等级,排查时间,责任人,整改期限,是否销号,备注
1,{a},食堂后门,疏散门被杂物堵住,{c},一般,2020年3月5日,甲老师,２０２０年３月３１日,未销号,等批复
2,{a},实验楼,危化品柜无双锁,,重大,43895,乙老师,,已销号,
3,{a},操场,看台松动,,,2020-13-01,,,,
4,没有的学校,门厅,灯坏,,,2020-03-05,,,未销号,
"""


def ledger_of(world: World) -> str:
    with world.session() as session:
        words = words_for(tables.work_of(session, world.actor("keeper_a", session)))
        category = next(own.title for domain in words.catalogue.active for own in domain.categories)
        return LEDGER.format(a=unit_card(session, world.units["school_a"]).name, c=category)


@contextmanager
def acting(world: World, who: str = "keeper_a") -> Iterator[Any]:
    with world.session() as session:
        yield tables.work_of(session, world.actor(who, session))


def test_old_ledger_becomes_cases_and_history(world: World, neighbour: World) -> None:
    with acting(world) as work:
        received = tables.send(work, ledger_of(world), "hazards", "台账.csv")
        faults = tables.faults_of(work.session, received.batch_id)
        assert set(faults) == {6, 7} and set(faults[6]) == {"found_at"} and set(faults[7]) == {"unit"}
    with acting(world) as work:
        batch = tables.commit(work, received.batch_id)
        assert (batch.total, batch.created, batch.faulty, batch.refused) == (4, 2, 2, 0)
    with world.session() as session:
        hazard = session.scalars(select(Hazard)).one()
        assert (hazard.canonical, hazard.place, hazard.source_note) == ("registered", "食堂后门", "历史导入")
        assert hazard.no, "numbered by the district's own pattern"
        events = session.scalars(
            select(HazardEvent).where(HazardEvent.hazard_id == hazard.id).order_by(HazardEvent.at, HazardEvent.id)
        ).all()
        assert [event.kind for event in events] == ["report", "move"]
        assert "历史导入" in events[0].note and "甲老师" in events[0].note and "等批复" in events[0].note
        kept = session.scalars(select(HazardImport)).one()
        assert (kept.hazard_id, kept.row_no, kept.batch_id) == (hazard.id, 4, received.batch_id)
        past = session.scalars(select(HistoricalHazard)).one()
        assert (past.description, past.grade, past.found_on.isoformat()) == ("危化品柜无双锁", "major", "2020-03-05")
        actions = set(session.scalars(select(AuditEntry.action).where(AuditEntry.object_id == str(hazard.id))))
        assert actions == {"hazard.report", "hazard.move"}, "audited as any other"
        assert session.scalar(select(func.count()).select_from(Hazard).where(Hazard.canonical == "closed")) == 0
    with neighbour.session() as session:
        assert session.scalar(select(func.count()).select_from(HistoricalHazard)) == 0


def test_the_same_entries_in_another_file_are_the_same(world: World) -> None:
    text = ledger_of(world)
    for content, expected in ((text, (2, 0)), (text.replace("填报单位：", "填报单位：甲"), (0, 2))):
        with acting(world) as work:
            received = tables.send(work, content, "hazards")
        with acting(world) as work:
            batch = tables.commit(work, received.batch_id)
            assert (batch.created, batch.same) == expected
    with world.session() as session:
        assert session.scalar(select(func.count()).select_from(Hazard)) == 1


def test_one_hazard_under_two_names_of_its_school_comes_once(world: World) -> None:
    with acting(world, "head") as work:
        card = unit_card(work.session, world.units["school_a"])
        rows = (f"{card.name},门厅,灯坏,2020-03-05,未销号", f"{card.code},门厅,灯坏,2020-03-05,已销号")
        text = "\n".join(("单位,部位,隐患内容,发现时间,是否销号", *rows))
        received = tables.send(work, text, "hazards")
    with acting(world, "head") as work:
        batch = tables.commit(work, received.batch_id)
        assert (batch.total, batch.created, batch.same) == (2, 1, 1)
    with world.session() as session:
        assert session.scalar(select(func.count()).select_from(Hazard)) == 1
        assert session.scalar(select(func.count()).select_from(HistoricalHazard)) == 0


def test_undo_strikes_out_cases_and_removes_history(world: World) -> None:
    with acting(world) as work:
        received = tables.send(work, ledger_of(world), "hazards")
    with acting(world) as work:
        tables.commit(work, received.batch_id)
    with acting(world) as work:
        tables.undo(work, received.batch_id)
    with world.session() as session:
        hazard = session.scalars(select(Hazard)).one()
        assert hazard.canonical == "cancelled"
        assert session.scalar(select(func.count()).select_from(HistoricalHazard)) == 0
    with acting(world) as work:
        again = tables.send(work, ledger_of(world), "hazards")
        assert not again.known
    with acting(world) as work:
        assert tables.commit(work, again.batch_id).created == 2, "what was undone may come again"


def test_undo_is_refused_for_what_moved_on(world: World) -> None:
    with acting(world) as work:
        received = tables.send(work, ledger_of(world), "hazards")
    with acting(world) as work:
        tables.commit(work, received.batch_id)
    with world.session() as session:
        hazard_id = session.scalars(select(Hazard.id)).one()
        Ledger(world, session, bare_plugins()).move(hazard_id, "safety_a", "start")
    with acting(world) as work, pytest.raises(Refused) as refused:
        tables.undo(work, received.batch_id)
    assert list(refused.value.fields) == ["第4行"]
    with world.session() as session:
        assert session.scalar(select(func.count()).select_from(HistoricalHazard)) == 1, "nothing half undone"


def test_nobody_imports_for_a_school_out_of_reach(world: World) -> None:
    with acting(world, "keeper_a") as work:
        other = unit_card(work.session, world.units["school_b"]).name
        text = f"单位,部位,隐患内容,发现时间\n{other},门厅,灯坏,2020-03-05\n"
        received = tables.send(work, text, "hazards")
        assert set(tables.faults_of(work.session, received.batch_id)[2]) == {"unit"}
    with acting(world, "staff_a") as work, pytest.raises(NotFound):
        tables.send(work, ledger_of(world), "hazards")


def exported(world: World, who: str = "safety_a", **filters: tuple[str, ...]) -> UUID:
    with acting(world, who) as work:
        export_id = order_export(work, kind="hazards", question=Question(filters))
    with acting(world, who) as work:
        make_export(work, export_id=export_id, storage=tables.STORAGE, aside=world.session)
    return export_id


def sheet_of(world: World, export_id: UUID) -> Any:
    with world.session() as session:
        key = session.scalars(
            select(File.key).join(Export, Export.file_id == File.id).where(Export.id == export_id)
        ).one()
    return openpyxl.load_workbook(io.BytesIO(tables.STORAGE.blobs[key])).active


def test_export_has_rows_counts_watermark_and_no_formula(world: World) -> None:
    with world.session() as session:
        ledger = Ledger(world, session, bare_plugins())
        ledger.report(description="=HYPERLINK(1)", title="危险公式")
        ledger.report(description="普通隐患")
    export_id = exported(world, sort=("found_at",))
    sheet = sheet_of(world, export_id)
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    values = [cell.value for cell in cells]
    assert "=HYPERLINK(1)" in values and "普通隐患" in values
    last = str(sheet.cell(sheet.max_row, 1).value)
    assert last.startswith("共2行，照片0张") and "safety_a" in last
    assert "safety_a" in str(sheet.cell(1, 1).value) and "safety_a" in sheet.oddFooter.left.text
    with world.session() as session:
        card = session.scalars(select(Export)).one()
        assert (card.state, card.rows, card.photos, card.progress_done) == ("ready", 2, 0, 2)
        made = session.scalars(select(AuditEntry).where(AuditEntry.action == "export.made")).one()
        assert made.data["rows"] == 2


def test_download_asks_for_the_right_again_and_ends_after_a_week(world: World, clock: FixedClock) -> None:
    export_id = exported(world)
    with acting(world) as work, pytest.raises(NotFound):
        take(work, export_id=export_id)
    with acting(world, "safety_a") as work:
        with pytest.raises(Refused):
            file_taken(work, export_id=export_id)
        take(work, export_id=export_id)
        assert file_taken(work, export_id=export_id)
        less = tables.work_of(work.session, work.actor.narrowed(["hazard:case:read"]))
        with pytest.raises(NotFound):
            file_taken(less, export_id=export_id)
    clock.advance(timedelta(days=2))
    with acting(world, "safety_a") as work, pytest.raises(Refused):
        file_taken(work, export_id=export_id)
    clock.advance(timedelta(days=6))
    with world.session() as session:
        assert expire_exports(session) == 1
    with acting(world, "safety_a") as work, pytest.raises(Refused):
        take(work, export_id=export_id)


def test_a_filter_that_is_none_is_refused(world: World) -> None:
    with acting(world, "safety_a") as work:
        with pytest.raises(Invalid):
            order_export(work, kind="hazards", question=Question({"nonsense": ("1",)}))
        with pytest.raises(Invalid):
            order_export(work, kind="hazards", question=Question({"found_from": ("gestern",)}))


def test_undo_is_told_before_and_after_as_it_really_is(app: Flask, world: World) -> None:
    keeper = Browser.of(app, world, "keeper_a")
    with acting(world) as work:
        received = tables.send(work, ledger_of(world), "hazards")
    with acting(world) as work:
        tables.commit(work, received.batch_id)
    path = f"/imports/{received.batch_id}"
    page = keeper.get(path).get_data(as_text=True)
    assert "历史台账中这一批的1条被删除；隐患台账中的1条不删除，转为“误报”" in page
    assert "恢复原样" not in page
    answer = keeper.post(f"{path}/undo", {})
    said = keeper.get(answer.headers["Location"]).get_data(as_text=True)
    assert "历史台账中的1条已删除，隐患台账中的1条已转为“误报”" in said and "恢复到导入之前" not in said


def without_striking_out(world: World) -> None:
    """The district's next pack knows no stage for hazards that are struck out."""
    pack = load(ROOT / "tenants" / "wujin")
    life = pack.lifecycle
    gone = {stage.code for stage in life.stages if stage.canonical is Canonical.CANCELLED}
    assert gone
    stages = tuple(stage for stage in life.stages if stage.code not in gone)
    moves = tuple(move for move in life.moves if move.to not in gone)
    ready = compile_pack(replace(pack, lifecycle=replace(life, stages=stages, moves=moves)))
    with world.session() as session:
        session.add(
            PackVersion(version=2, digest=ready.digest, content=ready.content, applied_at=session.now(), applied_by="测试")
        )  # fmt: skip


def test_a_district_that_strikes_nothing_out_says_so_before_the_import(app: Flask, world: World) -> None:
    without_striking_out(world)
    keeper = Browser.of(app, world, "keeper_a")
    with acting(world) as work:
        received = tables.send(work, ledger_of(world), "hazards")
    path = f"/imports/{received.batch_id}"
    before = keeper.get(path).get_data(as_text=True)
    assert "导入后不能整批撤销" in before and "请核对无误再导入" in before
    with acting(world) as work:
        tables.commit(work, received.batch_id)
    after = keeper.get(path).get_data(as_text=True)
    assert "这一批不能整批撤销" in after and "/undo" not in after
    with acting(world) as work, pytest.raises(Refused):
        tables.undo(work, received.batch_id)
    with world.session() as session:
        assert session.scalars(select(Hazard.canonical)).one() == "registered"


def test_there_a_ledger_of_closed_ones_only_can_be_taken_back(app: Flask, world: World) -> None:
    without_striking_out(world)
    with acting(world) as work:
        received = tables.send(work, ledger_of(world).replace("未销号", "已销号"), "hazards")
    with acting(world) as work:
        tables.commit(work, received.batch_id)
    page = Browser.of(app, world, "keeper_a").get(f"/imports/{received.batch_id}").get_data(as_text=True)
    assert "历史台账中这一批的2条被删除" in page
    with acting(world) as work:
        tables.undo(work, received.batch_id)
    with world.session() as session:
        assert session.scalar(select(func.count()).select_from(HistoricalHazard)) == 0


def test_an_english_blank_form_says_its_titles_in_english_and_is_understood_when_it_comes_back(
    app: Flask, world: World
) -> None:
    keeper = Browser.of(app, world, "keeper_a")
    english = {"Accept-Language": "en"}
    book = openpyxl.load_workbook(
        io.BytesIO(keeper.client.get("/imports/blank/hazards.xlsx", headers=english).data)
    ).active
    heads = next(
        [str(cell.value).rstrip("*") for cell in row] for row in book.iter_rows() if row[1].value and row[0].value
    )
    assert not any("\u4e00" <= letter <= "\u9fff" for head in heads for letter in head), heads
    with world.session() as session:
        school = unit_card(session, world.units["school_a"]).name
    values = {"unit": school, "place": "食堂", "description": "灯坏", "found_at": "2020-03-05"}
    places = dict(zip(TITLES, heads, strict=True))
    text = ",".join(f'"{head}"' for head in heads) + "\n" + ",".join(values.get(name, "") for name in places) + "\n"
    keeper.get("/imports")
    answer = keeper.client.post(
        "/imports", data={"csrf_token": keeper.token, "kind": "hazards", "file": (io.BytesIO(text.encode()), "t.csv")},
        content_type="multipart/form-data", headers=english,
    )  # fmt: skip
    assert "/mapping" not in answer.headers["Location"], "every title was understood"
    shown = keeper.get(answer.headers["Location"]).get_data(as_text=True)
    assert "灯坏" in shown
