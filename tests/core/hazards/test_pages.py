"""Pages: the ledger and its export, detail with its forms, 随手拍, the paper twin; refused forms come back with what was typed."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from docx import Document
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select

from core.files.models import File
from core.hazards.models import Hazard
from core.http.runtime import KEY
from core.kernel.ids import new_id
from core.settings import Settings
from core.tenancy.models import PluginSwitch
from tests.core.hazards.ledger import Ledger, bare_plugins
from tests.core.hazards.web import Api, Browser, statements
from tests.factories.world import World


@pytest.fixture(autouse=True)
def seen_at_once(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.tenancy.directory.KEEP_S", 0.0)


@pytest.fixture
def safety(app: Flask, world: World) -> Browser:
    return Browser.of(app, world, "safety_a")


def photo() -> tuple[io.BytesIO, str]:
    target = io.BytesIO()
    Image.new("RGB", (40, 30), "orange").save(target, "JPEG")
    target.seek(0)
    return target, "现场.jpg"


def some(world: World, **told: Any) -> Any:
    with world.session() as session:
        return Ledger(world, session, bare_plugins()).report(**told)


def test_ledger_shows_rows_sums_and_phone_cards(safety: Browser, world: World) -> None:
    some(world, title="三楼通道堵塞")
    page = safety.get("/hazards").get_data(as_text=True)
    assert page.count("三楼通道堵塞") == 2, "table and phone card"
    assert "共1条" in page and "待编号" in page and 'data-frozen="3"' in page
    part = safety.get("/hazards", **{"HX-Request": "true"}).get_data(as_text=True)
    assert "<html" not in part and "三楼通道堵塞" in part


def test_ledger_when_empty_then_says_what_to_do(safety: Browser) -> None:
    assert "台账里还没有隐患" in safety.get("/hazards").get_data(as_text=True)
    assert "没有符合条件的隐患" in safety.get("/hazards?text=nothing").get_data(as_text=True)


@pytest.mark.parametrize("path", ["/hazards", "/hazards?state=open&sort=unit"])
def test_ledger_has_a_fixed_query_count(safety: Browser, world: World, app: Flask, path: str) -> None:
    from core.http.runtime import KEY

    engine = app.extensions[KEY].db.engine("app")
    counts = []
    for _ in range(2):
        some(world)
        safety.get(path)
        with statements(engine) as sent:
            safety.get(path)
        counts.append(len(sent))
    assert counts[0] == counts[1]


def test_views_are_kept_and_dropped(safety: Browser, world: World) -> None:
    safety.get("/hazards")
    answer = safety.post("/hazards/views", {"title": "我的消防", "query": "domain=fire&due=overdue"})
    assert answer.status_code == 302 and answer.headers["Location"].endswith("?domain=fire&due=overdue")
    page = safety.get("/hazards?domain=fire&due=overdue").get_data(as_text=True)
    assert "我的消防" in page
    drop = re.search(r"/hazards/views/[0-9a-f-]+/drop", page)
    assert drop
    assert safety.post(drop[0], {}).status_code == 302
    assert "我的消防" not in safety.get("/hazards").get_data(as_text=True)


def test_paper_twin_when_taken_as_a_document_then_number_code_and_timeline(safety: Browser, world: World) -> None:
    written = some(world, description="{{ 7*7 }} 危险<b>模板</b>")
    answer = safety.client.get(f"/hazards/{written.id}/paper.docx")
    assert answer.status_code == 200 and ".docx" in answer.headers["Content-Disposition"]
    document = Document(io.BytesIO(answer.data))
    texts = "\n".join(
        [part.text for part in document.paragraphs]
        + [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    )
    assert "{{ 7*7 }} 危险<b>模板</b>" in texts, "what people typed is text, not a template"
    assert (
        f"/hazards/{written.id}" in texts
        and "待编号" in texts
        and "测试safety.a" in texts + document.sections[0].footer.paragraphs[0].text
    )
    assert len(document.inline_shapes) == 1, "the QR code"


def test_detail_then_open_moves_stand_as_forms_with_what_is_missing(app: Flask, world: World) -> None:
    written = some(world)
    page = Browser.of(app, world, "keeper_a").get(f"/hazards/{written.id}").get_data(as_text=True)
    assert f"/hazards/{written.id}/moves/register" in page and "还缺1项" in page
    assert "隐患等级" in page and "WJ-2.4-24" in page
    assert "style=" not in page and "onclick" not in page
    page = Browser.of(app, world, "staff_a").get(f"/hazards/{written.id}").get_data(as_text=True)
    assert "现在不由您办理" in page and "台账专人" in page


def test_move_by_form_then_redirect_and_next_stage(app: Flask, world: World) -> None:
    written = some(world)
    keeper = Browser.of(app, world, "keeper_a")
    keeper.get(f"/hazards/{written.id}")
    path = f"/hazards/{written.id}/moves/register"
    answer = keeper.post(path, {"version": 1})
    assert answer.status_code == 422 and "请选择" in answer.get_data(as_text=True)
    answer = keeper.post(path, {"version": 1, "facts.grade": "general", "note": "核对过"})
    assert answer.status_code == 302
    assert "WJ-2020-00001" in keeper.get(f"/hazards/{written.id}").get_data(as_text=True)


def test_plan_and_report_by_form_with_photo(app: Flask, world: World) -> None:
    with world.session() as session:
        ledger = Ledger(world, session, bare_plugins())
        written = ledger.move(ledger.report(), "keeper_a", "register")
    safety = Browser.of(app, world, "safety_a")
    page = safety.get(f"/hazards/{written.id}").get_data(as_text=True)
    assert "测试line.a（条线责任人）" in page
    plan = {
        "version": written.version, "ground": "ordinary", "plan.responsibility": str(world.people["line_a"]), "plan.measures": "清走",
        "plan.funds": "1,200.50", "plan.deadline": "2020-12-01", "plan.contingency_plan.waived": "不涉及停课",
    }  # fmt: skip
    bad = safety.post(f"/hazards/{written.id}/moves/start", {**plan, "plan.funds": "很多钱"})
    assert (
        bad.status_code == 422 and "请填写金额" in bad.get_data(as_text=True) and "清走" in bad.get_data(as_text=True)
    )
    assert safety.post(f"/hazards/{written.id}/moves/start", plan).status_code == 302
    line = Browser.of(app, world, "line_a")
    line.get(f"/hazards/{written.id}")
    done = {
        "version": written.version + 1, "facts.measure_done": "已清走", "facts.done_at": "2020-11-26T10:00",
        "report_to": "工作专班", "evidence.after": photo(),
    }  # fmt: skip
    answer = line.post(f"/hazards/{written.id}/moves/report", done)
    assert answer.status_code == 302, answer.get_data(as_text=True)
    page = line.get(f"/hazards/{written.id}").get_data(as_text=True)
    assert "/thumbnail" in page and "1200.50 元" in page
    assert "整改的人不能自己办这一步" not in page, "line heads may not close anyway"
    with world.session(read_only=True) as session:
        row = session.scalars(select(Hazard)).one()
        assert row.funds_cents == 120_050 and row.canonical == "reported"


def test_stale_form_then_differences_side_by_side_and_words_kept(app: Flask, world: World) -> None:
    written = some(world)
    keeper = Browser.of(app, world, "keeper_a")
    keeper.get(f"/hazards/{written.id}")
    with world.session() as session:
        Ledger(world, session, bare_plugins()).move(written, "keeper_a", "register")
    answer = keeper.post(f"/hazards/{written.id}/moves/cancel", {"version": 1, "reason": "我写的理由"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 412 and "内容已被他人修改" in page
    assert "<del>排查</del>" in page and "<ins>登记</ins>" in page and "<ins>一般隐患</ins>" in page


def test_acts_beside_the_stages_by_form(app: Flask, world: World) -> None:
    with world.session() as session:
        ledger = Ledger(world, session, bare_plugins())
        written = ledger.move(ledger.report(), "keeper_a", "register")
    head = Browser.of(app, world, "head")
    page = head.get(f"/hazards/{written.id}").get_data(as_text=True)
    assert "延期" in page and "报请当地党委政府协调解决" in page
    base, version = f"/hazards/{written.id}", written.version
    answer = head.post(f"{base}/extension", {"version": version, "until": "2021-01-10", "reason": ""})
    assert answer.status_code == 422 and "理由" in answer.get_data(as_text=True)
    assert (
        head.post(f"{base}/extension", {"version": version, "until": "2021-01-10", "reason": "施工"}).status_code == 302
    )
    assert (
        head.post(
            f"{base}/escalations", {"version": version + 1, "escalation": "local_government", "reason": "协调"}
        ).status_code
        == 302
    )
    assert head.post(f"{base}/grade", {"version": version + 2, "grade": "major", "reason": "严重"}).status_code == 302
    assert (
        head.post(
            f"{base}/amend", {"version": version + 3, "title": "新标题", "place": "新位置", "description": "新描述"}
        ).status_code
        == 302
    )
    assert head.post(f"{base}/follow-ups", {"track": "", "note": "备注一下"}).status_code == 302
    page = head.get(base).get_data(as_text=True)
    assert "新标题" in page and "备注一下" in page and "重大隐患" in page


def test_report_from_a_phone_in_one_form(app: Flask, world: World) -> None:
    staff = Browser.of(app, world, "staff_a")
    page = staff.get("/hazards/new").get_data(as_text=True)
    key = re.search(r'name="idempotency_key" value="([^"]+)"', page)
    assert key and "capture" in page and "x-phone" in page
    assert "已经当场改好" not in page, "staff may not register, so not rectify on the spot either"
    form = {
        "idempotency_key": key[1], "unit_id": str(world.units["school_a"]), "place": "食堂", "kind": "fire/fire.passage",
        "evidence.before": photo(),
    }  # fmt: skip
    answer = staff.post("/hazards/new", form)
    assert answer.status_code == 302, answer.get_data(as_text=True)
    again = staff.post("/hazards/new", {**form, "evidence.before": photo()})
    assert again.headers["Location"] == answer.headers["Location"]
    shown = staff.get(answer.headers["Location"]).get_data(as_text=True)
    assert "消防通道、疏散通道不畅通" in shown and "食堂" in shown


def test_report_when_the_reporter_is_of_no_school_then_no_school_is_chosen_for_them(app: Flask, world: World) -> None:
    page = Browser.of(app, world, "head").get("/hazards/new").get_data(as_text=True)
    units = re.search(r'<select[^>]*name="unit_id".*?</select>', page, re.DOTALL)
    assert units and '<option value="">' in units[0] and "selected" not in units[0]


def test_report_when_place_is_missing_then_the_form_comes_back(app: Flask, world: World) -> None:
    staff = Browser.of(app, world, "staff_a")
    staff.get("/hazards/new")
    answer = staff.post("/hazards/new", {"unit_id": str(world.units["school_a"]), "description": "电线裸露"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and "电线裸露" in page and "位置" in page
    with world.session(read_only=True) as session:
        assert session.scalars(select(Hazard)).all() == []


def test_on_the_spot_from_a_phone(safety: Browser, world: World) -> None:
    page = safety.get("/hazards/new").get_data(as_text=True)
    assert "已经当场改好（立查立改）" in page
    form = {
        "unit_id": str(world.units["school_a"]), "place": "食堂", "kind": "fire/fire.passage", "on_the_spot": "at_once",
        "facts.grade": "general", "facts.measure_done": "当场搬走", "facts.done_at": "2020-11-26T09:30", "ground": "ordinary",
        "plan.responsibility": str(world.people["line_a"]), "plan.measures": "搬走", "plan.funds": "0", "plan.deadline": "2020-11-26",
        "plan.contingency_plan.waived": "不需要", "report_to": "工作专班", "evidence.before": photo(), "evidence.after": photo(),
    }  # fmt: skip
    refused = safety.post(
        "/hazards/new",
        {name: value for name, value in form.items() if name != "plan.measures" and "evidence" not in name},
    )
    assert (
        refused.status_code == 422
        and "措施" in refused.get_data(as_text=True)
        and "整改后照片" in refused.get_data(as_text=True)
    )
    answer = safety.post("/hazards/new", form)
    assert answer.status_code == 302, answer.get_data(as_text=True)
    with world.session(read_only=True) as session:
        row = session.scalars(select(Hazard)).one()
        assert (row.canonical, row.on_the_spot) == ("reported", True)


def test_paper_twin_carries_number_and_signature_lines(app: Flask, world: World) -> None:
    with world.session() as session:
        ledger = Ledger(world, session, bare_plugins())
        written = ledger.walk(ledger.report(), to="report")
    page = Browser.of(app, world, "head").get(f"/hazards/{written.id}/print").get_data(as_text=True)
    settings: Settings = app.extensions[KEY].settings
    assert "localhost" not in settings.public_url, "the name under which this client asks"
    assert f"{settings.public_url}/hazards/{written.id}" in page
    assert "隐患整改单" in page and "WJ-2020-00001" in page and "单位负责人（盖章）" in page


def test_when_out_of_reach_then_not_found(app: Flask, world: World) -> None:
    written = some(world)
    other = Browser.of(app, world, "safety_b")
    for path in (f"/hazards/{written.id}", f"/hazards/{written.id}/print"):
        assert other.get(path).status_code == 404
    other.get("/hazards")
    assert other.post(f"/hazards/{written.id}/moves/register", {"version": 1}).status_code == 404


def only_for(world: World, plugin: str, *stages: str) -> None:
    with world.session() as session:
        session.query(PluginSwitch).filter(PluginSwitch.plugin == plugin).one().stages = list(stages)


def test_domains_when_meant_for_other_stages_then_an_office_cannot_choose_them_for_that_school(
    app: Flask, world: World
) -> None:
    """``head`` works above schools, so that the plugin is there; what may be chosen follows the unit."""
    only_for(world, "labchem", "junior", "senior")
    office = Browser.of(app, world, "head")
    junior, primary = str(world.units["school_b"]), str(world.units["school_a"])
    assert 'value="labchem/"' in office.get("/hazards/new").get_data(as_text=True)
    assert 'value="labchem/"' in office.get(f"/hazards/new?unit_id={junior}").get_data(as_text=True)
    assert 'value="labchem/"' not in office.get(f"/hazards/new?unit_id={primary}").get_data(as_text=True)
    part = office.get(f"/hazards/new/sources?unit_id={primary}&kind=fire/").get_data(as_text=True)
    assert 'id="kinds"' in part and 'hx-swap-oob="true"' in part and 'value="labchem/"' not in part
    assert re.search(r'value="fire/" checked', part)
    assert 'value="labchem/"' in office.get(f"/hazards/new/sources?unit_id={junior}").get_data(as_text=True)


def test_report_when_the_domain_is_for_other_stages_then_refused_over_rest_too(app: Flask, world: World) -> None:
    only_for(world, "labchem", "junior", "senior")
    api = Api(app.test_client(), world, "head")
    told = {
        "domain": "labchem",
        "title": "试剂柜未上锁",
        "description": "试剂柜未上锁",
        "place": "实验室",
        "grade": "general",
    }
    refused = api.post("/hazards", {**told, "unit_id": str(world.units["school_a"])})
    assert refused.status_code == 422 and "学段" in refused.json["fields"]["domain"]
    assert api.post("/hazards", {**told, "unit_id": str(world.units["school_b"])}).status_code == 201


def test_kept_report_when_it_comes_twice_then_one_hazard_found_when_the_phone_says(app: Flask, world: World) -> None:
    staff, other = Browser.of(app, world, "staff_a"), Browser.of(app, world, "safety_a")
    ready = staff.get("/hazards/new/kept", Accept="application/json").get_json()
    assert ready["scope"] == f"{world.tenant.id}.{world.people['staff_a']}"
    report_id = new_id()
    form = {"id": str(report_id), "unit_id": str(world.units["school_a"]), "place_typed": "食堂", "description": "灯坏"}

    def sent(browser: Browser, age_s: int, csrf: str) -> Any:
        headers = {"Accept": "application/json", "X-CSRF-Token": csrf, "Idempotency-Key": str(new_id())}
        data = {**form, "age_s": str(age_s), "age.evidence.before": str(age_s), "evidence.before": photo()}
        return browser.client.post(
            "/hazards/new/kept", data=data, content_type="multipart/form-data", headers=headers
        )  # fmt: skip

    first, second = (sent(staff, age, ready["csrf"]) for age in (7200, 7300))
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.get_json() == second.get_json() and first.get_json()["url"] == f"/hazards/{report_id}"
    with world.session() as session:
        hazard = session.scalars(select(Hazard)).one()
        files = session.scalars(select(File)).all()
        assert hazard.id == report_id and session.now() - hazard.found_at == timedelta(hours=2)
        assert [session.now() - file.occurred_at for file in files if file.occurred_at] == [timedelta(hours=2)]
    token = other.get("/hazards/new/kept", Accept="application/json").get_json()["csrf"]
    assert sent(other, 0, token).status_code == 409, "an id is its own person's"
    form["id"], form["description"] = str(new_id()), ""
    refused = sent(staff, 0, ready["csrf"])
    assert refused.status_code == 422 and refused.get_json()["fields"] == {"description": "请说明是什么隐患"}
