from __future__ import annotations

from datetime import date, timedelta

import pytest

from core.access.actor import Coverage
from core.http.paging import Paging
from core.kernel.clock import FixedClock, local_date
from core.kernel.errors import Conflict, Invalid, NotFound, Refused, Stale
from core.orgs.models import OrgClosure
from core.orgs.queries import (
    UnitFilter,
    descendants,
    root_unit_id,
    unit_card,
    unit_cards,
    unit_options,
    unit_tree,
    units_page,
)
from core.orgs.services import close_unit, move_unit, rebuild_closure, rename_unit, set_supervisors
from core.orgs.services.creation import NewUnit, UnitFacts, create_unit, create_units
from tests.core.orgs.ground import SINCE, District, counted, yesterday

ALL = Coverage(None)


def codes(district: District, ids: frozenset[object]) -> set[str]:
    names = {unit_id: code for code, unit_id in district.units.items()}
    return {names[unit_id] for unit_id in ids}  # type: ignore[index]  # ids of this district


def test_card_of_a_campus_names_its_parent_and_its_school(here: District) -> None:
    with here.open() as session:
        card = unit_card(session, here.units["S1E"])
        assert (card.parent_id, card.school_id, card.school_name) == (here.units["S1"], here.units["S1"], "第一小学")
        assert unit_card(session, here.units["S1"]).school_id == here.units["S1"]
        assert unit_card(session, here.units["C1"]).school_id is None
        assert root_unit_id(session) == here.units["B"]


def test_cards_cost_one_query_and_leave_the_neighbour_out(here: District, there: District) -> None:
    with here.open() as session, counted(session) as sent:
        cards = unit_cards(session, [*here.units.values(), *there.units.values()])
        assert set(cards) == set(here.units.values())
        assert len(sent) == 1
    with here.open() as session, pytest.raises(NotFound):
        unit_card(session, there.units["S1"])


def test_descendants_follow_clusters_but_the_administrative_ones_do_not(here: District) -> None:
    with here.open() as session:
        assert codes(here, descendants(session, here.units["C1"])) == {"C1", "S1", "S1E", "S1P", "S2"}
        assert codes(here, descendants(session, here.units["C1"], administrative=True)) == {"C1"}
        assert codes(here, descendants(session, here.units["B"])) == set(here.units)


def test_a_central_school_supervises_but_does_not_own(here: District) -> None:
    with here.open() as session:
        set_supervisors(
            session,
            actor=here.system,
            unit_id=here.units["S2"],
            supervisors=[here.units["S1"]],
            on=SINCE + timedelta(days=9),
        )
        assert "S2" in codes(here, descendants(session, here.units["S1"]))
        assert "S2" not in codes(here, descendants(session, here.units["S1"], administrative=True))


def test_move_takes_force_on_its_day(here: District, clock: FixedClock) -> None:
    with here.open() as session:
        tomorrow = local_date(session.now()) + timedelta(days=1)
        move_unit(session, actor=here.system, unit_id=here.units["S1E"], parent_id=here.units["S2"], on=tomorrow)
        assert unit_card(session, here.units["S1E"]).parent_id == here.units["S1"]
    clock.advance(timedelta(days=1))
    with here.open() as session:
        rebuild_closure(session)
        card = unit_card(session, here.units["S1E"])
        assert (card.parent_name, card.school_name) == ("第二小学", "第二小学")
        assert "S1E" not in codes(here, descendants(session, here.units["S1"]))


def test_moving_back_the_same_day_leaves_one_parent(here: District) -> None:
    with here.open() as session:
        today = local_date(session.now())
        for parent in ("S2", "K1", "S1"):
            move_unit(session, actor=here.system, unit_id=here.units["S1E"], parent_id=here.units[parent], on=today)
        assert unit_card(session, here.units["S1E"]).parent_id == here.units["S1"]


def test_move_before_a_later_move_is_refused(here: District) -> None:
    with here.open() as session:
        today = local_date(session.now())
        move_unit(
            session,
            actor=here.system,
            unit_id=here.units["S1E"],
            parent_id=here.units["S2"],
            on=today + timedelta(days=5),
        )
        with pytest.raises(Conflict):
            move_unit(session, actor=here.system, unit_id=here.units["S1E"], parent_id=here.units["K1"], on=today)


@pytest.mark.parametrize("parent", ["S1E", "S1"])
def test_move_under_itself_is_refused(here: District, parent: str) -> None:
    with pytest.raises(Invalid), here.open() as session:
        move_unit(
            session, actor=here.system, unit_id=here.units["S1"], parent_id=here.units[parent], on=yesterday(session)
        )


def test_circle_over_two_trees_is_refused(here: District) -> None:
    with pytest.raises(Invalid), here.open() as session:
        set_supervisors(
            session, actor=here.system, unit_id=here.units["S1"], supervisors=[here.units["S1E"]], on=date(2021, 1, 1)
        )


def test_rename_keeps_the_link_and_bumps_the_version(here: District) -> None:
    with here.open() as session:
        version = rename_unit(session, actor=here.system, unit_id=here.units["S1"], name="实验小学", version=1)
        assert version == 2
        assert unit_card(session, here.units["S1E"]).parent_name == "实验小学"
        with pytest.raises(Stale):
            rename_unit(session, actor=here.system, unit_id=here.units["S1"], name="又一个名字", version=1)


def test_close_waits_for_what_hangs_below(here: District) -> None:
    with here.open() as session:
        today = local_date(session.now())
        with pytest.raises(Refused):
            close_unit(session, actor=here.system, unit_id=here.units["S1"], last_day=today)
        close_unit(session, actor=here.system, unit_id=here.units["S2"], last_day=yesterday(session))
        assert "S2" not in codes(here, descendants(session, here.units["C1"]))
        assert here.units["S2"] not in {option.id for option in unit_options(session, ALL, ["school"])}
        closed = units_page(session, ALL, filters=UnitFilter(state="closed"), paging=Paging())
        assert [line.code for line in closed.items] == ["S2"]


def test_same_code_twice_is_a_conflict(here: District) -> None:
    with pytest.raises(Conflict), here.open() as session:
        facts = UnitFacts(code="S1", name="重复小学", kind="school")
        create_unit(session, actor=here.system, facts=facts, parent_id=here.units["B"])


def test_second_bureau_is_refused(here: District) -> None:
    with pytest.raises(Invalid), here.open() as session:
        create_unit(
            session, actor=here.system, facts=UnitFacts(code="B2", name="又一个局", kind="bureau"), parent_id=None
        )


def test_school_administrator_works_inside_the_school_only(here: District, there: District) -> None:
    with here.open() as session:
        actor = here.actor(session, here.person(session, "s1.safety", ("safety", "S1")))
        facts = UnitFacts(code="S1X", name="第一小学体育馆", kind="place")
        here.units["S1X"] = create_unit(session, actor=actor, facts=facts, parent_id=here.units["S1"])
        for parent in (here.units["S2"], here.units["B"], there.units["S1"]):
            with pytest.raises(NotFound):
                create_unit(session, actor=actor, facts=UnitFacts(code="X", name="X", kind="place"), parent_id=parent)
        with pytest.raises(Invalid):
            create_unit(session, actor=actor, facts=UnitFacts(code="X", name="X", kind="school"), parent_id=None)
        with pytest.raises(NotFound):
            move_unit(session, actor=actor, unit_id=here.units["S1E"], parent_id=here.units["S2"], on=SINCE)


def test_page_and_tree_cost_the_same_however_long(here: District, there: District) -> None:
    with here.open() as session:
        for size, expected in ((1, 1), (3, 3)):
            with counted(session) as sent:
                page = units_page(session, ALL, filters=UnitFilter(), paging=Paging(page_size=size))
            assert (len(page.items), page.total, len(sent)) == (expected, 9, 2)
        with counted(session) as sent:
            (root,) = unit_tree(session, ALL)
        assert len(sent) == 1
        assert [node.name for node in root.children] == [
            "一片区",
            "二片区",
            "安全科",
            "第一小学",
            "第一幼儿园",
            "第二小学",
        ]
        scope = Coverage(frozenset({here.units["S1"], here.units["S1E"]}))
        (top,) = unit_tree(session, scope)
        assert (top.name, [child.name for child in top.children]) == ("第一小学", ["第一小学东校区"])


def test_page_filters(here: District) -> None:
    with here.open() as session:

        def found(**filters: object) -> list[str]:
            page = units_page(session, ALL, filters=UnitFilter(**filters), paging=Paging(sort="code"))  # type: ignore[arg-type]
            return [line.code for line in page.items]

        assert found(text="第一小学") == ["S1", "S1E", "S1P"]
        assert found(kind="cluster") == ["C1", "C2"]
        assert found(under=here.units["C2"]) == ["C2", "K1"]
        assert found(text="%") == []
        assert found(stage="primary") == []
        lines = units_page(session, ALL, filters=UnitFilter(text="第二小学"), paging=Paging())
        assert lines.items[0].cluster_name == "一片区"


def test_closure_rebuild_writes_only_differences(here: District) -> None:
    with here.open() as session:
        before = session.query(OrgClosure).count()
        rebuild_closure(session)
        assert session.query(OrgClosure).count() == before


def test_many_units_cost_the_statements_of_one_and_a_refused_one_takes_no_other_along(here: District) -> None:
    def new(code: str, **more: object) -> NewUnit:
        facts = UnitFacts(code=code, name=f"新设{code}小学", kind="school", **more)  # type: ignore[arg-type]  # facts by name
        return NewUnit(facts=facts, parent_id=here.units["B"], clusters=[here.units["C1"]])

    costs = []
    for codes_of in (["M0"], [f"N{number}" for number in range(60)]):
        with here.open() as session, counted(session) as sent:
            made = create_units(session, actor=here.system, units=[new(code) for code in codes_of])
            assert not [answer for answer in made if isinstance(answer, Exception)]
            costs.append(len(sent))
    assert costs == [9, 9]

    units = [new("P1"), new("S1"), new("P1"), new("P2")]
    with here.open() as session:
        made = create_units(session, actor=here.system, units=units)
        assert [type(answer).__name__ for answer in made] == ["UUID", "Conflict", "Conflict", "UUID"]
        assert {made[0], made[3]} <= descendants(session, here.units["C1"])
