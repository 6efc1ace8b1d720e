"""督办进展（每季） and 验收申请: what was reported stands in the paper, nothing is typed twice, one quarter does not tell another's."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from uuid import UUID

from docx import Document
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from core.accountability.models import Matter, MatterStep
from core.accountability.words import PROGRESS
from core.hazards.models import Hazard
from core.kernel.ids import new_id
from tests.core.accountability.test_matters import Desk
from tests.core.hazards.web import Api, Browser
from tests.factories.world import World


def text_of(docx: bytes) -> str:
    return "\n".join(paragraph.text for paragraph in Document(io.BytesIO(docx)).paragraphs)


def test_papers_when_followed_up_then_told_by_quarter_and_asked_from_the_facts(
    app: Flask, client: FlaskClient, world: World
) -> None:
    desk = Desk(client, world)
    facts = {
        "unit_id": str(world.units["school_a"]), "domain": "fire", "category": "fire.other", "title": "疏散楼梯被占用", "description": "占用",
        "place": "一楼", "grade": "major", "source": "self_check",
    }  # fmt: skip
    hazard = desk.school.post("/hazards", facts).get_json()["id"]
    matter = desk.decide(hazard_id=hazard, decided_on="2020-08-10")
    path = f"/accountability/matters/{matter}"
    with world.session() as session:  # the quarter's last minute, here
        at = datetime(2020, 9, 30, 15, 59, tzinfo=UTC)
        session.add(
            MatterStep(id=new_id(), matter_id=UUID(matter), step=PROGRESS, text="八月清理了一层", at=at, by_name="甲")
        )
    assert desk.step(matter, "progress", by=desk.school, text="十一月清理了二层") == 204
    assert desk.step(matter, "extended", text="等配件", due_on="2021-01-31") == 204
    assert desk.school.get(f"{path}/acceptance.docx").status_code == 404  # nobody asked
    newest = text_of(desk.school.get(f"{path}/progress.docx").get_data())
    assert "挂牌督办整改进展报告" in newest and "（2020年第4季度）" in newest
    assert "2020年11月26日（报送进展）：十一月清理了二层" in newest and "八月" not in newest
    assert "等配件（延至2021年1月31日）" in newest and "整改期限：2021年1月31日（已延期1次）" in newest
    assert "疏散楼梯被占用（重大隐患，" in newest
    third = text_of(desk.school.get(f"{path}/progress.docx", quarter="2020-Q3").get_data())
    assert "八月清理了一层" in third and "十一月" not in third and "2020年9月30日" in third
    assert desk.school.get(f"{path}/progress.docx", quarter="2020-Q2").status_code == 404
    assert desk.school.get(f"{path}/progress.docx", quarter="Q2").status_code == 422
    assert Api(client, world, "safety_b").get(f"{path}/progress.docx").status_code == 404
    with world.session() as session:
        closed = {"canonical": "closed", "stage": "closed", "closed_at": session.now(), "closed_by_name": "区科长"}
        session.execute(update(Hazard).values(**closed))
    assert desk.step(matter, "asked", by=desk.school, text="已全部清空") == 204
    asked = text_of(desk.school.get(f"{path}/acceptance.docx").get_data())
    assert "挂牌督办整改验收申请" in asked and "已全部清空" in asked and "办结：2020年11月26日，区科长" in asked
    assert asked.index("八月清理了一层") < asked.index("十一月清理了二层") and "（待验收）" in asked
    assert desk.step(matter, "accepted", text="现场看过") == 204
    assert "验收通过。现场看过。（" in text_of(desk.head.get(f"{path}/acceptance.docx").get_data())
    shown = Browser.of(app, world, "safety_a").get(f"/accountability/{matter}").get_data(as_text=True)
    assert "进展报告：2020年第3季度" in shown and f"/accountability/{matter}/acceptance.docx" in shown


def test_papers_when_the_unit_has_nothing_to_do_then_there_are_none(client: FlaskClient, world: World) -> None:
    desk = Desk(client, world)
    talk = desk.decide(measure="talk", due_on=None)
    assert desk.head.get(f"/accountability/matters/{talk}/progress.docx").status_code == 404
    silent = desk.decide()
    assert "本季度没有报送进展。" in text_of(
        desk.head.get(f"/accountability/matters/{silent}/progress.docx").get_data()
    )
    with world.session(read_only=True) as session:
        assert session.query(Matter).count() == 2 and not session.query(MatterStep).filter_by(step=PROGRESS).count()


def test_progress_when_the_matter_is_an_order_then_named_once(client: FlaskClient, world: World) -> None:
    desk = Desk(client, world)
    order = desk.decide(measure="order")
    told = text_of(desk.school.get(f"/accountability/matters/{order}/progress.docx").get_data())
    assert "责令整改进展报告" in told and "整改整改" not in told
