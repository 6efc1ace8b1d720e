from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories.world import World, build_bureau
from tests.plugins.fire.test_web import Browser


def test_plugins_when_switched_over_rest_then_etag_guards(client: FlaskClient, world: World) -> None:
    headers = world.headers("head")
    listed = client.get("/api/v1/plugins?page_size=50", headers=headers).get_json()
    assert (listed["total"], {row["state"] for row in listed["items"]}) == (8, {"on"})
    one = client.get("/api/v1/plugins/bus", headers=headers)
    assert one.headers["ETag"] == '"1"'
    assert client.delete("/api/v1/plugins/bus", headers=headers).status_code == 428
    off = client.delete("/api/v1/plugins/bus", headers={**headers, "If-Match": '"1"'})
    assert (off.get_json()["state"], off.headers["ETag"]) == ("ended", '"2"')
    assert client.get("/bus", headers=headers).status_code == 404
    body = {"on_from": "2020-09-01", "variant": "yongqiao"}
    assert client.put("/api/v1/plugins/bus", json=body, headers={**headers, "If-Match": '"1"'}).status_code == 412
    on = client.put("/api/v1/plugins/bus", json=body, headers={**headers, "If-Match": '"2"'}).get_json()
    assert (on["state"], on["variant"]) == ("on", "yongqiao")
    assert client.get("/bus", headers=headers).status_code == 200
    assert client.get("/api/v1/plugins", headers=world.headers("staff_a")).status_code == 403


def test_plugin_page_when_a_date_is_wrong_then_shown_again_with_the_fault(
    app: Flask, client: FlaskClient, world: World
) -> None:
    browser = Browser(app, world, "head")
    assert "启用中" in browser.get("/plugins")
    browser.get("/plugins/bus")
    wrong = browser.post("/plugins/bus", {"version": "1", "on_from": "2020-09-01", "on_until": "2020-08-01"})
    assert (wrong.status_code, "不能早于启用日期" in wrong.get_data(as_text=True)) == (422, True)
    missing = browser.post("/plugins/bus", {"version": "1", "on_from": ""})
    assert (missing.status_code, "必填" in missing.get_data(as_text=True)) == (422, True)
    assert (
        browser.post("/plugins/bus", {"version": "1", "on_from": "2020-09-01", "stages": ["primary"]}).status_code
        == 302
    )
    assert "小学" in browser.get("/plugins")
    assert browser.post("/plugins/bus/off", {"version": "2"}).status_code == 302
    assert "已停用" in browser.get("/plugins")


def test_settings_page_when_a_value_is_looser_then_says_why(app: Flask, client: FlaskClient, world: World) -> None:
    browser = Browser(app, world, "head")
    page = browser.get("/pack/settings")
    assert "谁规定的" in page
    assert "待确认" in page
    refused = browser.post("/pack/settings/drill.school.months", {"version": "0", "value": "99"})
    assert (refused.status_code, "不能宽于" in refused.get_data(as_text=True)) == (422, True)
    assert browser.post("/pack/settings/due.reminder_days", {"version": "0", "value": "3"}).status_code == 302
    assert "本区已改" in browser.get("/pack/settings")
    assert browser.post("/pack/settings/due.reminder_days/clear", {"version": "1"}).status_code == 302
    assert "本区已改" not in browser.get("/pack/settings")


def test_notice_when_read_then_paragraphs_are_numbered_and_name_their_clauses(
    app: Flask, client: FlaskClient, world: World
) -> None:
    browser = Browser(app, world, "safety_a")
    answer = browser.client.get("/pack/documents")
    assert answer.status_code == 302
    page = browser.get(answer.headers["Location"])
    assert 'id="p1"' in page
    assert "WJ-2.4-02" in page
    narrowed = browser.get(answer.headers["Location"] + "?text=WJ-2.4-02")
    assert len(re.findall(r'id="p\d+"', narrowed)) == 1
    told = client.get("/api/v1/pack/documents/notice", headers=world.headers("safety_a")).get_json()
    assert [paragraph["no"] for paragraph in told["paragraphs"]][:3] == [1, 2, 3]
    clauses = client.get("/api/v1/pack/clauses?domain=fire&page_size=5", headers=world.headers("safety_a")).get_json()
    assert (len(clauses["items"]), clauses["total"] > 30) == (5, True)


def test_pack_when_asked_over_rest_then_values_have_provenance(client: FlaskClient, world: World) -> None:
    headers = world.headers("head")
    assert client.get("/api/v1/pack", headers=headers).get_json()["slug"] == "wujin"
    values = client.get("/api/v1/pack/settings?page_size=200", headers=headers).get_json()["items"]
    assert all({"key", "value", "who", "source", "others"} <= set(value) for value in values)
    changed = client.put(
        "/api/v1/pack/settings/due.reminder_days", json={"value": 2}, headers={**headers, "If-Match": '"0"'}
    )
    assert (changed.get_json()["who"], changed.headers["ETag"]) == ("本区自定", '"1"')
    gone = client.delete("/api/v1/pack/settings/due.reminder_days", headers={**headers, "If-Match": '"1"'})
    assert gone.status_code == 204
    readings = client.get("/api/v1/pack/readings", headers=headers).get_json()
    assert readings["total"] > 10


def test_bureau_when_it_has_no_pack_then_nothing_breaks(client: FlaskClient, db) -> None:  # type: ignore[no-untyped-def]  # the fixture
    from core.kernel.errors import NotFound
    from core.switchboard.queries.pack import value_lines
    from core.tenancy.values import layers

    bureau = build_bureau(db)
    with bureau.session() as session:
        assert layers(session) is None
        with pytest.raises(NotFound, match="区域包"):
            value_lines(session)
