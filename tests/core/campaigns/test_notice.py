"""The notice with its live state, and the REST of campaigns."""

from __future__ import annotations

import time
from datetime import date
from uuid import uuid4

from flask.testing import FlaskClient
from sqlalchemy import event

from core.campaigns.queries.notice import clause_states, sentences_of_category
from core.campaigns.services import gates, planning, tasks
from core.campaigns.services.planning import TaskFacts
from core.campaigns.standing import Standing
from core.hooks.manager import build_plugins
from core.tenancy import shelf
from tests.factories.world import World

PLUGINS = build_plugins((), points=())


def states(world: World, who: str = "head", unit: str | None = None) -> dict[str, Standing]:
    with world.session(read_only=True) as session:
        found = clause_states(session, world.actor(who, session), PLUGINS, unit_id=world.units[unit] if unit else None)
        return {own: state.standing for own, state in found.items()}


def test_every_clause_has_one_state_and_an_unkept_one_a_reason(world: World) -> None:
    with world.session(read_only=True) as session:
        found = clause_states(session, world.actor("head", session), PLUGINS)
        pack = shelf.current(session)
    assert pack is not None
    assert list(found) == [clause.id for clause in pack.clauses]
    assert all(own.carriers for own in found.values() if own.standing not in (Standing.TEXT_ONLY, Standing.NOT_CARRIED))
    assert all(own.reason for own in found.values() if own.standing is Standing.NOT_CARRIED)


def test_a_clause_goes_the_way_of_its_task(world: World) -> None:
    with world.session() as session:
        planning.add_task(
            session, actor=world.actor("head", session),
            facts=TaskFacts("印发制度", "three_year", ends=date(2020, 11, 20), responsible=("教育局",), clauses=("WJ-2.2-05",)),
        )  # fmt: skip
    assert states(world)["WJ-2.2-05"] is Standing.OVERDUE
    with world.session() as session:
        tasks.report_task(
            session, actor=world.actor("head", session), code="own-1", unit_id=world.units["root"], version=0, done_on=date(2020, 11, 25)
        )  # fmt: skip
    # the pack's own task on the same clause is still open
    assert states(world)["WJ-2.2-05"] is Standing.UNDER_WAY


def test_a_school_sees_the_state_of_its_own_part(world: World) -> None:
    with world.session() as session:
        tasks.report_task(
            session, actor=world.actor("safety_a", session), code="wj-2_1-19", unit_id=world.units["school_a"], version=0,
            done_on=date(2020, 11, 25),
        )  # fmt: skip
    assert states(world, "head", "school_a")["WJ-2.1-19"] is Standing.FULFILLED
    assert states(world, "head")["WJ-2.1-19"] is Standing.UNDER_WAY


def test_a_phase_that_is_over_with_an_open_gate_is_overdue(world: World) -> None:
    assert states(world)["WJ-3.1-01"] is Standing.OVERDUE
    with world.session() as session:
        for position in (1, 2):
            gates.confirm_gate(
                session, actor=world.actor("head", session), campaign="three_year", phase="p1", position=position, version=0, note="有文",
            )  # fmt: skip
    assert states(world)["WJ-3.1-01"] is Standing.FULFILLED


def test_the_whole_notice_costs_a_fixed_number_of_queries(world: World) -> None:
    seen: list[str] = []

    def count() -> tuple[int, float]:
        with world.session(read_only=True) as session:
            actor = world.actor("head", session)
            engine = session.get_bind()

            def note(*args: object) -> None:
                seen.append(str(args[2]))

            event.listen(engine, "before_cursor_execute", note)
            seen.clear()
            began = time.process_time()
            try:
                clause_states(session, actor, PLUGINS)
            finally:
                event.remove(engine, "before_cursor_execute", note)
            return len(seen), time.process_time() - began

    count()  # fills what is kept of a pack
    first, _ = count()
    with world.session() as session:
        for unit in ("school_a", "school_b", "kindergarten"):
            tasks.report_task(
                session, actor=world.actor("head", session), code="wj-2_1-19", unit_id=world.units[unit], version=0,
                done_on=date(2020, 11, 25),
            )  # fmt: skip
    second, spent = count()
    assert first == second <= 25
    assert spent < 1.0


def test_a_hazard_leads_back_to_the_sentence(world: World) -> None:
    with world.session(read_only=True) as session:
        pack = shelf.current(session)
    assert pack is not None
    domain = next(own for own in pack.domains if any(each.clauses for each in own.categories))
    category = next(each for each in domain.categories if each.clauses)
    assert [own.clause for own in sentences_of_category(pack, domain.code, category.code)] == sorted(
        category.clauses, key=[clause.id for clause in pack.clauses].index
    )
    assert sentences_of_category(pack, "no-such", "x") == ()


def test_rest_of_a_task_from_report_to_done(client: FlaskClient, world: World) -> None:
    head = world.headers("head")
    listed = client.get("/api/v1/campaigns/tasks?page_size=5&mine=true", headers=world.headers("safety_a")).get_json()
    assert listed["page_size"] == 5 and len(listed["items"]) == 5 and listed["total"] > 5
    made = client.post(
        "/api/v1/campaigns/tasks", json={"title": "专项检查", "campaign": "three_year", "responsible": ["教育局"]},
        headers={**head, "Idempotency-Key": str(uuid4())},
    )  # fmt: skip
    assert (made.status_code, made.get_json()) == (201, {"code": "own-1"})
    path, body = "/api/v1/campaigns/tasks/own-1", {"unit_id": str(world.units["root"]), "done_on": "2020-11-25"}
    assert client.post(f"{path}/report", json=body, headers=head).status_code == 428
    assert client.post(f"{path}/report", json=body, headers={**head, "If-Match": '"3"'}).status_code == 412
    assert client.post(f"{path}/report", json=body, headers={**head, "If-Match": '"0"'}).status_code == 200
    assert client.get(path, headers=head).get_json()["standing"] == "fulfilled"
    assert client.get(f"{path}/parts", headers=head).get_json()["items"][0]["state"] == "done"
    assert client.get("/api/v1/campaigns/tasks/nothing", headers=head).status_code == 404


def test_rest_of_campaigns_matrix_gates_and_clauses(client: FlaskClient, world: World) -> None:
    head = world.headers("head")
    campaigns = client.get("/api/v1/campaigns", headers=head).get_json()
    assert [own["code"] for own in campaigns["items"]] == ["three_year", "one_year"]
    assert campaigns["items"][0]["phases"][0]["open_gates"] == 2
    gate = "/api/v1/campaigns/three_year/phases/p1/gates/1"
    done = client.post(f"{gate}/confirm", json={"note": "已印发"}, headers={**head, "If-Match": '"0"'})
    assert done.status_code == 200
    back = client.post(f"{gate}/withdraw", json={"reason": "有误"}, headers={**head, "If-Match": '"1"'})
    assert back.status_code == 204
    assert (
        client.post(
            f"{gate}/confirm", json={"note": "x"}, headers={**world.headers("safety_a"), "If-Match": '"2"'}
        ).status_code
        == 403
    )
    rows = client.get("/api/v1/campaigns/matrix?page_size=50", headers=head).get_json()
    assert (rows["total"], all(row["hole"] for row in rows["items"])) == (11, True)
    put = client.put(
        "/api/v1/campaigns/matrix/t4", json={"responsible": ["safety"]}, headers={**head, "If-Match": '"0"'}
    )
    assert put.status_code == 204
    clauses = client.get("/api/v1/campaigns/clauses?standing=overdue", headers=head).get_json()
    assert clauses["total"] > 0 and all(row["standing"] == "overdue" for row in clauses["items"])


def test_a_letter_as_word_file(client: FlaskClient, world: World) -> None:
    body = {
        "campaign": "three_year",
        "tier": "school",
        "title": "安全责任书",
        "body": "校长负总责，层层落实。",
        "posts": ["principal"],
    }
    made = client.post(
        "/api/v1/campaigns/letters", json=body, headers={**world.headers("head"), "Idempotency-Key": "k"}
    ).get_json()
    signed = client.post(
        f"/api/v1/campaigns/letters/{made['id']}/signatures", json={"unit_id": str(world.units["school_a"])},
        headers={**world.headers("principal_a"), "Idempotency-Key": "k2"},
    )  # fmt: skip
    assert signed.status_code == 201
    listed = client.get(
        f"/api/v1/campaigns/letters/{made['id']}/signers?state=signed", headers=world.headers("head")
    ).get_json()
    assert [row["unit_name"] for row in listed["items"]] == ["第一小学"]
