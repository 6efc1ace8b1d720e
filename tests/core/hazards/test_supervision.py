"""督办 names an account from the list, once the hazard is registered; risk control and logs are looked at in time; who
starts the work is told what that closes off; escalations reach their addressee."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from core.access.actor import Actor, Grant
from core.db.engines import Database
from core.db.sessions import TenantSession
from core.hazards.lifecycle import Entry, Machine
from core.hazards.lifecycle.dates import check_due_on
from core.hazards.models import Hazard, HazardEvent
from core.hazards.pages.supervising import MOST
from core.hazards.queries import LedgerFilter, hazard_card, ledger_page, supervisors, waiting
from core.hazards.services import check_controls, escalate, supervise
from core.http.paging import Paging
from core.identity.services.people import PersonFacts, create_person
from core.kernel.clock import FixedClock
from core.kernel.errors import Forbidden, Invalid, NotFound, Refused
from core.notify.models import Notice
from core.orgs.services import appoint
from core.tenancy.packs.model.lifecycle import Canonical, Relation
from tests.core.hazards.filling import filled
from tests.core.hazards.ledger import Ledger, bare_plugins
from tests.core.hazards.samples import lifecycles, six_steps
from tests.core.hazards.test_jobs import run, to_day
from tests.core.hazards.test_machine import FIXER, HEAD, NOW, OFFICER, standing, walked
from tests.core.hazards.test_returns import anybody, begun, opened, walk
from tests.core.hazards.web import Api, Browser
from tests.factories import world as factory
from tests.factories.world import STARTED, World, build


@pytest.fixture(autouse=True)
def seen_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.tenancy.directory.KEEP_S", 0.0)


def notices(session: TenantSession, kind: str) -> list[tuple[UUID, str]]:
    rows = session.execute(select(Notice.person_id, Notice.title).where(Notice.kind == kind).order_by(Notice.at))
    return [(row.person_id, row.title) for row in rows]


# ── supervision ──────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def sip(engines: Database, monkeypatch: pytest.MonkeyPatch) -> World:
    """The district that knows 编号督办."""
    posts = {name: post for name, post in factory.POSTS.items() if name not in ("leader", "keeper_a")}
    monkeypatch.setattr(factory, "POSTS", {**posts, "chief": ("root", "deputy_safety")})
    facts = factory.UnitFacts

    def of_sip(**given: Any) -> Any:
        return facts(**{**given, "org_type": {"section": "department"}.get(given["org_type"], given["org_type"])})

    monkeypatch.setattr(factory, "UnitFacts", of_sip)
    return build(engines, pack="sip")


def registered(world: World) -> UUID:
    with world.session() as session:
        ledger = Ledger(world, session, bare_plugins())
        return ledger.move(ledger.report("safety_a"), "safety_a", "register").id


def test_supervise_when_not_registered_then_refused(sip: World) -> None:
    machine = Machine(six_steps())
    who = standing(OFFICER, Relation.DISTRICT)
    assert not machine.may_supervise(walked(machine), who)
    with pytest.raises(Refused, match="登记以后才能督办"):
        machine.supervise(walked(machine), supervisor="分管领导", entry=Entry(), standing=who, now=NOW)
    assert machine.may_supervise(walked(machine, "register"), who)
    with sip.session() as session:
        ledger = Ledger(sip, session, bare_plugins())
        found = ledger.report("safety_a")
        with pytest.raises(Refused, match="登记以后才能督办"):
            supervise(
                session, **ledger.args("officer"), hazard_id=found.id, version=None, supervisor_id=sip.people["chief"]
            )


def test_supervise_then_account_name_notice_and_reach(sip: World) -> None:
    hazard_id = registered(sip)
    with sip.session() as session:
        ledger = Ledger(sip, session, bare_plugins())
        listed = {own.id for own in supervisors(session, ledger.pack)}
        assert sip.people["chief"] in listed and sip.people["head"] in listed
        assert not listed & {sip.people["safety_a"], sip.people["staff_a"], sip.people["nobody"]}
        args = {**ledger.args("officer"), "hazard_id": hazard_id, "version": None}
        for stranger in (sip.people["staff_a"], uuid4()):
            with pytest.raises(Invalid) as caught:
                supervise(session, **args, supervisor_id=stranger)
            assert set(caught.value.fields) == {"supervisor_id"}
        written = supervise(session, **args, supervisor_id=sip.people["chief"], reason="列入督办")
        row = ledger.row(written)
        assert (row.supervisor_id, row.supervisor) == (sip.people["chief"], "测试chief")
        assert row.supervision_no is not None
        assert notices(session, "hazard.supervised") == [
            (sip.people["chief"], "您被指定为督办责任人：疏散通道堆放课桌")
        ]
        with pytest.raises(Refused, match="已在督办中"):
            supervise(session, **args, supervisor_id=sip.people["head"])


def test_supervise_by_page_and_rest_then_by_id_from_the_list(sip: World, app: Flask, client: FlaskClient) -> None:
    hazard_id = registered(sip)
    officer = Browser.of(app, sip, "officer")
    page = officer.get(f"/hazards/{hazard_id}").get_data(as_text=True)
    assert f'<option value="{sip.people["chief"]}"' in page and 'name="supervisor"' not in page
    api = Api(client, sip, "officer")
    people = api.get(f"/hazards/{hazard_id}/supervisors").get_json()
    assert {own["id"] for own in people["items"]} >= {str(sip.people["chief"])} and people["total"] == len(
        people["items"]
    )
    version = api.get(f"/hazards/{hazard_id}").get_json()["version"]
    free = api.post(f"/hazards/{hazard_id}/supervision", {"supervisor": "张三"}, version=version)
    assert free.status_code == 422 and "supervisor_id" in free.get_json()["fields"]
    form = {"version": version, "supervisor_id": str(sip.people["chief"]), "reason": "列入督办"}
    assert officer.post(f"/hazards/{hazard_id}/supervision", form).status_code == 302
    card = api.get(f"/hazards/{hazard_id}").get_json()
    assert (card["supervisor"], card["supervisor_id"]) == ("测试chief", str(sip.people["chief"]))
    page = officer.get(f"/hazards/{hazard_id}").get_data(as_text=True)
    assert "测试chief" in page and str(card["supervision_no"]) in page
    assert Api(client, sip, "safety_a").get(f"/hazards/{hazard_id}/supervisors").status_code == 403


# ── who starts the work ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", lifecycles())
def test_start_then_says_what_it_closes_off_where_the_pack_does(name: str) -> None:
    machine = Machine(lifecycles()[name])
    barred = {move.label for move in machine.life.moves if "rectifier" in move.not_same_person_as}
    state = begun(machine)
    first = [own for own in opened(machine, state, HEAD, NOW) if own.canonical == "registered"]
    assert all(not own.closes_off for own in first), "entering it in the ledger makes nobody a rectifier"
    if machine.life.stages_of(Canonical.REGISTERED):
        before = Canonical.PLANNED if machine.life.stages_of(Canonical.PLANNED) else Canonical.REGISTERED
        state = walk(machine, state, (before,), NOW)
        start = next(
            own for own in machine.moves_open(state, anybody(OFFICER), now=NOW) if own.canonical == "rectifying"
        )
        assert set(start.closes_off) == barred and barred
        (decision, *_) = machine.decide(
            state, start.code, standing=anybody(OFFICER), now=NOW,
            entry=filled(machine, start, now=NOW, responsible=FIXER),
        )  # fmt: skip
        later = machine.moves_open(decision.after, anybody(OFFICER), now=NOW)
        assert all(not own.closes_off for own in later), "said once: they are one already"


def test_start_form_then_warns(app: Flask, world: World) -> None:
    with world.session() as session:
        ledger = Ledger(world, session, bare_plugins())
        written = ledger.move(ledger.report(), "keeper_a", "register")
    page = Browser.of(app, world, "principal_a").get(f"/hazards/{written.id}").get_data(as_text=True)
    assert "您将被记为整改人，之后不能由您退回整治、销账，须由另一人办理。" in page


# ── checks ───────────────────────────────────────────────────────────────────────────────────


def test_control_then_checks_fall_due_and_are_put_off_by_a_check(ledger: Ledger, clock: FixedClock) -> None:
    world, session = ledger.world, ledger.session
    written = ledger.move(ledger.report(), "keeper_a", "register")
    assert ledger.row(written).check_due_on == date(2020, 12, 3), "the log: seven days after registration"
    guarded = ledger.move(written, "principal_a", "control")
    row = ledger.row(guarded)
    assert row.watcher_id == world.people["line_a"] and row.check_due_on == date(2020, 12, 3)
    to_day(clock, date(2020, 12, 2))
    ledger.follow(guarded)  # the log is kept, the controls were not looked at
    assert ledger.row(guarded).check_due_on == date(2020, 12, 3)
    to_day(clock, date(2020, 12, 4))
    assert run(ledger)["checks"] == 1 and run(ledger)["checks"] == 0
    assert notices(session, "hazard.check_due") == [(world.people["line_a"], "有1条隐患该检查管控或跟踪了")]
    line, head = world.actor("line_a", session), world.actor("head", session)
    assert waiting(session, line, ledger.pack).check == 1

    def overdue(actor: Actor) -> int:
        page, _ = ledger_page(session, actor, ledger.pack, asked=LedgerFilter(check="overdue"), paging=Paging())
        assert all(own.check_late for own in page.items)
        return page.total

    assert (overdue(line), overdue(head)) == (1, 1)
    photo = ledger.photo("line_a", "document")
    checked = check_controls(
        session, **ledger.args("line_a"), hazard_id=guarded.id, holds=True, note="围挡完好，专人在岗", file_ids=[photo]
    )
    row = ledger.row(checked)
    assert row.check_due_on == date(2020, 12, 9), "now the log is first"
    assert (overdue(line), waiting(session, line, ledger.pack).check) == (0, 0)
    event = session.scalars(select(HazardEvent).where(HazardEvent.kind == "check")).one()
    assert (event.actor_name, event.note, event.data["holds"]) == ("line_a", "围挡完好，专人在岗", True)
    assert event.data["files"] == [str(photo)]


def test_check_when_controls_do_not_hold_then_the_responsible_are_told(ledger: Ledger) -> None:
    world, session = ledger.world, ledger.session
    written = ledger.move(ledger.report(), "keeper_a", "register")
    with pytest.raises(Refused, match="不在带险管控中"):
        check_controls(session, **ledger.args("keeper_a"), hazard_id=written.id, holds=True, note="看过")
    guarded = ledger.move(written, "principal_a", "control")
    args = {"hazard_id": guarded.id, "holds": False}
    with pytest.raises(Invalid):
        check_controls(session, **ledger.args("keeper_a"), **args, note=" ")
    with pytest.raises(NotFound):
        check_controls(session, **ledger.args("safety_b"), **args, note="看过")
    check_controls(session, **ledger.args("keeper_a"), **args, note="围挡被拆")
    assert notices(session, "hazard.check_failed") == [(world.people["line_a"], "管控措施没有落实：疏散通道堆放课桌")]


def test_check_when_only_found_then_forbidden_and_the_watcher_sees_it(ledger: Ledger) -> None:
    world, session = ledger.world, ledger.session
    written = ledger.move(ledger.report(), "keeper_a", "register")
    guarded = ledger.move(written, "principal_a", "control")
    with pytest.raises(NotFound):
        hazard_card(session, _bare(world, session, "nobody"), ledger.pack, guarded.id)
    row = session.get_one(Hazard, (world.tenant.id, guarded.id))
    row.watcher_id = world.people["nobody"]
    row.plan = {**row.plan, "watcher": {"value": str(world.people["nobody"]), "label": "看护"}}
    session.flush()
    watcher = _bare(world, session, "nobody")
    assert hazard_card(session, watcher, ledger.pack, guarded.id).id == guarded.id
    args = {"pack": ledger.pack, "hazard_id": guarded.id, "holds": True, "note": "在岗"}
    assert check_controls(session, actor=watcher, **args).version > guarded.version
    looker = _bare(world, session, "staff_a")
    with pytest.raises(Forbidden, match="盯防人"):
        check_controls(session, actor=looker, **args)


def _bare(world: World, session: TenantSession, name: str) -> Actor:
    """Somebody who may read and nothing else."""
    grant = Grant(
        frozenset({"hazard:case:read"}), frozenset(), uuid4(), "保安", "guard", world.units["school_b"], "own"
    )
    return Actor(world.tenant.id, world.people[name], name, "person", (grant,))


def test_check_by_page_and_rest(app: Flask, client: FlaskClient, world: World) -> None:
    with world.session() as session:
        ledger = Ledger(world, session, bare_plugins())
        guarded = ledger.move(ledger.move(ledger.report(), "keeper_a", "register"), "principal_a", "control")
    keeper = Browser.of(app, world, "keeper_a")
    page = keeper.get(f"/hazards/{guarded.id}").get_data(as_text=True)
    assert "管控检查" in page and "记下检查" in page and "检查与跟踪" in page
    refused = keeper.post(f"/hazards/{guarded.id}/checks", {"holds": "true", "note": ""})
    assert refused.status_code == 422 and "请写明看到了什么" in refused.get_data(as_text=True)
    assert keeper.post(f"/hazards/{guarded.id}/checks", {"holds": "true", "note": "围挡完好"}).status_code == 302
    answer = Api(client, world, "keeper_a").post(f"/hazards/{guarded.id}/checks", {"holds": False, "note": "无人盯防"})
    assert answer.status_code == 201
    page = keeper.get(f"/hazards/{guarded.id}").get_data(as_text=True)
    assert "围挡完好" in page and "无人盯防" in page
    assert "检查与跟踪" in keeper.get("/hazards?check=due").get_data(as_text=True)


@pytest.mark.parametrize("name", ["wujin", "sip", "yongqiao", "lianyun", "tongyu"])
def test_pack_when_it_says_every_days_then_a_day_follows(name: str) -> None:
    life = lifecycles()[name]
    state = walk(Machine(life), begun(Machine(life)), (Canonical.REGISTERED,), datetime(2020, 9, 1, 2, tzinfo=UTC))
    every = [track.every_days for track in life.tracks if track.every_days]
    assert check_due_on(life, state) == (date(2020, 9, 1) + timedelta(days=min(every)) if every else None)


# ── escalations ──────────────────────────────────────────────────────────────────────────────


def test_escalation_then_the_addressee_is_told_once(ledger: Ledger, clock: FixedClock) -> None:
    world, session = ledger.world, ledger.session
    first, second = (ledger.walk(ledger.report(), to="start") for _ in range(2))
    due = ledger.row(first).clock_on
    assert due is not None and ledger.row(second).clock_on == due
    to_day(clock, due + timedelta(days=1))
    assert run(ledger)["escalated"] == 2
    told = notices(session, "hazard.escalated")
    assert {person for person, _ in told} == {world.people["head"], world.people["officer"]}
    assert {title for _, title in told} == {"逾期未整改：今天有2条隐患报到您这里"}
    escalate(
        session, **ledger.args("head"), hazard_id=first.id, version=None, escalation="local_government", reason="请协调"
    )
    assert len(notices(session, "hazard.escalated")) == len(told), "the government has no account here"


def crowd(world: World, count: int) -> list[UUID]:
    """More people who may be named than a list should hold."""
    made = []
    with world.session() as session:
        for number in range(count):
            facts = PersonFacts(login=f"crowd.{number}", name=f"督办人{number:03d}")
            person = create_person(session, actor=world.system, facts=facts, password_hash="x")
            appoint(
                session, actor=world.system, person_id=person, unit_id=world.units["section"], post_code="safety_officer",
                valid_from=STARTED,
            )  # fmt: skip
            made.append(person)
    return made


def test_supervisors_when_a_district_has_many_then_few_are_listed_and_the_others_found(
    sip: World, app: Flask, client: FlaskClient
) -> None:
    hazard_id, people = registered(sip), crowd(sip, MOST + 5)
    officer = Browser.of(app, sip, "officer")
    page = officer.get(f"/hazards/{hazard_id}").get_data(as_text=True)
    listed = [str(own) for own in people if f'value="{own}"' in page]
    assert 0 < len(listed) <= MOST and f"/hazards/{hazard_id}/supervisors" in page
    last = str(people[-1])
    assert last not in listed
    path = f"/hazards/{hazard_id}/supervisors"
    found = officer.get(f"{path}?text=人{MOST + 4:03d}").get_data(as_text=True)
    assert last in found and found.count("<option") == 2
    assert officer.get(f"{path}?text=督办人").get_data(as_text=True).count("<option") == MOST + 1
    assert "没有符合的人员" in officer.get(f"{path}?text=%25").get_data(as_text=True), "a sign is a sign"
    version = Api(client, sip, "officer").get(f"/hazards/{hazard_id}").get_json()["version"]
    form = {"version": version, "supervisor_id": last, "reason": "长" * 3000}
    again = officer.post(f"/hazards/{hazard_id}/supervision", form)
    assert again.status_code == 422 and f'value="{last}" selected' in again.get_data(as_text=True), "the choice stays"
    assert officer.post(f"/hazards/{hazard_id}/supervision", {**form, "reason": "督办"}).status_code == 302
    api = Api(client, sip, "officer").get(f"/hazards/{hazard_id}/supervisors", text=f"人{MOST + 4:03d}").get_json()
    assert [own["id"] for own in api["items"]] == [last] and api["total"] == 1
    assert Browser.of(app, sip, "safety_a").get(path).status_code == 403
