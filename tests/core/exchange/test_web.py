"""Pages and REST of the centre: from upload to undo, and from an order to the last part of a broken download."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.access.actor import Actor, Grant
from core.exchange.feature import collect_menu
from core.exchange.services.exporting import file_taken, make_export, take
from core.files.storage import storage_of
from core.hazards.permissions import HazardPermission
from core.http.runtime import KEY
from core.kernel.errors import Refused
from core.tenancy.bureaus import ADMINISTER, DECIDE, WATCH
from tests.core.exchange import tables
from tests.core.hazards.ledger import Ledger, bare_plugins
from tests.core.hazards.web import Browser, statements
from tests.factories.world import World

UNITS = "学校代码,学校名称,类型,自己的列\nS7,第七小学,小学,x\nS8,第八小学,航校,y\n".encode("gb18030")


def sent(client: FlaskClient, world: World, content: bytes, kind: str, who: str = "head") -> Any:
    headers = {**world.headers(who), "Idempotency-Key": str(uuid4())}
    return client.post("/api/v1/imports", data={"kind": kind, "file": (io.BytesIO(content), "表.csv")}, headers=headers)


def upload(browser: Browser, form: dict[str, Any]) -> Any:
    return browser.client.post(
        "/imports", data={"csrf_token": browser.token, **form}, content_type="multipart/form-data"
    )


def test_pages_when_walked_then_columns_preview_faults_and_undo(app: Flask, world: World) -> None:
    head = Browser.of(app, world, "head")
    page = head.get("/imports").get_data(as_text=True)
    assert "单位名册" in page and "隐患台账（历史）" in page
    assert head.client.get("/imports/blank/orgs.people.xlsx").data.startswith(b"PK")
    answer = upload(head, {"kind": "orgs.units", "file": (io.BytesIO(UNITS), "名册.csv")})
    path = answer.headers["Location"]
    again = upload(head, {"kind": "orgs.units", "file": (io.BytesIO(UNITS), "名册.csv")})
    assert again.headers["Location"] == path, "sent twice is one batch"
    mapping = head.get(f"{path}/mapping").get_data(as_text=True)
    assert "自己的列" in mapping and "第七小学" in mapping
    columns = {"column_0": "code", "column_1": "name", "column_2": "type", "column_3": ""}
    wrong = head.post(f"{path}/mapping", {"sheet": "0", "header_row": "1", **columns, "column_2": ""})
    assert wrong.status_code == 422 and "单位类型" in wrong.get_data(as_text=True)
    assert head.post(f"{path}/mapping", {"sheet": "0", "header_row": "1", **columns}).status_code == 302
    page = head.get(path).get_data(as_text=True)
    assert "没有这种类型" in page and "导入1行" in page
    book = openpyxl.load_workbook(io.BytesIO(head.client.get(f"{path}/faults.xlsx").data)).worksheets[0]
    (row,) = [[cell.value for cell in line] for line in book.iter_rows(min_row=2)]
    assert row[:4] == ["S8", "第八小学", "航校", "y"] and "没有这种类型" in row[4], "the same columns, and the reason"
    assert head.post(f"{path}/commit", {}).status_code == 302
    assert head.get(f"{path}/progress").get_json()["state"] == "queued"
    with world.session() as session:
        tables.commit(tables.work_of(session, world.actor("head", session)), UUID(path.rsplit("/", 1)[1]))
    assert "第七小学" in head.get("/units?text=S7").get_data(as_text=True)
    assert head.post(f"{path}/undo", {}).status_code == 302
    assert "第七小学" not in head.get("/units?text=S7").get_data(as_text=True)
    third = upload(head, {"kind": "orgs.units", "file": (io.BytesIO(UNITS + b"S9,a,b,c\n"), "名册2.csv")})
    assert "/mapping" not in third.headers["Location"]
    assert "没有这种类型" in head.get(third.headers["Location"]).get_data(as_text=True), "its headers are remembered"


def test_rest_when_walked_then_versions_rows_and_neighbours(
    client: FlaskClient, world: World, neighbour: World
) -> None:
    text = "登录名,姓名,单位,岗位\nnew.one,甲,S001,教职工\nBAD LOGIN!,乙,S001,教职工\n".encode()
    made = sent(client, world, text, "orgs.people")
    assert made.status_code == 201, made.get_data(as_text=True)
    batch, headers = made.get_json(), world.headers("head")
    assert (batch["state"], batch["total"], batch["faulty"]) == ("preview", 2, 1)
    assert sent(client, world, text, "orgs.people").get_json()["id"] == batch["id"]
    path = f"/api/v1/imports/{batch['id']}"
    rows = client.get(f"{path}/rows?state=at_fault", headers=headers).get_json()
    assert [(row["no"], row["state"]) for row in rows["items"]] == [(3, "faulty")]
    assert client.post(f"{path}/commit", headers=headers).status_code == 428
    etag = made.headers["ETag"]
    ordered = client.post(f"{path}/commit", headers={**headers, "If-Match": etag})
    assert ordered.get_json()["state"] == "committing"
    assert client.post(f"{path}/undo", headers={**headers, "If-Match": etag}).status_code == 412
    assert client.get(path, headers=neighbour.headers("head")).status_code == 404
    assert client.get(path, headers=world.headers("staff_a")).status_code == 404
    assert sent(client, world, text, "orgs.people", "staff_a").status_code == 404
    unsure = sent(client, world, b"a,b\n1,2\n", "orgs.people").get_json()
    assert unsure["state"] == "mapping"


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_export_when_broken_off_then_goes_on_where_it_stopped(
    app: Flask, client: FlaskClient, world: World, form: str
) -> None:
    with world.session() as session:
        Ledger(world, session, bare_plugins()).report(description="=1+1 隐患")
    headers = world.headers("safety_a")
    body = {"kind": "hazards", "format": form, "filters": {"state": ["open"]}}
    made = client.post("/api/v1/exports", json=body, headers={**headers, "Idempotency-Key": str(uuid4())})
    assert made.status_code == 201, made.get_data(as_text=True)
    export = made.get_json()
    assert (export["state"], export["said"]) == ("queued", "未办结")
    path = f"/api/v1/exports/{export['id']}"
    assert client.post(f"{path}/take", headers=headers).status_code == 409
    storage = storage_of(app.extensions[KEY].settings)
    with world.session() as session:
        work = tables.work_of(session, world.actor("safety_a", session))
        make_export(work, export_id=UUID(export["id"]), storage=storage, aside=world.session)
    assert client.get(f"{path}/file", headers=headers).status_code == 409, "first it is written down that it is taken"
    assert client.post(f"{path}/take", headers=headers).get_json()["downloads"] == 1

    def part(**more: str) -> Any:
        with client.get(f"{path}/file", headers={**headers, **more}) as answer:
            assert answer.data
            return answer

    whole = part()
    assert whole.headers["Accept-Ranges"] == "bytes"
    start = part(Range="bytes=0-99")
    rest = part(**{"Range": "bytes=100-", "If-Range": whole.headers["ETag"]})
    assert (start.status_code, rest.status_code) == (206, 206)
    assert start.data + rest.data == whole.data
    stale = part(**{"Range": "bytes=100-", "If-Range": '"other"'})
    assert stale.status_code == 200, "another file: from the beginning"
    if form == "csv":
        assert "'=1+1 隐患" in whole.data.decode("utf-8-sig")
    assert client.get(path, headers=world.headers("head")).status_code == 404, "exports are one's own"


def test_menu_when_somebody_only_keeps_accounts_then_offers_no_imports() -> None:
    def offered(*permissions: str) -> set[str]:
        grant = Grant(frozenset(permissions), None)
        return {entry.endpoint for entry in collect_menu(Actor(1, None, "甲", "person", (grant,)))}

    assert "imports.index" not in offered(*WATCH, *DECIDE, *ADMINISTER, "file:object:write")
    assert "imports.index" in offered("org:roster:import") & offered("register:entry:write")


@pytest.mark.parametrize("path", ["/api/v1/imports", "/api/v1/exports", "/api/v1/historical-hazards"])
def test_list_has_a_fixed_query_count(app: Flask, client: FlaskClient, world: World, path: str) -> None:
    engine = app.extensions[KEY].db.engine("app")
    headers = world.headers("head")

    def more(count: int) -> None:
        for _ in range(count):
            sent(client, world, f"登录名,姓名,单位,岗位\n,{uuid4().hex},S001,教职工\n".encode(), "orgs.people")
            client.post(
                "/api/v1/exports", json={"kind": "hazards"}, headers={**headers, "Idempotency-Key": str(uuid4())}
            )

    counts = []
    for number in (1, 2):
        more(number)
        client.get(path, headers=headers)
        with statements(engine) as found:
            assert client.get(path, headers=headers).status_code == 200
        counts.append(len(found))
    assert counts[0] == counts[1]


def test_export_when_any_right_was_lost_since_then_its_file_is_not_given(
    app: Flask, client: FlaskClient, world: World
) -> None:
    """Not only the right to export: cells of the file may have been written by another one."""
    body = {"kind": "hazards", "format": "xlsx", "filters": {}}
    headers = world.headers("safety_a")
    made = client.post("/api/v1/exports", json=body, headers={**headers, "Idempotency-Key": str(uuid4())}).get_json()
    storage = storage_of(app.extensions[KEY].settings)
    with world.session() as session:
        work = tables.work_of(session, world.actor("safety_a", session))
        make_export(work, export_id=UUID(made["id"]), storage=storage, aside=world.session)
        take(work, export_id=UUID(made["id"]))
        assert file_taken(work, export_id=UUID(made["id"]))
        lost = max(work.actor.rights())
        assert lost != HazardPermission.EXPORT
        less = replace(work, actor=work.actor.narrowed(set(work.actor.rights()) - {lost}))
        with pytest.raises(Refused, match="重新导出"):
            file_taken(less, export_id=UUID(made["id"]))
        with pytest.raises(Refused, match="重新导出"):
            take(less, export_id=UUID(made["id"]))
