"""阶段总结: figures of the phase from the records, problems and next steps as typed; a school's own tells nobody else's."""

from __future__ import annotations

import io

from docx import Document
from flask import Flask
from flask.testing import FlaskClient

from core.http.runtime import KEY
from tests.core.hazards.web import Api, Browser, statements
from tests.core.workbench.test_dossier import filled
from tests.factories.world import World

PHASE = "/campaigns/three_year/phases/p2/summary"
PAGE = "/campaigns/three_year/p2/summary"


def words(docx: bytes) -> str:
    paper = Document(io.BytesIO(docx))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(line.text for line in paper.paragraphs), *cells])


def test_summary_when_drawn_up_then_figures_from_the_records_and_words_as_typed(
    app: Flask, client: FlaskClient, world: World
) -> None:
    filled(world, client)
    head, unit = Api(client, world, "head"), Api(client, world, "safety_a")
    whole = head.get(PHASE).get_json()
    assert (whole["found"], whole["closed"], whole["open"], whole["overdue"]) == (3, 0, 3, 1)
    assert whole["unit"] == world.tenant.name and whole["until"] <= whole["as_of"] == "2020-11-26"
    assert whole["duties"]["owed"] >= whole["duties"]["settled"] + whole["duties"]["overdue"] > 0
    counts = {own["title"]: own["count"] for own in whole["parts"]}
    assert counts["隐患台账"] == 3
    own = head.get(PHASE, unit_id=str(world.units["school_b"])).get_json()
    assert (own["found"], own["unit"]) == (1, "第二初级中学")
    mine = unit.get(PHASE).get_json()
    assert (mine["found"], mine["unit"]) == (2, "第一小学")
    assert unit.get(PHASE, unit_id=str(world.units["school_b"])).status_code == 404
    assert head.get(PHASE.replace("p2", "p9")).status_code == 404
    later = head.get(PHASE.replace("p2", "p3"))
    assert later.status_code == 409 and "还没有开始" in later.get_json()["title"]
    typed = {"problems": "个别学校排查不细\n资金不到位", "next_steps": "{{ 7 * 7 }} <b>抓整改</b>"}
    paper = words(head.post(f"{PHASE}.docx", typed).get_data())
    assert "个别学校排查不细\n资金不到位" in paper and "{{ 7 * 7 }} <b>抓整改</b>" in paper
    assert "发现隐患3条" in paper and "办结率0.0%（0/3）" in paper and "隐患台账" in paper
    browser = Browser.of(app, world, "safety_a")
    page = browser.get(PAGE).get_data(as_text=True)
    assert "生成阶段总结" in page and f'action="{PAGE}.docx"' in page
    taken = browser.post(f"{PAGE}.docx", {"problems": "", "next_steps": "再查一遍"})
    assert taken.status_code == 200 and "再查一遍" in (text := words(taken.data)) and "（由起草人补充）" in text
    overview = browser.get("/campaigns").get_data(as_text=True)
    assert PAGE in overview and PAGE.replace("p2", "p3") not in overview


def test_summary_when_there_is_more_then_costs_the_same(app: Flask, client: FlaskClient, world: World) -> None:
    head, engine, counts = Browser.of(app, world, "head"), app.extensions[KEY].db.engine("app"), []
    for _ in range(2):
        filled(world, client)
        head.get(PAGE)
        with statements(engine) as sent:
            assert head.get(PAGE).status_code == 200
        counts.append(len(sent))
    assert counts[0] == counts[1]
