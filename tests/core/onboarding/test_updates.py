"""A new version of a pack: what it changes in words, what becomes of the district's own changes, all of it or nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from core.app import Parts, compose
from core.audit.models import AuditEntry
from core.cli.taking_in import take_in
from core.cli.tenant import tenant as tenant_command
from core.jobs.models import OutboxRow
from core.kernel.clock import FixedClock
from core.kernel.errors import Forbidden, Invalid, Refused, Stale
from core.kernel.schoolyear import Span
from core.onboarding.models import PackProposal
from core.onboarding.services.confirming import confirm_step, confirm_values
from core.onboarding.services.updates import apply_proposal, propose
from core.orgs.models import OrgUnit
from core.settings import Settings
from core.switchboard.services import choose_reading, set_value
from core.tenancy import shelf
from core.tenancy.merge import Side, merge
from core.tenancy.models import PackOverride, PackVersion
from core.tenancy.packs.check import load
from core.tenancy.packs.difference import difference
from core.tenancy.packs.model import Department, Pack, Setting
from core.tenancy.packs.unconfirmed import unconfirmed
from tests.conftest import APP_CLOCK
from tests.core.hazards.web import Api, Browser
from tests.factories.world import World

SIXTH = Path(__file__).parents[2] / "tenants" / "sixth"
NOW = datetime(2023, 11, 8, 2, 0, tzinfo=UTC)
REMIND, READING = "settings.due.reminder_days", "readings.EX-A01"
DEADLINE = "lifecycle/grades/general/deadline"


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def parts(settings: Settings, clock: FixedClock) -> Iterator[Parts]:
    made = compose(settings, clock=clock, platform=True)
    yield made
    made.db.dispose()


@pytest.fixture
def pack() -> Pack:
    return replace(load(SIXTH), slug=f"update-{uuid4().hex[:8]}")


@pytest.fixture
def district(parts: Parts, pack: Pack) -> World:
    APP_CLOCK.at = NOW
    take_in(parts, pack, admin_login="admin", roster=SIXTH / "roster.csv", people=SIXTH / "people.csv")
    card = parts.directory.by_slug(pack.slug)
    assert card is not None
    world = World(card, parts.db)
    from core.identity.models import Person
    from core.identity.services.tokens import create_token

    with world.session() as session:
        world.people.update({row.login: row.id for row in session.execute(select(Person.login, Person.id))})
        own = world.actor("head", session)
        codes = {code for grant in own.grants for code in grant.permissions}
        world.tokens["head"] = create_token(
            session, actor=world.system, person_id=world.people["head"], name="测试", permissions=codes, days=30
        ).value
    return world


def newer(pack: Pack, **changes: object) -> Pack:
    return replace(pack, version="1.1.0", **changes)  # type: ignore[arg-type]  # fields of a pack


def monthly_on(pack: Pack, day: int) -> Pack:
    """The monthly report due on another day of the month."""
    reports = tuple(
        replace(one, due=replace(one.due, day=day)) if one.code == "monthly" else one for one in pack.reports
    )
    return newer(pack, reports=reports)


def reminding(pack: Pack, days: int) -> Pack:
    return newer(pack, settings=(*pack.settings, Setting(key="due.reminder_days", value=days, clauses=("EX-3-03",))))


def versions(world: World) -> list[tuple[int, str]]:
    with world.session(read_only=True) as session:
        rows = session.execute(select(PackVersion.version, PackVersion.content).order_by(PackVersion.version))
        return [(row.version, row.content["version"]) for row in rows]


def own_changes(world: World) -> dict[str, object]:
    with world.session(read_only=True) as session:
        return {row.path: row.value for row in session.execute(select(PackOverride.path, PackOverride.value))}


# what changes, in words


def test_difference_when_a_due_day_moves_then_says_from_when_to_when(pack: Pack) -> None:
    found = difference(pack, monthly_on(pack, 8), asked=Span(date(2023, 11, 1), date(2024, 1, 31)))
    assert [(one.code, one.before, one.after) for one in found.moved] == [
        ("monthly", (date(2023, 12, 5), date(2024, 1, 5)), (date(2023, 12, 8), date(2024, 1, 8)))
    ]
    section = next(one for one in found.sections if one.section == "reports")
    element = section.elements[0]
    assert (section.title, element.code, element.how) == ("报送", "monthly", "changed")
    assert [one.title for one in element.fields] == ["截止"]
    assert "5" in element.fields[0].before and "8" in element.fields[0].after


def test_difference_when_things_come_and_go_then_names_them(pack: Pack) -> None:
    after = newer(
        pack,
        departments=(*pack.departments, Department(code="legal", label="法规股")),
        obligations=pack.obligations[1:],
    )
    found = difference(pack, after, asked=Span(date(2023, 11, 1), date(2023, 11, 30)))
    told = {(section.section, one.how, one.label) for section in found.sections for one in section.elements}
    assert {("departments", "added", "法规股"), ("obligations", "removed", "每周检查取暖设施")} <= told
    assert [(one.code, len(one.before), one.after) for one in found.moved] == [("weekly-check", 4, ())]
    assert difference(pack, pack, asked=Span(date(2023, 11, 1), date(2023, 11, 30))).nothing


# the three ways


def test_merge_when_only_one_side_changed_then_nothing_is_asked(pack: Pack) -> None:
    local = {REMIND: 3, READING: "bureau", f"confirmed.{DEADLINE}": True}
    found = merge(pack, monthly_on(pack, 8), local)
    assert (set(found.kept), found.lapsed, found.conflicts) == (set(local), (), ())


def test_merge_when_both_changed_then_asked_with_both_values(pack: Pack) -> None:
    found = merge(pack, reminding(pack, 5), {REMIND: 3})
    (one,) = found.conflicts
    assert (one.path, one.theirs, one.mine, one.mine_possible) == (REMIND, "5", "3", True)
    assert merge(pack, reminding(pack, 3), {REMIND: 3}).conflicts == (), "both say the same"
    with pytest.raises(Invalid) as fault:
        found.ended({})
    assert list(fault.value.fields) == [REMIND]
    assert found.ended({REMIND: Side.MINE}) == ()
    assert found.ended({REMIND: Side.THEIRS}) == (REMIND,)


def test_merge_when_the_new_version_is_stricter_then_the_looser_value_cannot_be_kept(pack: Pack) -> None:
    before = newer(pack, settings=(Setting(key="inspection.days", value=7, clauses=("EX-2-01",)),))
    after = newer(pack, settings=(Setting(key="inspection.days", value=3, clauses=("EX-2-01",)),))
    (one,) = merge(before, after, {"settings.inspection.days": 5}).conflicts
    assert (one.mine_possible, one.before, one.theirs, one.mine) == (False, "7", "3", "5")
    with pytest.raises(Invalid):
        merge(before, after, {"settings.inspection.days": 5}).ended({one.path: Side.MINE})


def test_merge_when_a_reading_is_gone_or_reads_otherwise_then_asked(pack: Pack) -> None:
    (gone,) = merge(pack, newer(pack, readings=()), {READING: "bureau"}).conflicts
    assert (gone.mine, gone.mine_possible) == ("县局销账", False)
    reading = pack.readings[0]
    others = (reading.options[0], replace(reading.options[1], label="县局、学校均可销账"))
    (moved,) = merge(pack, newer(pack, readings=(replace(reading, options=others),)), {READING: "bureau"}).conflicts
    assert moved.mine_possible
    (lost,) = merge(pack, newer(pack, readings=(replace(reading, options=others[:1]),)), {READING: "bureau"}).conflicts
    assert not lost.mine_possible


def test_merge_when_what_was_confirmed_says_something_else_then_it_lapses(pack: Pack) -> None:
    grades = tuple(
        replace(one, deadline=replace(one.deadline, days=10)) if one.code == "general" else one
        for one in pack.lifecycle.grades
    )
    found = merge(pack, newer(pack, lifecycle=replace(pack.lifecycle, grades=grades)), {f"confirmed.{DEADLINE}": True})
    assert (found.kept, found.lapsed) == ((), (f"confirmed.{DEADLINE}",))


# confirming


def test_values_when_confirmed_then_no_longer_waiting_and_in_the_log(district: World) -> None:
    with district.session() as session:
        before = {one.place for one in unconfirmed(shelf.current(session) or load(SIXTH))}
        assert DEADLINE in before
        assert confirm_values(session, actor=district.actor("head", session), places=[DEADLINE, DEADLINE]) == 1
        assert confirm_values(session, actor=district.actor("head", session), places=[DEADLINE]) == 0
    with district.session() as session:
        pack = shelf.current(session)
        assert pack is not None
        assert {one.place for one in unconfirmed(pack)} == before - {DEADLINE}
        deadline = next(one.deadline for one in pack.lifecycle.grades if one.code == "general")
        assert (deadline.confirm, deadline.days) == (False, 7)
        assert (
            session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "pack.confirmed"))
            == 1
        )
        with pytest.raises(Invalid):
            confirm_values(session, actor=district.actor("head", session), places=["campaigns/nothing"])
        with pytest.raises(Forbidden):
            confirm_values(session, actor=district.actor("keeper.s1", session), places=[DEADLINE])


# in force, all or nothing


def test_proposal_when_applied_then_new_version_units_and_kept_changes(district: World, pack: Pack) -> None:
    with district.session() as session:
        head = district.actor("head", session)
        set_value(session, actor=head, key="due.reminder_days", value=3, version=0)
        choose_reading(session, actor=head, reading_id="EX-A01", option="bureau", version=0)
    offered = replace(
        reminding(monthly_on(pack, 8), 5), departments=(*pack.departments, Department(code="legal", label="法规股"))
    )
    with district.session() as session:
        proposal = propose(session, actor=district.system, pack=offered)
    before = own_changes(district)
    with pytest.raises(Invalid), district.session() as session:
        apply_proposal(
            session, actor=district.actor("head", session), proposal_id=proposal, decisions={}, version=1, in_force=1
        )
    assert (versions(district), own_changes(district)) == ([(1, "1.0.0")], before), "nothing of it is there"
    with pytest.raises(Stale), district.session() as session:
        apply_proposal(
            session,
            actor=district.actor("head", session),
            proposal_id=proposal,
            decisions={REMIND: Side.THEIRS},
            version=1,
            in_force=9,
        )
    with district.session() as session:
        applied = apply_proposal(
            session,
            actor=district.actor("head", session),
            proposal_id=proposal,
            decisions={REMIND: Side.THEIRS},
            version=1,
            in_force=1,
        )
    assert (applied.version, applied.ended) == (2, {REMIND: 3})
    assert versions(district) == [(1, "1.0.0"), (2, "1.1.0")]
    assert own_changes(district) == {READING: "bureau"}
    with district.session() as session:
        assert session.scalar(select(OrgUnit.name).where(OrgUnit.code == "legal")) == "法规股"
        found = shelf.current(session)
        assert found is not None
        close = next(move for move in found.lifecycle.moves if move.code == "close")
        assert [str(actor.who) for actor in close.by] == ["district"], "the reading still holds"
        actions = set(session.scalars(select(AuditEntry.action)))
        assert {"pack.applied", "pack.changed", "pack.proposed"} <= actions
        assert session.scalar(select(func.count()).select_from(OutboxRow).where(OutboxRow.topic == "tenant.onboarded"))
        with pytest.raises(Refused):
            apply_proposal(
                session,
                actor=district.actor("head", session),
                proposal_id=proposal,
                decisions={},
                version=2,
                in_force=2,
            )


def test_proposal_when_something_breaks_half_way_then_nothing_is_applied(
    district: World, pack: Pack, monkeypatch: pytest.MonkeyPatch
) -> None:
    with district.session() as session:
        proposal = propose(session, actor=district.system, pack=monthly_on(pack, 8))
    monkeypatch.setattr("core.onboarding.services.updates.found_units", _breaks)
    with pytest.raises(RuntimeError, match="half way"), district.session() as session:
        apply_proposal(
            session, actor=district.actor("head", session), proposal_id=proposal, decisions={}, version=1, in_force=1
        )
    assert versions(district) == [(1, "1.0.0")]
    with district.session(read_only=True) as session:
        assert session.scalar(select(PackProposal.state)) == "open"


def _breaks(*_: object, **__: object) -> None:
    raise RuntimeError("half way")


def test_proposal_when_a_newer_one_comes_then_it_is_replaced(district: World, pack: Pack, neighbour: World) -> None:
    with district.session() as session:
        propose(session, actor=district.system, pack=monthly_on(pack, 8))
        propose(session, actor=district.system, pack=monthly_on(pack, 9))
        assert sorted(session.scalars(select(PackProposal.state))) == ["open", "replaced"]
        with pytest.raises(Refused):
            propose(session, actor=district.system, pack=pack)
    with neighbour.session(read_only=True) as session:
        assert session.scalar(select(func.count()).select_from(PackProposal)) == 0


# command, page, REST


def written(pack: Pack, folder: Path, *, day: int) -> Path:
    """The sixth pack's files under this district's name, with another due day."""
    target = folder / pack.slug
    target.mkdir(parents=True)
    for file in SIXTH.glob("*.yaml"):
        text = file.read_text()
        text = text.replace("slug: sixth", f"slug: {pack.slug}").replace("version: 1.0.0", "version: 1.1.0")
        text = text.replace("at: month_day, day: 5", f"at: month_day, day: {day}").replace(
            "settings:\n", "settings:\n- {key: due.reminder_days, value: 5, clauses: [EX-3-03]}\n"
        )
        (target / file.name).write_text(text)
    return target


def test_command_when_changes_clash_then_asks_and_then_does(
    district: World, pack: Pack, tmp_path: Path, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("XIAOAN_CLOCK", NOW.isoformat())
    folder = written(pack, tmp_path, day=8)
    with district.session() as session:
        set_value(session, actor=district.actor("head", session), key="due.reminder_days", value=3, version=0)
    run = CliRunner()
    asked = run.invoke(tenant_command, ["update", pack.slug, "--pack", str(folder), "--json"])
    assert asked.exit_code == 3, asked.output
    found = json.loads(asked.stdout)
    assert [(one["path"], one["theirs"], one["mine"], one["decided"]) for one in found["conflicts"]] == [
        (REMIND, "5", "3", None)
    ]
    assert versions(district) == [(1, "1.0.0")]
    dry = run.invoke(tenant_command, ["update", pack.slug, "--pack", str(folder), "--dry-run", "--mine", REMIND])
    assert dry.exit_code == 0 and "截止日变动 月度排查情况" in dry.output
    assert versions(district) == [(1, "1.0.0")]
    done = run.invoke(tenant_command, ["update", pack.slug, "--pack", str(folder), "--mine", REMIND, "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["pack_version"] == 2
    assert (versions(district)[-1], own_changes(district)) == ((2, "1.1.0"), {REMIND: 3})


def test_page_when_an_offer_is_decided_then_in_force(district: World, pack: Pack, app: Flask) -> None:
    with district.session() as session:
        set_value(session, actor=district.actor("head", session), key="due.reminder_days", value=3, version=0)
        proposal = propose(session, actor=district.system, pack=reminding(monthly_on(pack, 8), 5))
    browser = Browser.of(app, district, "head")
    assert "区域包有新版本" in browser.get("/").get_data(as_text=True)
    assert "等待决定" in browser.get("/pack/updates").get_data(as_text=True)
    text = browser.get(f"/pack/updates/{proposal}").get_data(as_text=True)
    assert re.search("保留本区的：3", text) and re.search("采用新版本的：5", text) and "月度排查情况" in text
    path = f"/pack/updates/{proposal}/apply"
    left_open = browser.post(path, {"version": "1", "in_force": "1"})
    assert left_open.status_code == 422 and "请选择保留本区的改动" in left_open.get_data(as_text=True)
    assert versions(district) == [(1, "1.0.0")]
    assert browser.post(path, {"version": "1", "in_force": "1", f"side:{REMIND}": "theirs"}).status_code == 302
    assert versions(district)[-1] == (2, "1.1.0")
    assert "已采用" in browser.get("/pack/updates").get_data(as_text=True)
    assert "已经处理过" in browser.get(f"/pack/updates/{proposal}").get_data(as_text=True)


def test_first_steps_when_walked_through_then_confirmed_and_asked_again_after_an_update(
    district: World, pack: Pack, app: Flask
) -> None:
    browser = Browser.of(app, district, "head")
    text = browser.get("/onboarding").get_data(as_text=True)
    for words in ("2所学校没有安全专干", "未指定", "整治阶段", "前90天到期", "每周检查取暖设施", "0/7步已确认"):
        assert words in text, words
    assert browser.post("/onboarding/units/confirm", {}).status_code == 302
    assert browser.post("/onboarding/values", {"places": [DEADLINE]}).status_code == 302
    assert browser.post("/onboarding/nothing/confirm", {}).status_code == 404
    text = browser.get("/onboarding").get_data(as_text=True)
    assert "1/7步已确认" in text and "一般隐患·期限" not in text
    with district.session() as session:
        proposal = propose(session, actor=district.system, pack=monthly_on(pack, 8))
        apply_proposal(
            session, actor=district.actor("head", session), proposal_id=proposal, decisions={}, version=1, in_force=1
        )
    assert "换了版本，请再看一遍" in browser.get("/onboarding").get_data(as_text=True)
    assert Browser.of(app, district, "keeper.s1").get("/onboarding").status_code == 403


def test_rest_when_an_offer_is_looked_at_and_applied_then_etag_guards(
    district: World, pack: Pack, client: FlaskClient, app: Flask
) -> None:
    APP_CLOCK.at = NOW
    head = Api(client, district, "head")
    with district.session() as session:
        proposal: UUID = propose(session, actor=district.system, pack=monthly_on(pack, 8))
    listed = head.get("/pack/proposals").get_json()
    assert (listed["total"], [row["state"] for row in listed["items"]]) == (1, ["open"])
    one = head.get(f"/pack/proposals/{proposal}")
    body = one.get_json()
    assert (one.headers["ETag"], body["in_force"], body["conflicts"]) == ('"1"', 1, [])
    assert body["moved"][0]["after"][0] == "2023-12-08"
    path, given = f"/pack/proposals/{proposal}/apply", {"in_force": 1, "decisions": {}}
    assert head.post(path, given).status_code == 428
    assert head.post(path, given, version=1).get_json() == {"number": 2, "ended": []}
    assert head.post(path, given, version=2).status_code == 409
    assert head.get("/onboarding/steps").get_json()["total"] == 7
    waiting = head.get("/onboarding/values").get_json()
    assert DEADLINE in [row["place"] for row in waiting["items"]]
    assert head.post("/onboarding/values/confirm", {"places": [DEADLINE]}).status_code == 204
    assert head.post("/onboarding/steps/units/confirm", {}).status_code == 204
    assert head.get("/onboarding/values").get_json()["total"] == waiting["total"] - 1


def test_first_steps_when_there_are_more_units_then_no_more_queries(district: World, app: Flask) -> None:
    from core.onboarding.queries.steps import first_steps
    from tests.core.registers.ground import counted

    with district.session() as session:
        confirm_step(session, actor=district.actor("head", session), step="units")
    with district.session(read_only=True) as session, counted(session) as few:
        first_steps(session)
    from core.orgs.services import create_unit
    from core.orgs.services.creation import UnitFacts

    with district.session() as session:
        root = session.scalar(select(OrgUnit.id).where(OrgUnit.code == "bureau"))
        for number in range(3):
            create_unit(
                session, actor=district.system, parent_id=root,
                facts=UnitFacts(code=f"N{number}", name=f"新小学{number}", kind="school", org_type="primary", valid_from=date(2020, 1, 1)),
            )  # fmt: skip
    with district.session(read_only=True) as session, counted(session) as many:
        first_steps(session)
    assert len(few) == len(many)


def test_neighbour_when_asking_for_an_offer_then_as_if_there_were_none(
    district: World, pack: Pack, neighbour: World, client: FlaskClient
) -> None:
    APP_CLOCK.at = NOW
    with district.session() as session:
        proposal = propose(session, actor=district.system, pack=monthly_on(pack, 8))
    assert Api(client, district, "head").get(f"/pack/proposals/{proposal}").status_code == 200
    stranger = Api(client, neighbour, "head")
    path = f"/pack/proposals/{proposal}"
    assert stranger.get(path).status_code == 404
    assert stranger.post(f"{path}/apply", {"in_force": 1, "decisions": {}}, version=1).status_code == 404
    assert stranger.post(f"{path}/decline", {}, version=1).status_code == 404
    assert stranger.get("/pack/proposals").get_json()["total"] == 0
    assert versions(district) == [(1, "1.0.0")]
