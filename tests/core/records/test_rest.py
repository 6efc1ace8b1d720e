"""REST of the records: envelope, fixed query counts, keys, versions, wrong roles; the table kinds."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.hooks.tables import Did, ImportRow, Question, TableWork
from core.http.paging import PageArgs
from core.kernel.errors import Refused
from core.records.schemas import RecordArgs
from core.records.tables.arriving import RecordTable
from core.records.tables.leaving import RecordLedger
from tests.core.hazards.web import Api, statements
from tests.core.records.ground import ON, Ground
from tests.core.records.test_duty_and_plans import issue, shift
from tests.core.records.test_incidents import first


@pytest.fixture
def school(ground: Ground, client: FlaskClient) -> Api:
    return Api(client, ground.world, "safety_a")


@pytest.fixture
def head(ground: Ground, client: FlaskClient) -> Api:
    return Api(client, ground.world, "head")


def counted(app: Flask, api: Api, path: str, **query: Any) -> tuple[int, int]:
    """(statements, items)."""
    with statements(app.extensions["xiaoan"].db.engine("app")) as sent:
        answer = api.get(path, **query)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return len(sent), len(answer.get_json()["items"])


MAKE: dict[str, Any] = {
    "/records": lambda ground: ground.add(topics=("fire",)),
    "/records/incidents": first,
    "/records/duty": lambda ground: shift(ground, starts=len(ground.counted()) * 20),
    "/records/plans": issue,
}


@pytest.mark.parametrize("path", list(MAKE))
def test_lists_when_longer_then_no_more_queries(ground: Ground, app: Flask, head: Api, path: str) -> None:
    MAKE[path](ground)
    head.get(path)  # what a process remembers
    one = counted(app, head, path)
    for _ in range(2):
        ground.add()
        MAKE[path](ground)
    wanted = {"kind": "meeting", "page_size": 3} if path == "/records" else {}
    three = counted(app, head, path, **wanted)
    assert (one[1], three[1]) == (1, 3)
    assert one[0] == three[0]


def body(ground: Ground, **more: Any) -> dict[str, Any]:
    given = {"unit_id": str(ground.world.units["school_a"]), "kind": "meeting", "held_on": ground.today.isoformat()}
    return {**given, "topics": ["safety"], "people": 12, "summary": "部署", **more}


def test_record_when_posted_twice_under_one_key_then_once(ground: Ground, school: Api) -> None:
    key = str(uuid4())
    first_, second = (school.post("/records", body(ground), key=key) for _ in range(2))
    assert first_.status_code == second.status_code == 201
    assert first_.get_json() == second.get_json()
    assert school.get("/records").get_json()["total"] == 1


def test_record_when_corrected_over_rest_then_versions_are_asked(
    ground: Ground, school: Api, client: FlaskClient
) -> None:
    made = school.post("/records", body(ground)).get_json()["id"]
    headers = ground.world.headers("safety_a")
    address = f"/api/v1/records/{made}"
    changed = body(ground, people=20, reason="少数了")
    assert client.put(address, json=changed, headers=headers).status_code == 428
    seen = client.get(address, headers=headers)
    assert client.put(address, json=changed, headers={**headers, "If-Match": '"9"'}).status_code == 412
    assert client.put(address, json=changed, headers={**headers, "If-Match": seen.headers["ETag"]}).status_code == 204
    card = client.get(address, headers=headers).get_json()
    assert [own["content"]["people"] for own in card["wordings"]] == [20, 12]
    assert school.post(f"/records/{made}/strike", {"reason": "重复"}).status_code == 428
    assert school.post(f"/records/{made}/strike", {"reason": "重复"}, version=2).status_code == 204
    assert school.get("/records", state="struck").get_json()["total"] == 1


def test_list_when_filtered_then_only_what_was_asked(ground: Ground, head: Api) -> None:
    ground.add(topics=("fire",))
    ground.add(kind="training", title="消防培训")
    ground.add("school_b", who="safety_b")
    assert head.get("/records").get_json()["total"] == 3
    assert head.get("/records", kind="training").get_json()["items"][0]["title"] == "消防培训"
    assert head.get("/records", unit_id=str(ground.world.units["school_b"])).get_json()["total"] == 1
    assert head.get("/records", text="消防培").get_json()["total"] == 1
    assert head.get("/records", since="2020-11-27").get_json()["total"] == 0
    assert head.get("/records", state="lost").status_code == 422


def test_kinds_when_listed_then_with_fields_and_owed_topics(head: Api) -> None:
    answer = head.get("/records/kinds", page_size=200).get_json()
    kinds = {own["code"]: own for own in answer["items"]}
    assert {"meeting", "drill", "water_test"} <= set(kinds)
    owed = {own["code"] for own in kinds["drill"]["topics"] if own["owed"]}
    assert {"fire_evacuation", "food_emergency"} <= owed


def test_drill_when_run_over_rest_then_held(ground: Ground, school: Api) -> None:
    plan = {"unit_id": str(ground.world.units["school_a"]), "planned_on": ground.today.isoformat(), "scenario": "起火"}
    made = school.post("/records/drills", plan).get_json()["id"]
    assert school.post(f"/records/{made}/drill/start", {}).status_code == 428
    assert school.post(f"/records/{made}/drill/start", {}, version=1).status_code == 204
    assert school.post(f"/records/{made}/drill/stop", {}, version=2).status_code == 204
    heads = {"expected": 30, "present": 30}
    assert school.post(f"/records/{made}/drill/heads", heads, version=3).status_code == 204
    finding = school.post(f"/records/{made}/drill/findings", {"text": "门打不开", "place": "东侧"}).get_json()["id"]
    hazard = school.post(f"/records/{made}/drill/findings/{finding}/report", {}).get_json()["hazard_id"]
    assert school.get(f"/hazards/{hazard}").status_code == 200
    assert school.post(f"/records/{made}/drill/review", {}, version=4).status_code == 204
    assert school.get(f"/records/{made}").get_json()["line"]["state"] == "held"
    assert school.get(f"/records/{made}/drill").get_json()["findings"][0]["hazard_id"] == hazard


def test_incident_when_asked_for_by_a_wrong_role_then_refused(ground: Ground, client: FlaskClient) -> None:
    made = first(ground)
    assert Api(client, ground.world, "keeper_a").get("/records/incidents").status_code == 403
    assert Api(client, ground.world, "safety_b").get(f"/records/incidents/{made}").status_code == 404
    assert Api(client, ground.world, "safety_b").get("/records/incidents").get_json()["total"] == 0
    assert Api(client, ground.world, "principal_a").get(f"/records/incidents/{made}").status_code == 200


def work(ground: Ground, session: Any, who: str = "safety_a") -> TableWork:
    return TableWork(session, ground.world.actor(who, session), ground.plugins, ON)


def row(no: int, **values: Any) -> ImportRow:
    empty = dict.fromkeys(("name", "topics", "place", "people", "minutes", "summary"))
    return ImportRow(no, {**empty, **values})


def test_table_when_imported_then_counted_once_and_taken_back_as_struck(ground: Ground) -> None:
    kind, batch = RecordTable(), uuid4()

    def rows() -> list[ImportRow]:
        return [
            row(2, unit="第一小学", kind="meeting", held_on=ground.today, name="安全例会", topics=("safety",)),
            row(3, unit="S001", kind="training", held_on=ground.today, people=40),
        ]

    def commit() -> list[Did]:
        with ground.world.session() as session:
            known = kind.prepare(work(ground, session), ())
            sent = rows()
            assert kind.check(work(ground, session), sent, known) == {}
            done = kind.commit(work(ground, session), batch, sent, known, last=True)
            outcomes.extend((own.no, own) for own in done)
            return [own.did for own in done]

    outcomes: list[Any] = []
    assert commit() == [Did.CREATED, Did.CREATED]
    created = list(outcomes)
    assert commit() == [Did.SAME, Did.SAME]
    assert [own[0] for own in ground.counted()] == ["meeting", "training"]
    with ground.world.session() as session:
        kind.undo(work(ground, session), batch, list(reversed(created)))
    assert ground.counted() == []
    assert commit() == [Did.CREATED, Did.CREATED]  # what was taken back may come again


def test_table_when_a_row_was_corrected_since_then_not_taken_back(ground: Ground) -> None:
    kind, batch = RecordTable(), uuid4()
    with ground.world.session() as session:
        known = kind.prepare(work(ground, session), ())
        sent = [row(2, unit="S001", kind="meeting", held_on=ground.today, name="安全例会")]
        kind.check(work(ground, session), sent, known)
        (done,) = kind.commit(work(ground, session), batch, sent, known, last=True)
    assert done.object_id is not None
    ground.correct(done.object_id, ground.facts(people=3))
    with pytest.raises(Refused), ground.world.session() as session:
        kind.undo(work(ground, session), batch, [(2, done)])
    assert len(ground.counted()) == 1


def test_table_when_rows_are_wrong_then_each_is_told(ground: Ground) -> None:
    kind = RecordTable()
    with ground.world.session() as session:
        known = kind.prepare(work(ground, session), ())
        sent = [
            row(2, unit="第二初级中学", kind="meeting", held_on=ground.today),
            row(3, unit="没有这所学校", kind="meeting", held_on=ground.today),
            row(4, unit="S001", kind="meeting", held_on=ground.today.replace(year=2021)),
            row(5, unit="S001", kind="meeting", held_on=ground.today, topics=("warning_film",)),
            row(6, unit="S001", kind="meeting", held_on=ground.today, summary="电话13812345678"),
        ]
        faults = kind.check(work(ground, session), sent, known)
        choices = {column.name: column.choices for column in kind.columns(work(ground, session))}
    assert {no: set(found) for no, found in faults.items()} == {
        2: {"unit"}, 3: {"unit"}, 4: {"held_on"}, 5: {"topics"}, 6: {"summary"},
    }  # fmt: skip
    assert "drill" not in choices["kind"].values() and "water_test" not in choices["kind"].values()


def test_export_when_asked_then_the_rows_of_the_list_and_no_others(ground: Ground) -> None:
    ground.add(topics=("fire",), people=9, details={"chair": "head"})
    ground.add("school_b", who="safety_b")
    ledger = RecordLedger()
    with ground.world.session(read_only=True) as session:
        mine = work(ground, session)
        rows = list(ledger.rows(mine, Question()))
        assert len(rows) == ledger.count(mine, Question()) == 1
        values = dict(zip([column.name for column in ledger.columns(mine)], rows[0], strict=True))
        assert (values["unit"], values["kind"], values["topics"], values["people"]) == (
            "第一小学",
            "安全会议",
            "消防安全",
            9,
        )
        assert values["details"] == "主持：主要负责人"
        assert ledger.count(work(ground, session, "head"), Question({"kind": ("meeting",)})) == 2
        assert ledger.count(mine, Question({"kind": ("training",)})) == 0
        fire = Question({"kind": ("meeting",), "topic": ("fire",)})
        assert ledger.count(work(ground, session, "head"), fire) == 1
        assert ledger.said(mine, fire) == "安全会议；消防安全"
    assert set(ledger.filters) == {name for name in RecordArgs().fields if name not in PageArgs().fields}
