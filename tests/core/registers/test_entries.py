"""Entries: added, changed, retired, restored, checked by the derived schema, read within one's scope."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from core.access.actor import Coverage
from core.http.paging import Paging
from core.jobs.models import OutboxRow
from core.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from core.registers.queries.entries import EntryFilter, entries_page, entry_card, sums
from core.registers.queries.history import changes_of
from core.registers.services import change_entry, create_entry, restore_entry, retire_entry
from core.tenancy.packs.model import FieldKind, RegisterField
from plugins.fire.models import Facility
from tests.core.registers.ground import TODAY, add, counted, facility, get, plan, registers
from tests.factories.world import World

EVERYWHERE = Coverage(None)


def test_entry_when_added_then_listed_told_and_in_the_history(world: World) -> None:
    with world.session() as session:
        register = get(session, "emergency_plans")
        entry_id = add(session, world, register.slug, plan(valid_until=date(2020, 12, 10)), by="keeper_a")
        card = entry_card(session, registers(), register, EVERYWHERE, entry_id)
        assert (card.title, card.values["event_type"], card.words["event_type"]) == (
            "火灾应急预案",
            "accident",
            "事故灾难",
        )
        assert (card.expires_on, card.days_left, card.tone) == (date(2020, 12, 10), 14, "soon")
        change = changes_of(session, registers(), register, entry_id)[0]
        assert (change.action, change.who) == ("登记", "keeper_a")
        assert ("事件类型", "", "事故灾难") in change.changes
        assert session.scalars(select(OutboxRow.topic).order_by(OutboxRow.id.desc())).first() == "register.changed"


def test_entry_when_the_pack_s_fields_are_wrong_then_each_is_named(world: World) -> None:
    with world.session() as session:
        for extra, named in (
            ({"name": "x"}, {"extra.event_type"}),
            ({"name": "x", "event_type": "storm"}, {"extra.event_type"}),
            ({"name": "", "event_type": "accident"}, {"extra.name"}),
            ({"name": "x", "event_type": "accident", "colour": "red"}, {"extra.colour"}),
            ({"name": "x", "event_type": "accident", "drilled_on": "2020-13-01"}, {"extra.drilled_on"}),
            ({"name": "x", "event_type": "accident", "drilled_on": "2020-11-27"}, {"extra.drilled_on"}),
        ):
            with pytest.raises(Invalid) as fault:
                add(session, world, "emergency_plans", {"extra": extra})
            assert set(fault.value.fields) == named
        with pytest.raises(Invalid) as order:
            add(session, world, "emergency_plans", plan(valid_from=TODAY, valid_until=date(2020, 11, 1)))
        assert set(order.value.fields) == {"valid_until"}


def test_entry_when_of_another_school_then_not_found(world: World) -> None:
    with world.session() as session:
        register = get(session, "emergency_plans")
        theirs = add(session, world, register.slug, plan(), unit="school_b")
        actor = world.actor("keeper_a", session)
        with pytest.raises(NotFound):
            add(session, world, register.slug, plan(), unit="school_b", by="keeper_a")
        for call in (retire_entry, restore_entry):
            with pytest.raises(NotFound):
                call(session, actor=actor, register=register, entry_id=theirs, version=1)
        with pytest.raises(NotFound):
            entry_card(session, registers(), register, actor.coverage(register.read), theirs)
        with pytest.raises(Forbidden):
            add(session, world, register.slug, plan(), by="nobody")


def test_entry_when_a_unit_does_not_keep_the_register_then_refused(world: World) -> None:
    with world.session() as session:
        with pytest.raises(Invalid) as fault:
            add(session, world, "emergency_plans", plan(), unit="section")
        assert set(fault.value.fields) == {"unit_id"}


def test_entry_when_changed_then_only_what_was_given_changes(world: World) -> None:
    with world.session() as session:
        register = get(session, "emergency_plans")
        entry_id = add(session, world, register.slug, plan(edition="1.0", valid_from=date(2020, 1, 1)))

        def change(version: int, given: dict[str, object]) -> int:
            return change_entry(
                session,
                actor=world.system,
                registers=registers(),
                register=register,
                entry_id=entry_id,
                version=version,
                given=given,
            )

        assert change(1, {"extra": {"edition": "2.0"}}) == 2
        assert change(2, {"extra": {"edition": "2.0"}}) == 2, "nothing changed: no version, no entry in the log"
        card = entry_card(session, registers(), register, EVERYWHERE, entry_id)
        assert (card.values["edition"], card.values["name"], card.values["valid_from"]) == (
            "2.0", "火灾应急预案", date(2020, 1, 1),
        )  # fmt: skip
        assert change(2, {"extra": {"edition": None}}) == 3
        assert entry_card(session, registers(), register, EVERYWHERE, entry_id).values["edition"] is None
        with pytest.raises(Stale):
            change(1, {"extra": {"edition": "3.0"}})
        with pytest.raises(Invalid):
            change(3, {"extra": {"name": None}})
        assert [one.changes for one in changes_of(session, registers(), register, entry_id)][:2] == [
            (("版本", "2.0", ""),), (("版本", "1.0", "2.0"),),
        ]  # fmt: skip


def test_entry_when_retired_then_out_of_lists_until_restored(world: World) -> None:
    with world.session() as session:
        register = get(session, "fire_facilities")
        entry_id = add(session, world, register.slug, facility())

        def listed(state: str = "in_use") -> int:
            asked = EntryFilter(state=state)
            return entries_page(session, registers(), register, EVERYWHERE, asked=asked, paging=Paging()).total

        assert retire_entry(session, actor=world.system, register=register, entry_id=entry_id, version=1) == 2
        assert (listed(), listed("retired"), listed("all")) == (0, 1, 1)
        with pytest.raises(Conflict):
            retire_entry(session, actor=world.system, register=register, entry_id=entry_id, version=2)
        with pytest.raises(Conflict):
            change_entry(
                session, actor=world.system, registers=registers(), register=register, entry_id=entry_id, version=2, given={"quantity": 1}
            )  # fmt: skip
        restore_entry(session, actor=world.system, register=register, entry_id=entry_id, version=2)
        assert listed() == 1


def test_facility_when_it_refers_to_a_place_then_to_one_of_its_own_unit(world: World) -> None:
    from plugins.fire.services.places import add_place

    with world.session() as session:
        mine, theirs = (
            add_place(session, actor=world.system, unit_id=world.units[unit], name="食堂", kind="学生食堂")
            for unit in ("school_a", "school_b")
        )
        for place_id in (theirs, uuid4()):
            with pytest.raises(Invalid) as fault:
                add(session, world, "fire_facilities", facility(place_id=place_id))
            assert set(fault.value.fields) == {"place_id"}
        entry_id = add(session, world, "fire_facilities", facility(place_id=mine))
        card = entry_card(session, registers(), get(session, "fire_facilities"), EVERYWHERE, entry_id)
        assert (card.title, card.words["place_id"]) == ("灭火器 · 二层走廊", "食堂")


@pytest.mark.parametrize("slug", ["emergency_plans", "fire_facilities"])
def test_list_when_longer_then_sends_no_more_statements(world: World, slug: str) -> None:
    from plugins.fire.services.places import add_place

    given = plan() if slug == "emergency_plans" else facility()
    found = []
    with world.session() as session:
        register = get(session, slug)
        place = add_place(session, actor=world.system, unit_id=world.units["school_a"], name="食堂", kind="学生食堂")
        if slug == "fire_facilities":
            given["place_id"] = place
        for number in (1, 2):
            for _ in range(number):
                add(session, world, slug, given)
            session.flush()
            session.expunge_all()
            with counted(session) as sent:
                entries_page(session, registers(), register, EVERYWHERE, asked=EntryFilter(), paging=Paging())
            found.append(len(sent))
    assert found[0] == found[1]
    assert found[0] <= 3


def test_list_when_filtered_and_sorted_then_own_and_district_fields_alike(world: World, neighbour: World) -> None:
    with neighbour.session() as session:
        add(session, neighbour, "emergency_plans", plan("邻区预案"))
    with world.session() as session:
        register = get(session, "emergency_plans")
        for name, kind, until in (
            ("甲", "accident", date(2020, 11, 1)),
            ("乙", "health", date(2020, 12, 1)),
            ("丙", "health", None),
        ):
            add(session, world, register.slug, plan(name, kind, valid_until=until))
        add(session, world, register.slug, plan("丁", "health"), unit="school_b")

        def names(sort: str | None = None, **asked: object) -> list[str]:
            page = entries_page(
                session,
                registers(),
                register,
                EVERYWHERE,
                asked=EntryFilter(**asked),
                paging=Paging(sort=sort),  # type: ignore[arg-type]
            )
            return [card.title for card in page.items]

        assert names()[:2] == ["甲", "乙"], "what ends first stands first"
        assert sorted(names(where={"event_type": "health"})) == ["丁", "丙", "乙"]
        assert names(due="overdue") == ["甲"]
        assert names(due="soon") == ["乙"]
        assert sorted(names(due="unknown")) == ["丁", "丙"]
        assert names(text="甲") == ["甲"]
        assert names(unit_id=world.units["school_b"]) == ["丁"]
        assert names(between={"valid_until": (date(2020, 11, 15), None)}) == ["乙"]
        assert names(sort="-extra.name", where={"event_type": "health"}) == sorted(["乙", "丙", "丁"], reverse=True)
        with pytest.raises(Invalid) as fault:
            names(sort="colour")
        assert set(fault.value.fields) == {"sort"}
        counted_sums = sums(session, register, EVERYWHERE)
        assert (
            counted_sums.total,
            counted_sums.overdue,
            counted_sums.soon,
            counted_sums.far,
            counted_sums.unknown,
        ) == (4, 1, 1, 0, 2)


def test_sums_when_an_entry_ends_by_a_column_and_by_a_field_of_the_district_then_the_earlier_counts(
    world: World,
) -> None:
    ends = RegisterField(code="inspected_until", label="年审有效期至", kind=FieldKind.DATE, expires=True)
    with world.session() as session:
        register = get(session, "emergency_plans").with_district((ends,), ())
        for column, own in ((400, -1), (10, 200), (300, 60), (300, None), (None, None)):
            given = plan()
            if column is not None:
                given["valid_until"] = TODAY + timedelta(days=column)
            if own is not None:
                given["extra"]["inspected_until"] = TODAY + timedelta(days=own)
            create_entry(
                session, actor=world.system, registers=registers(), register=register, unit_id=world.units["school_a"], given=given
            )  # fmt: skip
        found = sums(session, register, EVERYWHERE)
        assert (found.total, found.overdue, found.soon, found.far, found.unknown) == (5, 1, 1, 1, 1)


def test_column_when_derived_then_as_the_model_says(world: World) -> None:
    """marshmallow-sqlalchemy: type and emptiness come from the column, bounds from the declaration."""
    from marshmallow import ValidationError

    from core.registers.schemas import create_schema

    with world.session() as session:
        schema = create_schema(get(session, "fire_facilities"))()
    body = {"unit_id": str(world.units["school_a"]), "kind": "extinguisher", "spot": "二层", "quantity": 1}
    assert schema.load(body)["quantity"] == 1
    for wrong in (
        {"quantity": -1},
        {"quantity": "x"},
        {"kind": "boat"},
        {"spot": "字" * 61},
        {"next_test_on": "soon"},
        {"colour": 1},
    ):
        with pytest.raises(ValidationError) as fault:
            schema.load(body | wrong)
        assert set(fault.value.messages_dict) == set(wrong)
    assert Facility.__table__.c.quantity.nullable is False
