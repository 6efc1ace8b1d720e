"""Scans that hang on entries: brought by the form, seen by few, counted, kept in history, gone when they are taken off."""

from __future__ import annotations

import io
import os
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from PIL import Image
from sqlalchemy import select

from core.exchange.services.exporting import make_export
from core.files.models import File
from core.files.services import store_file
from core.files.storage import DiskStorage
from core.files.sweep import sweep
from core.hooks.tables import ImportRow, TableWork
from core.http.runtime import KEY
from core.kernel.errors import Conflict, Refused
from core.kernel.ids import new_id
from core.registers.queries.entries import entry_card
from core.registers.queries.files import files_of
from core.registers.services import hang_files, retire_entry, take_file_off
from tests.core.hazards.web import Api, Browser
from tests.core.registers.ground import add, facility, get, registers
from tests.core.registers.test_tables import import_kind, work
from tests.factories.world import World

CERTIFICATES = "/registers/certificates"
HEALTH = {"kind": "health", "holder": "工号17"}


def picture(color: str = "teal") -> io.BytesIO:
    found = io.BytesIO()
    Image.new("RGB", (60, 40), color).save(found, "PNG")
    found.seek(0)
    return found


def upload(api: Api, name: str = "健康证.png", content: bytes | None = None) -> str:
    body = io.BytesIO(content) if content is not None else picture(f"#{uuid4().hex[:6]}")
    sent = api.client.post(
        "/api/v1/files", data={"file": (body, name), "purpose": "document"}, content_type="multipart/form-data",
        headers={**api.world.headers(api.name), "Idempotency-Key": str(uuid4())},
    )  # fmt: skip
    assert sent.status_code == 201, sent.get_data(as_text=True)
    return str(sent.get_json()["id"])


def scan(session: Any, world: World, name: str, folder: Path) -> UUID:
    """A loose upload of that person."""
    return store_file(
        session, actor=world.actor(name, session), storage=DiskStorage(folder), stream=picture(), name="扫描件.png",
        purpose="document",
    ).id  # fmt: skip


def delete(api: Api, path: str, version: int) -> Any:
    return api.client.delete(f"/api/v1{path}", headers={**api.world.headers(api.name), "If-Match": f'"{version}"'})


def certificate(api: Api) -> str:
    made = api.post(CERTIFICATES, {**HEALTH, "unit_id": str(api.world.units["school_a"])})
    assert made.status_code == 201, made.get_json()
    return f"{CERTIFICATES}/{made.get_json()['id']}"


def test_scan_when_hung_over_rest_then_counted_kept_in_history_and_taken_off(client: FlaskClient, world: World) -> None:
    keeper = Api(client, world, "safety_a")
    path, file_id = certificate(keeper), upload(keeper)
    assert keeper.post(f"{path}/files", {"file_id": file_id}).status_code == 428
    hung = keeper.post(f"{path}/files", {"file_id": file_id}, version=1, key="hang")
    assert (hung.status_code, hung.headers["ETag"], hung.get_json()["files"]) == (201, '"2"', 1), hung.get_json()
    again = keeper.post(f"{path}/files", {"file_id": file_id}, version=1, key="hang")
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (201, "true")
    assert keeper.post(f"{path}/files", {"file_id": upload(keeper)}, version=1).status_code == 412
    listed = keeper.get(f"{path}/files").get_json()
    assert (listed["total"], listed["items"][0]["id"], listed["items"][0]["name"]) == (1, file_id, "健康证.png")
    assert keeper.get(f"/files/{file_id}/content").data[1:4] == b"PNG"
    assert keeper.get(CERTIFICATES).get_json()["items"][0]["files"] == 1
    told = keeper.get(f"{path}/history").get_json()["items"][0]
    assert (told["action"], told["changes"]) == ("修改", {"证书扫描件": ["0", "1"]})
    assert delete(keeper, f"{path}/files/{file_id}", 1).status_code == 412
    assert delete(keeper, f"{path}/files/{file_id}", 2).status_code == 204
    assert keeper.get(f"/files/{file_id}").status_code == 404
    assert keeper.get(f"{path}/files").get_json()["total"] == 0
    assert delete(keeper, f"{path}/files/{file_id}", 3).status_code == 404, "it hangs there no more"


def test_scan_of_a_person_when_asked_for_then_seen_by_keepers_and_inspectors_only(
    client: FlaskClient, world: World, neighbour: World
) -> None:
    keeper = Api(client, world, "safety_a")
    path, file_id = certificate(keeper), upload(keeper)
    assert keeper.post(f"{path}/files", {"file_id": file_id}, version=1).status_code == 201
    nothing = new_id()
    for other in (Api(client, world, "line_a"), Api(client, world, "safety_b"), Api(client, neighbour, "safety_a")):
        for part in ("", "/content", "/thumbnail"):
            answers = [other.get(f"/files/{own}{part}") for own in (file_id, nothing)]
            assert [one.status_code for one in answers] == [404, 404], (other.name, part)
            first, second = (one.get_json() | {"request_id": "", "instance": ""} for one in answers)
            assert first == second, "told apart from what does not exist"
    colleague = Api(client, world, "line_a")
    assert colleague.get(path).status_code == 200, "reads the entry"
    assert colleague.get(f"{path}/files").get_json()["items"] == []
    assert colleague.post(f"{path}/files", {"file_id": upload(keeper)}, version=2).status_code == 403
    inspector = Api(client, world, "head")
    assert inspector.get(f"/files/{file_id}/content").status_code == 200
    assert Api(client, world, "safety_b").get(f"{path}/files").status_code == 404


def test_scan_when_it_is_ones_own_certificate_then_seen_but_not_a_colleagues(client: FlaskClient, world: World) -> None:
    keeper, holder = Api(client, world, "safety_a"), Api(client, world, "line_a")
    body = {key: text for key, text in HEALTH.items() if key != "holder"}
    seen = []
    for person in ("line_a", "staff_a"):
        made = keeper.post(
            CERTIFICATES, {**body, "unit_id": str(world.units["school_a"]), "person_id": str(world.people[person])}
        )
        path, file_id = f"{CERTIFICATES}/{made.get_json()['id']}", upload(keeper)
        assert keeper.post(f"{path}/files", {"file_id": file_id}, version=1).status_code == 201
        seen.append(
            (holder.get(f"/files/{file_id}/content").status_code, holder.get(f"{path}/files").get_json()["total"])
        )
        assert delete(holder, f"{path}/files/{file_id}", 2).status_code == 403, "it stays the keeper's"
    assert seen == [(200, 1), (404, 0)]


def test_scan_when_it_shows_no_person_then_whoever_reads_the_entry_sees_it(client: FlaskClient, world: World) -> None:
    keeper = Api(client, world, "safety_a")
    body = {"kind": "elevator", "name": "综合楼电梯", "unit_id": str(world.units["school_a"])}
    made = keeper.post("/registers/buildings_equipment", body)
    path, file_id = f"/registers/buildings_equipment/{made.get_json()['id']}", upload(keeper)
    assert keeper.post(f"{path}/files", {"file_id": file_id}, version=1).status_code == 201
    assert Api(client, world, "principal_a").get(f"/files/{file_id}").status_code == 200
    assert Api(client, world, "safety_b").get(f"/files/{file_id}").status_code == 404


def test_scan_when_not_taken_then_refused_in_words(client: FlaskClient, world: World) -> None:
    keeper = Api(client, world, "safety_a")
    path = certificate(keeper)
    wrong = keeper.post(f"{path}/files", {"file_id": upload(keeper, "名单.txt", "一二三".encode())}, version=1)
    assert (wrong.status_code, wrong.get_json()["fields"]) == (422, {"files": "只收图片、PDF"})
    foreign = keeper.post(f"{path}/files", {"file_id": upload(Api(client, world, "safety_b"))}, version=1)
    assert foreign.status_code == 404, "somebody else's upload"
    for number in range(4):
        assert keeper.post(f"{path}/files", {"file_id": upload(keeper)}, version=number + 1).status_code == 201
    full = keeper.post(f"{path}/files", {"file_id": upload(keeper)}, version=5)
    assert (full.status_code, set(full.get_json()["fields"])) == (422, {"files"})


def test_register_when_it_takes_no_files_then_none_and_nowhere(app: Flask, world: World, tmp_path: Path) -> None:
    """Off by default: no chooser, no column, no file."""
    with world.session() as session:
        entry_id = add(session, world, "fire_facilities", facility())
        file_id = scan(session, world, "safety_a", tmp_path)
        with pytest.raises(Refused):
            hang_files(
                session, actor=world.actor("safety_a", session), register=get(session, "fire_facilities"), entry_id=entry_id,
                version=1, file_ids=[file_id],
            )  # fmt: skip
    browser = Browser.of(app, world, "safety_a")
    for path in ("", "/new", f"/{entry_id}", f"/{entry_id}/edit"):
        text = browser.get(f"/registers/fire_facilities{path}").get_data(as_text=True)
        assert 'type="file"' not in text and "multipart" not in text
    form = {"version": "1", "kind": "extinguisher", "spot": "走廊", "quantity": "4", "files": (picture(), "a.png")}
    assert browser.post(f"/registers/fire_facilities/{entry_id}", form).status_code == 403


def test_page_when_a_scan_comes_with_the_form_then_shown_to_keepers_counted_for_the_others(
    app: Flask, world: World
) -> None:
    keeper = Browser.of(app, world, "safety_a")
    text = keeper.get(f"{CERTIFICATES}/new?unit_id={world.units['school_a']}").get_data(as_text=True)
    assert re.search(r'<input type="file"[^>]*name="files"[^>]*accept="image/\*,.pdf"', text)
    assert 'enctype="multipart/form-data"' in text
    unit = str(world.units["school_a"])
    wrong = keeper.post(CERTIFICATES, {"unit_id": unit, **HEALTH, "files": (io.BytesIO(b"MZ..."), "证.exe")})
    assert wrong.status_code == 422 and "err-f-files" in wrong.get_data(as_text=True)
    assert Api(app.test_client(), world, "safety_a").get(CERTIFICATES).get_json()["total"] == 0, "nothing half done"
    made = keeper.post(CERTIFICATES, {"unit_id": unit, **HEALTH, "files": (picture(), "健康证.png")})
    assert made.status_code == 302, made.get_data(as_text=True)
    path = made.headers["Location"]
    mine = keeper.get(path).get_data(as_text=True)
    assert "健康证.png" in mine and "/thumbnail" in mine
    theirs = Browser.of(app, world, "line_a").get(path).get_data(as_text=True)
    assert "共1个文件" in theirs and "健康证.png" not in theirs and "/files/" not in theirs
    form = {"version": "2", **HEALTH, "files": (picture("red"), "背面.png")}
    assert keeper.post(path, form).status_code == 302
    shown = keeper.get(path).get_data(as_text=True)
    assert "背面.png" in shown
    removal = re.search(rf'action="({path}/files/[0-9a-f-]+/remove)"', shown)
    assert removal is not None
    assert keeper.post(removal[1], {"version": "3"}).status_code == 302
    assert "证书扫描件" in keeper.get(path).get_data(as_text=True)
    assert keeper.get(CERTIFICATES).get_data(as_text=True).count('<td class="x-col-num">1</td>') == 1


def test_scan_when_taken_off_then_the_sweep_takes_its_bytes_and_leaves_the_others(world: World, tmp_path: Path) -> None:
    class Job:
        actor = None

        def checkpoint(self, **_: object) -> None: ...

    storage = DiskStorage(tmp_path)
    with world.session() as session:
        actor, register = world.actor("safety_a", session), get(session, "fire_certificates")
        entry_id = add(session, world, "fire_certificates", {"holder": "staff", "quantity": 2})
        files = [scan(session, world, "safety_a", tmp_path) for _ in range(2)]
        options = {"actor": actor, "register": register, "entry_id": entry_id}
        version = hang_files(session, version=1, file_ids=files, **options)  # type: ignore[arg-type]
        take_file_off(session, version=version, file_id=files[0], **options)  # type: ignore[arg-type]
        retire_entry(session, actor=actor, register=register, entry_id=entry_id, version=version + 1)
        with pytest.raises(Conflict):
            take_file_off(session, version=version + 2, file_id=files[1], **options)  # type: ignore[arg-type]
    stored = sorted(key for key, _ in storage.stored(world.tenant.id))
    assert len(stored) == 4, "two pictures with their thumbnails"
    for key in stored:  # as if they had been put there the day before yesterday
        old = (tmp_path / key).stat().st_mtime - timedelta(days=2).total_seconds()
        os.utime(tmp_path / key, (old, old))
    with world.session() as session:
        done = sweep(session, job=Job(), storage=storage)  # type: ignore[arg-type]
        assert (done["orphans"], done["missing"], done["expired"]) == (2, 0, 0)
        assert session.get(File, (world.tenant.id, files[1])) is not None


def test_export_when_of_a_register_with_files_then_counts_them_and_prints_the_sum(
    app: Flask, world: World, tmp_path: Path
) -> None:
    with world.session() as session:
        actor, register = world.actor("safety_a", session), get(session, "fire_certificates")
        entry_id = add(session, world, "fire_certificates", {"holder": "staff", "quantity": 2})
        add(session, world, "fire_certificates", {"holder": "guard", "quantity": 1})
        files = [scan(session, world, "safety_a", tmp_path) for _ in range(2)]
        hang_files(session, actor=actor, register=register, entry_id=entry_id, version=1, file_ids=files)
    ordered = Api(app.test_client(), world, "head").post("/exports", {"kind": "registers.fire_certificates"})
    export_id = UUID(ordered.get_json()["id"])
    with world.session() as session:
        here = TableWork(session, world.actor("head", session), app.extensions[KEY].plugins, frozenset({"fire"}))
        make_export(here, export_id=export_id, storage=DiskStorage(tmp_path), aside=world.session)
        key = session.scalars(select(File.key).where(File.subject_id == export_id)).one()
    sheet = load_workbook(io.BytesIO((tmp_path / key).read_bytes())).worksheets[0]
    lines = [[str(cell) for cell in line if cell is not None] for line in sheet.iter_rows(values_only=True)]
    head = next(line for line in lines if line and line[0] == "序号")
    assert head[-1] == "消控证扫描件"
    assert sorted(line[-1] for line in lines if line and line[0] in ("1", "2")) == ["0", "2"]
    assert any("共2行，附件2个" in line[0] for line in lines if line)


def test_files_when_the_register_takes_none_any_more_then_keepers_still_see_them_and_nobody_else(
    world: World, tmp_path: Path
) -> None:
    with world.session() as session:
        keeper, reader = (world.actor(name, session) for name in ("safety_a", "leader"))
        register = get(session, "buildings_equipment")
        entry_id = add(session, world, "buildings_equipment", {"kind": "elevator", "name": "综合楼电梯"})
        file_id = scan(session, world, "safety_a", tmp_path)
        hang_files(session, actor=keeper, register=register, entry_id=entry_id, version=1, file_ids=[file_id])
        later = replace(register, files=None)
        for asked, seen in ((register, (1, 1)), (later, (1, 0))):
            found = []
            for actor in (keeper, reader):
                card = entry_card(session, registers(), asked, asked.reach(actor), entry_id)
                assert card.files == 1
                found.append(len(files_of(session, actor, asked, card)))
            assert tuple(found) == seen


def test_batch_when_a_scan_was_hung_since_then_not_undone(world: World, tmp_path: Path) -> None:
    """What somebody added to an entry is never lost by taking an import back."""
    with world.session() as session:
        kind, here = import_kind(session, world, "registers.fire_certificates"), work(session, world)
        rows = [ImportRow(2, {"unit": "S001", "holder": "staff", "quantity": 2})]
        (outcome,) = kind.commit(here, UUID(int=1), rows, kind.prepare(here, rows), last=True)
        assert outcome.object_id is not None
        hang_files(
            session, actor=world.actor("safety_a", session), register=get(session, "fire_certificates"), entry_id=outcome.object_id,
            version=1, file_ids=[scan(session, world, "safety_a", tmp_path)],
        )  # fmt: skip
        with pytest.raises(Refused):
            kind.undo(here, UUID(int=1), [(2, outcome)])
