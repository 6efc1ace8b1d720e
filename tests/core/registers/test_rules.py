"""Rules: each kind against rows that keep it and rows that do not; a breach opens once and clears; drafts follow."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.hazards.drafts.models import HazardDraft
from core.hazards.drafts.services import accept_draft, dismiss_draft, follow_breaches
from core.hazards.models import Hazard
from core.hooks.manager import build_plugins
from core.jobs.models import OutboxRow
from core.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from core.registers.models import RegisterBreach
from core.registers.queries.rules import failing
from core.registers.services import change_entry, retire_entry
from core.registers.services.rules import CHECKED, Checked, check_rules
from core.registers.tasks import run_daily
from core.tenancy import shelf
from core.tenancy.packs.model import FieldKind, RegisterCondition, RegisterField, RegisterRule, RuleKind
from core.tenancy.packs.model.orgs import OrgKind, SchoolStage
from tests.core.registers.ground import TODAY, add, facility, get, plan, registers
from tests.factories.world import World

SCHOOLS = (OrgKind.SCHOOL, OrgKind.KINDERGARTEN)


def units(session: TenantSession, rule: RegisterRule, slug: str = "emergency_plans", **options: object) -> set[UUID]:
    return {one.unit_id for one in failing(session, get(session, slug), rule, **options)}  # type: ignore[arg-type]


def test_at_least_when_counted_then_only_valid_entries_of_open_units(world: World, neighbour: World) -> None:
    a, b, k, campus = (world.units[name] for name in ("school_a", "school_b", "kindergarten", "campus_a"))
    rule = RegisterRule(code="r", label="r", kind=RuleKind.AT_LEAST, kinds=SCHOOLS)
    with neighbour.session() as session:
        add(session, neighbour, "emergency_plans", plan())
    with world.session() as session:
        assert units(session, rule) == {a, b, k}
        add(session, world, "emergency_plans", plan(valid_until=TODAY))
        add(session, world, "emergency_plans", plan(valid_until=TODAY - timedelta(days=1)), unit="school_b")
        assert units(session, rule) == {b, k}, "valid on its last day, not after"
        assert units(session, replace(rule, stages=(SchoolStage.JUNIOR,))) == {b}
        assert units(session, replace(rule, org_types=("kindergarten",))) == {k}
        assert units(session, rule, units=[a, k]) == {k}
        assert units(session, replace(rule, where=(RegisterCondition(field="event_type", among=("health",)),))) == {
            a,
            b,
            k,
        }
        one = next(one for one in failing(session, get(session, "emergency_plans"), rule) if one.unit_id == b)
        assert (one.have, one.count, len(one.entries)) == (0, 1, 1), "what ran out is named"
        assert campus not in units(session, rule)


def test_at_least_when_summed_and_below_then_campuses_count_for_their_school(world: World) -> None:
    a = world.units["school_a"]
    rule = RegisterRule(
        code="r", label="r", kind=RuleKind.AT_LEAST, kinds=(OrgKind.SCHOOL,), sum_of="quantity", at_least=5
    )
    with world.session() as session:
        add(session, world, "fire_facilities", facility(quantity=4))
        add(session, world, "fire_facilities", facility(quantity=1), unit="campus_a")
        assert a in units(session, rule, "fire_facilities")
        assert a not in units(session, replace(rule, below=True), "fire_facilities")


def test_other_kinds_when_asked_then_units_with_an_entry_at_fault(world: World) -> None:
    a, b = world.units["school_a"], world.units["school_b"]
    expired = RegisterRule(code="r", label="r", kind=RuleKind.NONE_EXPIRED)
    fresh = RegisterRule(code="r", label="r", kind=RuleKind.FRESH_WITHIN, field="valid_from", days=30)
    fits = RegisterRule(
        code="r", label="r", kind=RuleKind.MATCHES, must=(RegisterCondition(field="edition", filled=True),)
    )
    with world.session() as session:
        add(
            session,
            world,
            "emergency_plans",
            plan(edition="1", valid_from=TODAY - timedelta(days=30), valid_until=TODAY),
        )
        assert [units(session, rule) for rule in (expired, fresh, fits)] == [set(), set(), set()]
        bad = add(
            session, world, "emergency_plans", plan(valid_from=TODAY - timedelta(days=31), valid_until=TODAY - timedelta(days=1)), unit="school_b",
        )  # fmt: skip
        assert [units(session, rule) for rule in (expired, fresh, fits)] == [{b}, {b}, {b}]
        add(session, world, "emergency_plans", plan(edition="1", valid_from=None))
        assert units(session, fresh) == {a, b}, "never looked at is not fresh"
        session.flush()
        retire_entry(session, actor=world.system, register=get(session, "emergency_plans"), entry_id=bad, version=1)
        assert [units(session, rule) for rule in (expired, fits)] == [set(), set()], "out of use is out of the rules"


@pytest.mark.parametrize(
    ("condition", "good"),
    [
        (RegisterCondition(field="event_type", among=("accident",)), True),
        (RegisterCondition(field="event_type", among=("health",)), False),
        (RegisterCondition(field="edition", filled=False), True),
        (RegisterCondition(field="valid_from", filled=True), False),
        (RegisterCondition(field="score", filled=True), True),
        (RegisterCondition(field="score", filled=False), False),
        (RegisterCondition(field="score", least=60), True),
        (RegisterCondition(field="score", least=61), False),
        (RegisterCondition(field="score", most=59), False),
        (RegisterCondition(field="open", among=("true",)), True),
        (RegisterCondition(field="open", among=("false",)), False),
    ],
)
def test_condition_when_true_or_false_then_the_rule_says_so(
    world: World, condition: RegisterCondition, good: bool
) -> None:
    rule = RegisterRule(code="r", label="r", kind=RuleKind.MATCHES, must=(condition,))
    with world.session() as session:
        register = get(session, "emergency_plans").with_district(
            (
                RegisterField(code="score", label="分", kind=FieldKind.INTEGER),
                RegisterField(code="open", label="公开", kind=FieldKind.BOOLEAN),
            ),
            (),
        )
        from core.registers.services import create_entry

        given = plan(score=60, open=True, valid_from=None)
        create_entry(
            session,
            actor=world.system,
            registers=registers(),
            register=register,
            unit_id=world.units["school_a"],
            given=given,
        )
        assert (failing(session, register, rule) == ()) is good


def check(session: TenantSession, slug: str = "emergency_plans", **options: object) -> Checked:
    found = check_rules(session, registers=registers(), register=get(session, slug), **options)  # type: ignore[arg-type]
    follow_breaches(session, register=slug)
    session.flush()
    return found


def drafts(session: TenantSession, state: str = "open") -> list[HazardDraft]:
    return list(session.scalars(select(HazardDraft).where(HazardDraft.state == state).order_by(HazardDraft.id)))


def test_breach_when_asked_again_then_never_doubled_and_cleared_when_kept(world: World) -> None:
    b = world.units["school_b"]
    with world.session() as session:
        assert check(session).opened == 12, (
            "any plan; and for food, weather and flood one each, which wait for the district's word"
        )
        assert check(session) == Checked(), "nothing is other than before: nothing written, nothing told"
        assert [draft.state for draft in drafts(session)] == ["open"] * 3
        add(session, world, "emergency_plans", plan(), unit="school_b")
        assert check(session, units=[b]) == Checked(cleared=1)
        gone = drafts(session, "withdrawn")
        assert [draft.unit_id for draft in gone] == [b]
        topics = [row.topic for row in session.scalars(select(OutboxRow))]
        assert topics.count("hazard_draft.withdrawn") == 1
        assert topics.count("hazard_draft.opened") == 3
        assert topics.count(CHECKED) == 2


def test_breach_when_it_comes_back_then_a_new_draft(world: World) -> None:
    with world.session() as session:
        register = get(session, "emergency_plans")
        entry_id = add(session, world, register.slug, plan(valid_until=TODAY), unit="school_b")
        check(session)
        assert len(drafts(session)) == 2
        change_entry(
            session, actor=world.system, registers=registers(), register=register, entry_id=entry_id, version=1,
            given={"valid_until": TODAY - timedelta(days=1)},
        )  # fmt: skip
        assert check(session) == Checked(opened=1)
        draft = next(one for one in drafts(session) if one.unit_id == world.units["school_b"])
        assert [entry["title"] for entry in draft.entries] == ["火灾应急预案"]
        assert "已过期1条：火灾应急预案" in draft.detail
        assert (draft.domain, draft.category, draft.clauses) == ("emergency", "emergency.plan", ["WJ-2.11-55"])
        retire_entry(session, actor=world.system, register=register, entry_id=entry_id, version=2)
        assert check(session) == Checked(changed=1), "the same breach, other words"
        assert "已过期" not in next(one for one in drafts(session) if one.unit_id == world.units["school_b"]).detail


def test_rule_when_it_waits_for_the_district_s_word_then_shown_but_no_draft(world: World) -> None:
    """WJ-2.11-62 states no interval: the default of 12 months is 待确认."""
    with world.session() as session:
        add(session, world, "emergency_plans", plan(valid_from=date(2019, 1, 1)))
        check(session)
        assumed = session.scalars(select(RegisterBreach).where(RegisterBreach.rule == "revised")).one()
        assert assumed.assumed
        assert {draft.rule for draft in drafts(session)} == {"has_plan"}


def test_district_rule_when_sip_asks_for_certificates_then_each_campus_has_one(world: World) -> None:
    from core.tenancy.models import PackVersion, PluginSwitch
    from tests.factories.world import compiled

    with world.session() as session:
        assert check(session, "fire_certificates") == Checked(), "wujin does not ask it"
    with world.session() as session:
        sip = compiled("sip")
        session.add(
            PackVersion(version=2, digest=sip.digest, content=sip.content, applied_at=session.now(), applied_by="测试")
        )
        session.scalars(select(PluginSwitch).where(PluginSwitch.plugin == "fire")).one().variant = "sip"
    with world.session() as session:
        assert check(session, "fire_certificates").opened == 8, (
            "staff and guards, for two schools, a kindergarten and a campus"
        )
        for holder in ("staff", "guard"):
            add(
                session,
                world,
                "fire_certificates",
                {"holder": holder, "quantity": 1, "expires_on": TODAY},
                unit="campus_a",
            )
        assert check(session, "fire_certificates") == Checked(cleared=2)
        draft = next(one for one in drafts(session) if one.rule == "staff_certified")
        assert (draft.clauses, draft.title) == (["SIP-A1-4-22"], "每个学校（校区）至少1名在编人员持消控证")
        fields = [own.code for own in get(session, "fire_facilities").extra]
        assert fields == ["contract_no", "maintained_on", "evidence"], "sip's own fields of the plugin's register"


def _accept(session: TenantSession, world: World, actor: Actor, draft: HazardDraft, version: int = 1) -> UUID:
    written = accept_draft(
        session, actor=actor, pack=shelf.current(session), plugins=build_plugins([]), plugins_on=frozenset({"fire"}), draft_id=draft.id,  # type: ignore[arg-type]
        version=version,
    )  # fmt: skip
    return written.id


def test_draft_when_accepted_then_a_hazard_from_the_register_s_rule(world: World) -> None:
    with world.session() as session:
        check(session)
        draft = next(one for one in drafts(session) if one.unit_id == world.units["school_a"])
        with pytest.raises(NotFound):
            _accept(session, world, world.actor("safety_b", session), draft)
        with pytest.raises(Forbidden):
            _accept(session, world, world.actor("nobody", session), draft)
        with pytest.raises(Stale):
            _accept(session, world, world.actor("keeper_a", session), draft, version=9)
        hazard_id = _accept(session, world, world.actor("keeper_a", session), draft)
        hazard = session.scalars(select(Hazard).where(Hazard.id == hazard_id)).one()
        assert (hazard.origin, hazard.source, hazard.domain, hazard.category) == (
            "register",
            "register",
            "emergency",
            "emergency.plan",
        )
        assert hazard.clauses == ["WJ-2.11-55"]
        assert hazard.extra["register_rule"] == "has_plan"
        with pytest.raises(Conflict):
            _accept(session, world, world.actor("keeper_a", session), draft, version=2)
        add(session, world, "emergency_plans", plan())
        check(session)
        assert draft.state == "accepted", "the hazard goes its own way"


def test_draft_when_dismissed_then_not_opened_again_while_the_breach_lasts(world: World) -> None:
    with world.session() as session:
        check(session)
        draft = next(one for one in drafts(session) if one.unit_id == world.units["school_a"])
        actor = world.actor("keeper_a", session)
        with pytest.raises(Invalid) as fault:
            dismiss_draft(session, actor=actor, draft_id=draft.id, version=1, reason=" ")
        assert set(fault.value.fields) == {"reason"}
        dismiss_draft(session, actor=actor, draft_id=draft.id, version=1, reason="并入总预案")
        assert check(session) == Checked()
        assert len(drafts(session)) == 2
        assert draft.state == "dismissed"


def test_daily_when_a_plugin_is_off_then_its_breaches_clear(world: World) -> None:
    from core.tenancy.models import PluginSwitch

    with world.session() as session:
        add(session, world, "fire_facilities", facility(next_test_on=TODAY - timedelta(days=1)))

        def open_ones() -> set[str]:
            return set(session.scalars(select(RegisterBreach.register).where(RegisterBreach.cleared_at.is_(None))))

        run_daily(session, registers=registers())
        assert {"fire_facilities", "emergency_plans"} <= open_ones()
        switch = session.scalars(select(PluginSwitch).where(PluginSwitch.plugin == "fire")).one()
        switch.on_until = TODAY - timedelta(days=1)
        session.flush()
        assert run_daily(session, registers=registers())["cleared"] == 1
        assert "fire_facilities" not in open_ones()
