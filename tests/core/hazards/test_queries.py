"""The ledger: who sees what, every filter, fixed numbers of queries, nothing of the neighbour."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from core.hazards.queries import LedgerFilter, hazard_card, ledger_page, look_alikes, open_case, timeline, waiting
from core.http.paging import Paging
from core.kernel.clock import FixedClock
from core.kernel.errors import Invalid, NotFound
from tests.core.hazards.ledger import Ledger, bare_plugins
from tests.core.hazards.web import statements
from tests.factories.world import World


def numbers(ledger: Ledger, who: str, **asked: Any) -> list[str]:
    """Titles that this person's ledger shows."""
    page, sums = ledger_page(
        ledger.session,
        ledger.world.actor(who, ledger.session),
        ledger.pack,
        asked=LedgerFilter(**asked),
        paging=Paging(page_size=200),
    )
    assert sums.total == page.total == len(page.items)
    return [line.title for line in page.items]


@pytest.fixture
def three(ledger: Ledger) -> Ledger:
    """Three hazards: A's own, B's own, one the bureau found in A's campus."""
    ledger.report("staff_a", title="A自查")
    ledger.report("line_b", "school_b", title="B自查", domain="food", category="food.rules", place="食堂")
    ledger.report("officer", "campus_a", title="局查东校区")
    return ledger


def test_ledger_when_school_then_its_own_and_its_campus(three: Ledger) -> None:
    assert set(numbers(three, "safety_a")) == {"A自查", "局查东校区"}
    assert numbers(three, "safety_b") == ["B自查"]
    assert len(numbers(three, "head")) == 3
    assert numbers(three, "nobody") == []


def test_ledger_when_scope_is_own_then_what_one_found(three: Ledger) -> None:
    assert numbers(three, "staff_a") == ["A自查"]


def test_ledger_when_named_responsible_then_seen(ledger: Ledger) -> None:
    written = ledger.walk(ledger.report(title="派给条线"), to="start")
    assert written.title in numbers(ledger, "line_a")


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"text": "自查"}, {"A自查", "B自查"}),
        ({"text": "食堂"}, {"B自查"}),
        ({"text": "%"}, set()),
        ({"domains": ("food",)}, {"B自查"}),
        ({"domains": ("fire", "food")}, {"A自查", "B自查", "局查东校区"}),
        ({"category": "fire.passage"}, {"A自查", "局查东校区"}),
        ({"source": "inspection"}, {"局查东校区"}),
        ({"origin": "self_check"}, {"A自查", "B自查"}),
        ({"canonicals": ("discovered",)}, {"A自查", "B自查", "局查东校区"}),
        ({"state": "closed"}, set()),
        ({"due": "overdue"}, set()),
        ({"due": "normal"}, {"A自查", "B自查", "局查东校区"}),
        ({"found_from": date(2020, 11, 26), "found_to": date(2020, 11, 26)}, {"A自查", "B自查", "局查东校区"}),
        ({"found_to": date(2020, 11, 25)}, set()),
        ({"recurrence": True}, set()),
        ({"supervised": False}, {"A自查", "B自查", "局查东校区"}),
        ({"age": 0}, {"A自查", "B自查", "局查东校区"}),
        ({"age": 2}, set()),
        ({"todo": "register"}, {"A自查", "B自查", "局查东校区"}),
        ({"todo": "verify"}, set()),
    ],
)
def test_ledger_filters(three: Ledger, asked: dict[str, Any], expected: set[str]) -> None:
    assert set(numbers(three, "head", **asked)) == expected


def test_ledger_when_unit_then_everything_under_it(three: Ledger) -> None:
    assert set(numbers(three, "head", unit_id=three.world.units["school_a"])) == {"A自查", "局查东校区"}
    assert numbers(three, "head", unit_id=three.world.units["campus_a"]) == ["局查东校区"]


def test_due_states_when_days_pass_then_normal_soon_overdue(ledger: Ledger, clock: FixedClock) -> None:
    written = ledger.move(ledger.report(), "keeper_a", "register")
    due = ledger.row(written).due_on
    assert due is not None

    def state_on(day: date) -> str:
        clock.advance(timedelta(days=(day - clock.at.date()).days))
        return hazard_card(
            ledger.session, ledger.world.actor("head", ledger.session), ledger.pack, written.id
        ).due_state

    assert [state_on(due - timedelta(days=days)) for days in (4, 3, 0, -1)] == ["normal", "soon", "soon", "overdue"]
    assert numbers(ledger, "head", due="overdue") == [written.title]


def test_ledger_when_sort_is_unknown_or_page_too_far_then_refused(ledger: Ledger) -> None:
    actor = ledger.world.actor("head", ledger.session)
    with pytest.raises(Invalid) as caught:
        ledger_page(ledger.session, actor, ledger.pack, asked=LedgerFilter(), paging=Paging(sort="secret"))
    assert "sort" in caught.value.fields
    with pytest.raises(Invalid):
        ledger_page(ledger.session, actor, ledger.pack, asked=LedgerFilter(), paging=Paging(page=90_000))


@pytest.mark.parametrize("rows", [1, 3])
def test_ledger_asks_twice_whatever_it_holds(ledger: Ledger, rows: int) -> None:
    for _ in range(rows):
        ledger.report()
    actor = ledger.world.actor("safety_a", ledger.session)
    pack = ledger.pack
    with statements(ledger.session.get_bind()) as sent:  # type: ignore[arg-type]  # an engine
        ledger_page(ledger.session, actor, pack, asked=LedgerFilter(), paging=Paging())
    assert len(sent) == 2


@pytest.mark.parametrize("steps", ["register", "report"])
def test_detail_asks_the_same_number_of_times(ledger: Ledger, steps: str) -> None:
    written = ledger.walk(ledger.report(), to=steps)
    actor, pack = ledger.world.actor("safety_a", ledger.session), ledger.pack
    ledger.session.expire_all()
    with statements(ledger.session.get_bind()) as sent:  # type: ignore[arg-type]  # an engine
        case = open_case(ledger.session, actor, pack, written.id)
        timeline(ledger.session, written.id)
        look_alikes(ledger.session, pack, case.card)
    assert len(sent) == 5


def test_neighbour_rows_are_never_seen(three: Ledger, neighbour: World) -> None:
    with neighbour.session() as session:
        theirs = Ledger(neighbour, session, bare_plugins())
        written = theirs.report(title="邻区的")
    assert "邻区的" not in numbers(three, "head")
    with pytest.raises(NotFound):
        hazard_card(three.session, three.world.actor("head", three.session), three.pack, written.id)


def test_waiting_counts_what_a_person_may_do(ledger: Ledger) -> None:
    ledger.report()
    ledger.walk(ledger.report(), to="start")
    ledger.walk(ledger.report(), to="report")

    def of(who: str) -> Any:
        return waiting(ledger.session, ledger.world.actor(who, ledger.session), ledger.pack)

    assert (of("keeper_a").register, of("line_a").rectify, of("keeper_a").verify) == (1, 1, 1)
    assert of("line_a").verify == 0 and of("line_a").register == 0
    assert of("staff_a").found == 3


def test_look_alike_when_closed_not_long_ago_then_offered(ledger: Ledger, clock: FixedClock) -> None:
    closed = ledger.walk(ledger.report(), to="close")
    clock.advance(timedelta(days=10))
    again = ledger.report()
    actor = ledger.world.actor("safety_a", ledger.session)
    found = look_alikes(ledger.session, ledger.pack, hazard_card(ledger.session, actor, ledger.pack, again.id))
    assert [one.id for one in found] == [closed.id]
    clock.advance(timedelta(days=400))
    later = ledger.report()
    assert look_alikes(ledger.session, ledger.pack, hazard_card(ledger.session, actor, ledger.pack, later.id)) == ()
