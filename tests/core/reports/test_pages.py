"""The pages as people open them, and the same over REST."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from core.http.runtime import KEY
from core.reports.models import FilingVersion, Forwarding
from core.reports.services.forwardings import Sent, forward
from tests.conftest import APP_CLOCK
from tests.core.hazards.web import Browser, statements
from tests.core.reports.ground import TEN_DAY, Ground, at

Enter = Callable[[str], Browser]


@pytest.fixture
def enter(app: Flask, client: FlaskClient, ground: Ground, monkeypatch: pytest.MonkeyPatch) -> Enter:
    """``enter("principal_a")`` → the pages as that person, on 2018-12-06; the rounds are open."""
    monkeypatch.setattr("core.tenancy.directory.KEEP_S", 0.0)
    ground.open()

    def entered(who: str) -> Browser:
        APP_CLOCK.at = ground.clock.at
        return Browser.of(app, ground.world, who)

    return entered


def text(answer: Any, status: int = 200) -> str:
    page: str = answer.get_data(as_text=True)
    assert answer.status_code == status, page[:3000]
    return page


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def test_a_head_opens_looks_at_what_moved_and_signs(enter: Enter, ground: Ground) -> None:
    head = enter("principal_a")
    page = text(head.get("/reports"))
    assert "冬春安全整治大会战十日报表" in page and "第2期" in page and "未报" in page
    begin = f"/reports/rounds/{ground.round()}/units/{ground.world.units['school_a']}"
    made = head.post(begin, {"idempotency_key": str(uuid4())})
    assert made.status_code == 303
    path = made.headers["Location"]
    page = text(head.get(path))
    assert "先看有变化的" in page and "签名并报出" in page and "签零报告" in page
    refused = text(
        head.post(
            f"{path}/write", {"version": hidden(page, "version"), "act": "sign", "signed_as": "别人", "summary": "好"}
        ),
        422,
    )
    assert "请写您本人的姓名" in refused and "好</textarea>" in refused
    sent = head.post(
        f"{path}/write",
        {
            "version": hidden(page, "version"), "act": "sign", "signed_as": "principal_a", "summary": "已排查。",
            "files": (io.BytesIO(b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"), "情况.pdf"),
        },
    )  # fmt: skip
    assert sent.status_code == 303, text(sent, sent.status_code)
    page = text(head.get(path))
    assert "第1版" in page and "情况.pdf" in page and "已签字报出，等待审核" in page
    assert "签名并报出" not in page, "what is submitted has no form any more"


def test_a_zero_report_is_signed_on_the_page(enter: Enter, ground: Ground) -> None:
    filing_id = ground.begin("principal_a", "school_a")
    head = enter("principal_a")
    page = text(head.get(f"/reports/filings/{filing_id}"))
    form = {
        "version": hidden(page, "version"),
        "sentence": hidden(page, "sentence"),
        "signed_as": "principal_a",
        "reason": "",
    }
    assert head.post(f"/reports/filings/{filing_id}/zero", form).status_code == 303
    page = text(head.get(f"/reports/filings/{filing_id}"))
    assert "特此零报告" in page and "零报告已签" in page
    with ground.world.session(read_only=True) as session:
        assert session.scalars(select(FilingVersion.kind)).all() == ["zero"]


def test_a_correction_is_asked_for_with_a_reason_and_can_be_dropped(enter: Enter, ground: Ground) -> None:
    filing_id = ground.begin("principal_a", "school_a")
    ground.sign("principal_a", filing_id)
    ground.review("head", filing_id, "accepted")
    head = enter("principal_a")
    path = f"/reports/filings/{filing_id}"
    page = text(head.get(path))
    assert "上级已审，不能修改" in page
    form = {"version": hidden(page, "version"), "kind": "correction", "reason": "漏报一处"}
    assert head.post(f"{path}/reopen", form).status_code == 303
    page = text(head.get(path))
    assert "更正中" in page and "漏报一处" in page and "这一版已审" in page
    assert head.post(f"{path}/drop", {"version": hidden(page, "version")}).status_code == 303
    assert "已审" in text(head.get(path))


def test_the_district_reviews_on_the_page(enter: Enter, ground: Ground) -> None:
    filing_id = ground.begin("principal_a", "school_a")
    ground.sign("principal_a", filing_id)
    officer = enter("officer")
    assert "第一小学" in text(officer.get("/reports/review"))
    page = text(officer.get(f"/reports/filings/{filing_id}"))
    form = {"version": hidden(page, "version"), "verdict": "returned", "words": ""}
    assert "请写明退回的原因" in text(officer.post(f"/reports/filings/{filing_id}/review", form), 422)
    done = officer.post(f"/reports/filings/{filing_id}/review", form | {"words": "请补充"})
    assert done.status_code == 303
    assert "退回" in text(officer.get(f"/reports/filings/{filing_id}"))


def test_the_grid_urges_the_chosen_and_exports(enter: Enter, ground: Ground) -> None:
    ground.go(at(2018, 12, 7))
    officer = enter("officer")
    page = text(officer.get(f"/reports/grid?code={TEN_DAY}&round_id={ground.round()}"))
    assert page.count("逾期未报") >= 3 and "未到填报时间" in page
    urged = officer.post(
        f"/reports/rounds/{ground.round()}/urge",
        {"id": [str(ground.world.units["school_a"])], "code": TEN_DAY, "standing": "owed"},
    )
    assert urged.status_code == 303 and "standing=owed" in urged.headers["Location"]
    page = text(officer.get(urged.headers["Location"]))
    assert "已催报1个单位" in page and "2人未阅" in page
    file = officer.client.get(f"/reports/grid.xlsx?code={TEN_DAY}")
    assert file.status_code == 200 and file.data[:2] == b"PK"


def test_a_round_is_forwarded_and_its_receipt_comes_later(enter: Enter, ground: Ground) -> None:
    officer = enter("officer")
    path = f"/reports/rounds/{ground.round()}"
    assert "还没有向上转报" in text(officer.get(path))
    form = {
        "recipient": "白城市教育局",
        "sent_on": "2018-12-06",
        "receipt_no": "",
        "note": "",
        "idempotency_key": str(uuid4()),
    }
    assert officer.post(f"{path}/forward", form).status_code == 303
    assert "未收到" in text(officer.get(path))
    form |= {"receipt_no": "白教安收〔2018〕12号", "idempotency_key": str(uuid4())}
    assert officer.post(f"{path}/forward", form).status_code == 303
    assert "白教安收〔2018〕12号" in text(officer.get(path))
    late = form | {"sent_on": "2018-12-09", "idempotency_key": str(uuid4())}
    assert "不能晚于今天" in text(officer.post(f"{path}/forward", late), 422)
    with ground.world.session(read_only=True) as session:
        assert len(session.scalars(select(Forwarding)).all()) == 2


def test_every_other_page_opens(enter: Enter, ground: Ground) -> None:
    officer, head = enter("officer"), enter("principal_a")
    text(officer.get("/reports/rounds"))
    text(officer.get("/reports/rounds?state=late&sort=due_on"))
    text(head.get("/reports?done=1"))
    text(head.get("/reports/grid"))
    text(head.get("/"))
    owed = f"/reports/rounds/{ground.round()}/units/{ground.world.units['school_b']}"
    assert "还没有填报" in text(officer.get(owed))
    assert head.get(owed).status_code == 404


@pytest.mark.parametrize("path", ["/reports", "/reports/grid?code=ten-day", "/reports/rounds", "/reports/review"])
def test_lists_ask_a_fixed_number_of_queries(enter: Enter, ground: Ground, app: Flask, path: str) -> None:
    engine = app.extensions[KEY].db.engine("app")
    who = "principal_a" if path == "/reports" else "officer"
    counts = []
    for key, filer, unit in (
        ("ten-day@2018-12-06", "principal_a", "school_a"), ("ten-day@2018-12-06", "principal_b", "school_b"), ("ten-day@2018-11-26", "principal_k", "kindergarten"),
    ):  # fmt: skip
        ground.sign(filer, ground.begin(filer, unit, key))
        page = enter(who)
        page.get(path)
        with statements(engine) as sent:
            text(page.get(path))
        counts.append(len(sent))
    assert len(set(counts)) == 1, counts


def test_rest_goes_the_same_way(client: FlaskClient, enter: Enter, ground: Ground) -> None:
    head, officer = ground.world.headers("principal_a"), ground.world.headers("officer")
    APP_CLOCK.at = ground.clock.at
    listed = client.get("/api/v1/reports/rounds?code=ten-day", headers=head).get_json()
    assert listed["total"] == 2 and listed["items"][0]["expected"] == 1, "a school's own"
    body = {"round_id": str(ground.round()), "unit_id": str(ground.world.units["school_a"])}
    made = client.post("/api/v1/reports/filings", json=body, headers={**head, "Idempotency-Key": "1"})
    filing_id = UUID(made.get_json()["id"])
    path = f"/api/v1/reports/filings/{filing_id}"
    card = client.get(path, headers=head)
    assert card.get_json()["draft"]["figures"][0]["code"] == "hazards_found"
    assert client.put(f"{path}/draft", json={"summary": "甲"}, headers=head).status_code == 428
    saved = client.put(f"{path}/draft", json={"summary": "甲"}, headers={**head, "If-Match": card.headers["ETag"]})
    assert saved.status_code == 200, saved.get_data(as_text=True)
    stale = client.put(f"{path}/draft", json={"summary": "乙"}, headers={**head, "If-Match": card.headers["ETag"]})
    assert stale.status_code == 412
    zero = {"signed_as": "principal_a", "sentence": saved.get_json()["zero_sentence"]}
    signed = client.post(f"{path}/zero", json=zero, headers={**head, "If-Match": saved.headers["ETag"]})
    assert signed.status_code == 200 and signed.get_json()["versions"][0]["kind"] == "zero"
    denied = client.post(f"{path}/accept", json={}, headers={**head, "If-Match": signed.headers["ETag"]})
    assert denied.status_code == 403
    done = client.post(f"{path}/accept", json={}, headers={**officer, "If-Match": signed.headers["ETag"]})
    assert done.get_json()["line"]["state"] == "accepted"
    found = client.get("/api/v1/reports/grid?code=ten-day", headers=officer).get_json()
    cells = {row["unit_name"]: row["cells"][-1]["found"] for row in found["items"]}
    assert cells["第一小学"] == {"standing": "accepted", "late": False, "zero": True}
    reminded = client.post(
        f"/api/v1/reports/rounds/{ground.round()}/reminders",
        json={"unit_ids": [str(ground.world.units["school_b"])]},
        headers=officer,
    )
    assert reminded.get_json()["told"] == 1


def test_forwardings_over_rest(client: FlaskClient, enter: Enter, ground: Ground) -> None:
    APP_CLOCK.at = ground.clock.at
    officer = ground.world.headers("officer")
    with ground.world.session() as session:
        actor = ground.world.actor("officer", session)
        forward(session, actor=actor, round_id=ground.round(), sent=Sent("市教育局", ground.clock.at.date()))
    found = client.get(f"/api/v1/reports/rounds/{ground.round()}/forwardings", headers=officer).get_json()
    assert found["total"] == 1 and found["items"][0]["recipient"] == "市教育局"
