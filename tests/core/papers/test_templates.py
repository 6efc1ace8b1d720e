"""Templates of the district: tried before they are taken, in force from then on, never able to reach what they must not."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from core.documents.rendering import render
from core.files.queries import file_card
from core.inspections.models import RectificationOrder
from core.inspections.paper_kinds import ORDER
from core.inspections.services.orders import issue_order
from core.papers.services.templates import put_template
from tests.core.hazards.web import Api, Browser
from tests.core.inspections.ground import Ground
from tests.core.papers.conftest import Office, template
from tests.factories.world import World


def kinds(office: Office) -> dict[str, dict[str, object]]:
    return {own["code"]: own for own in office.get("/papers/kinds", page_size=100).get_json()["items"]}


def test_kinds_when_listed_then_every_built_in_template_can_be_filled(app: Flask, office: Office) -> None:
    runtime = app.extensions["xiaoan"]
    declared = [kind for _, answer in runtime.plugins.at_boot("register_papers") for kind in answer]
    assert {"papers.circular", "inspections.order", "hazards.paper"} <= {kind.code for kind in declared}
    for kind in declared:
        assert render(kind.template(), kind.sample)[:2] == b"PK", kind.code
    assert set(kinds(office)) == {kind.code for kind in declared}


def test_template_when_put_then_papers_are_printed_with_it_until_taken_back(office: Office) -> None:
    own = template(
        "本区专用",
        "{{ title }}",
        "{%p for line in body %}",
        "{{ line }}",
        "{%p endfor %}",
        "{{ issued_on|document_date }}",
    )
    assert office.upload("papers.circular", own).get_json() == {"no": 1}
    said = office.text(office.card(office.issue("school_a", issued_on="2020-11-20"))["file_id"])
    assert said[:2] == ["本区专用", "关于冬季用电安全的通报"] and said[-1] == "2020年11月20日"
    assert kinds(office)["papers.circular"]["current"]["no"] == 1  # type: ignore[index]
    path = "/api/v1/papers/kinds/papers.circular/template"
    headers = office.world.headers("head")
    assert office.client.delete(path, headers=headers).status_code == 428
    assert office.client.delete(path, headers={**headers, "If-Match": '"7"'}).status_code == 412
    assert office.client.delete(path, headers={**headers, "If-Match": '"1"'}).status_code == 204
    assert office.client.delete(path, headers={**headers, "If-Match": '"2"'}).status_code == 409
    assert "本区专用" not in office.text(office.card(office.issue("school_a"))["file_id"])
    assert kinds(office)["papers.circular"]["current"] is None


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (template("{{ titel }}"), "titel"),
        (template("{{ ''.__class__.__mro__ }}"), "不允许"),
        (template("{% for a in range(99999999) %}x{% endfor %}"), "不允许"),
        (template("{% if %}"), "模板有误"),
        (b"not a file", "docx"),
        (b"PK\x03\x04broken", ""),
    ],
)
def test_template_when_wrong_then_refused_in_words_and_the_old_one_stays(
    office: Office, content: bytes, word: str
) -> None:
    answer = office.upload("papers.circular", content)
    assert answer.status_code == 422 and word in str(answer.get_json())
    assert kinds(office)["papers.circular"]["current"] is None


def test_template_when_a_bomb_then_refused(office: Office) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * 80_000_000)
    assert office.upload("papers.circular", out.getvalue()).status_code == 422


def test_template_when_a_school_tries_then_forbidden(client: FlaskClient, world: World) -> None:
    school = Office(client, world, "safety_a")
    assert school.upload("papers.circular", template("{{ title }}")).status_code == 403
    assert Browser.of(client.application, world, "safety_a").get("/papers/templates").status_code == 403


def test_template_when_of_the_neighbour_then_changes_nothing_here(
    office: Office, client: FlaskClient, neighbour: World
) -> None:
    theirs = Office(client, neighbour, "head")
    assert theirs.upload("papers.circular", template("邻区模板 {{ title }}")).status_code == 201
    assert "邻区模板" not in "".join(office.text(office.card(office.issue("school_a"))["file_id"]))


def test_word_when_set_then_numbers_carry_it(office: Office) -> None:
    path, headers = "/api/v1/papers/kinds/papers.circular/word", office.world.headers("head")
    for word, status in (("武 进", 422), ("武进〔", 422), ("武教安〔2020〕", 422), ("武教安字", 204)):
        sent = office.client.put(path, json={"word": word}, headers={**headers, "If-Match": '"0"'})
        assert sent.status_code == status, word
    assert office.client.put(path, json={"word": "另一"}, headers={**headers, "If-Match": '"0"'}).status_code == 412
    assert office.card(office.issue("school_a"))["no"] == "武教安字〔2020〕1号"


def test_pages_when_template_is_replaced_then_names_and_versions_are_shown(
    office: Office, app: Flask, world: World
) -> None:
    browser = Browser.of(app, world, "head")
    assert "整改通知书" in browser.get("/papers/templates").get_data(as_text=True)
    page = browser.get("/papers/templates/inspections.order").get_data(as_text=True)
    assert "closing_word" in page and "hazard_no" in page
    path = "/papers/templates/papers.circular"
    browser.get(path)
    wrong = browser.post(path, {"file": (io.BytesIO(template("{{ nothing }}")), "a.docx")})
    assert wrong.status_code == 422 and "nothing" in wrong.get_data(as_text=True)
    assert (
        browser.post(path, {"file": (io.BytesIO(template("{{ title }}")), "a.docx"), "note": "改版"}).status_code == 302
    )
    assert "本区第1版" in browser.get(path).get_data(as_text=True) and "改版" in browser.get(path).get_data(
        as_text=True
    )
    taken = browser.client.get(f"{path}/docx")
    assert taken.status_code == 200 and taken.get_data()[:2] == b"PK"
    assert browser.post(f"{path}/word", {"version": "0", "word": "武教安字"}).status_code == 302
    assert browser.post(f"{path}/built-in", {"version": "1"}).status_code == 302
    assert "恢复内置模板" in browser.get(path).get_data(as_text=True)


def test_order_when_the_district_has_a_template_then_the_inspectors_order_is_printed_with_it(
    world: World, tmp_path: Path
) -> None:
    ground = Ground(world, tmp_path)
    ground.take()
    visit_id = ground.done("passage")
    own = template("本区整改通知书 {{ no }}", "{% for row in rows %}{{ row.content }}{% endfor %}")
    with ground.session() as session:
        actor = world.actor("head", session)
        put_template(session, actor=actor, storage=ground.storage, kind=ORDER, stream=io.BytesIO(own), name="a.docx")
        issue_order(session, actor=actor, pack=ground.pack(session), storage=ground.storage, visit_id=visit_id)
        row = session.scalars(select(RectificationOrder)).one()
        with ground.storage.open(file_card(session, row.file_id).key) as stream:
            said = [paragraph.text for paragraph in docx.Document(io.BytesIO(stream.read())).paragraphs]
    assert said[0] == f"本区整改通知书 {row.no}" and said[1]


def test_hazard_paper_when_the_district_has_a_template_then_printed_with_it(office: Office) -> None:
    where = str(office.world.units["school_a"])
    facts = {
        "unit_id": where, "domain": "fire", "category": "fire.other", "title": "通道堆物", "description": "楼梯口堆放纸箱",
        "place": "一楼", "grade": "general", "source": "self_check",
    }  # fmt: skip
    hazard = Api(office.client, office.world, "safety_a").post("/hazards", facts).get_json()["id"]
    assert office.upload("hazards.paper", template("本区整改单 {{ title }}", "{{ watermark }}")).status_code == 201
    answer = office.client.get(f"/api/v1/hazards/{hazard}/paper", headers=office.world.headers("head"))
    said = [paragraph.text for paragraph in docx.Document(io.BytesIO(answer.get_data())).paragraphs]
    assert said[0] == "本区整改单 通道堆物" and "导出" in said[1]
