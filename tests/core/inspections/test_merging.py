"""Two devices on one visit: merged item by item, and where they differ nobody's word is lost."""

from __future__ import annotations

import threading
from itertools import permutations
from uuid import UUID

import pytest
from sqlalchemy import func, select

from core.files.models import File
from core.inspections.merging import Version, heads_after
from core.inspections.models import AnswerVersion, VisitPhoto
from core.kernel.errors import Refused
from core.kernel.ids import new_id
from tests.core.inspections.ground import Ground


@pytest.fixture
def visit(ground: Ground) -> UUID:
    visit_id = ground.special(people=("inspector", "officer"))
    ground.start(visit_id)
    return visit_id


def version(verdict: str = "pass", note: str = "") -> Version:
    return Version(new_id(), verdict, None, note, frozenset())


def test_heads_when_versions_arrive_in_any_order_then_the_same() -> None:
    """a; then b and c without knowledge of each other, both in view of a; then d, which settles b and c."""
    a, b, c, d = version(), version("fail"), version("na"), version("fail", "同意")
    bases = {a.id: (), b.id: (a.id,), c.id: (a.id,), d.id: (b.id, c.id)}
    known = {own.id: own for own in (a, b, c, d)}
    for order in permutations((a, b, c, d)):
        heads: tuple[UUID, ...] = ()
        arrived: list[UUID] = []
        for own in order:
            gone = {base for key in arrived for base in bases[key]}
            heads = heads_after([known[head] for head in heads], own, bases[own.id], gone)
            arrived.append(own.id)
        assert heads == (d.id,), [own.verdict for own in order]


def test_heads_when_two_devices_say_the_same_then_one() -> None:
    a, b = version("fail", "堆放"), version("fail", "堆放")
    assert heads_after([a], b, (), ()) == (a.id,)


def test_answers_when_devices_change_different_items_then_both_hold(ground: Ground, visit: UUID) -> None:
    ground.answer(visit, ground.sent("passage", "pass", device="甲"))
    ground.answer(visit, ground.sent("dorm", "fail", device="乙"), who="officer")
    assert len(ground.heads(visit, "passage")) == len(ground.heads(visit, "dorm")) == 1


def test_answers_when_both_changed_the_same_item_then_asked_and_not_dropped(ground: Ground, visit: UUID) -> None:
    first = ground.sent("passage", "pass", device="甲")
    ground.answer(visit, first)
    mine = ground.sent("passage", "fail", device="甲", bases=(first.id,))
    theirs = ground.sent("passage", "na", device="乙", bases=(first.id,))
    assert ground.answer(visit, mine)[0].state == "kept"
    assert ground.answer(visit, theirs, who="officer")[0].state == "conflict"
    assert set(ground.heads(visit, "passage")) == {mine.id, theirs.id}
    with pytest.raises(Refused, match="不合格"):
        ground.report(visit, "passage")
    chosen = ground.sent("passage", "fail", bases=(mine.id, theirs.id))
    assert ground.answer(visit, chosen)[0].state == "kept"
    assert ground.heads(visit, "passage") == [chosen.id]
    with ground.session() as session:
        assert session.scalar(select(func.count()).select_from(AnswerVersion)) == 4


def test_finish_when_a_choice_is_open_then_refused(ground: Ground, visit: UUID) -> None:
    ground.fill(visit)
    ground.answer(visit, ground.sent("passage", "fail", device="乙"), who="officer")
    for role in ("inspector", "unit"):
        ground.sign(visit, role)
    with pytest.raises(Refused, match="两台设备"):
        ground.finish(visit)


def test_answers_when_sent_again_then_one_row_and_the_same_receipt(ground: Ground, visit: UUID) -> None:
    first, second = ground.sent("passage", "pass"), ground.sent("dorm", "fail")
    once = ground.answer(visit, first, second)
    again = ground.answer(visit, first, second, ground.sent("labs"))
    assert [own.state for own in once] == ["kept", "kept"]
    assert [own.state for own in again] == ["kept", "kept", "kept"]
    with ground.session() as session:
        assert session.scalar(select(func.count()).select_from(AnswerVersion)) == 3


def test_answers_when_an_id_comes_with_other_words_then_refused(ground: Ground, visit: UUID) -> None:
    first = ground.sent("passage", "pass")
    ground.answer(visit, first)
    (receipt,) = ground.answer(visit, ground.sent("passage", "fail", id=first.id))
    assert receipt.state == "refused" and receipt.fault
    assert ground.heads(visit, "passage") == [first.id]


def test_answers_when_one_is_faulty_then_the_others_are_kept(ground: Ground, visit: UUID) -> None:
    states = ground.answer(
        visit, ground.sent("nowhere"), ground.sent("passage", "pass", points=5), ground.sent("dorm", "pass")
    )
    assert [own.state for own in states] == ["refused", "refused", "kept"]


def test_photo_when_it_comes_ten_times_at_once_then_stored_once(ground: Ground, visit: UUID) -> None:
    photo_id, faults = new_id(), []

    def send() -> None:
        try:
            assert ground.photo(visit, "passage", photo_id)[1] == "kept"
        except BaseException as fault:  # noqa: BLE001  told to the test below
            faults.append(fault)

    threads = [threading.Thread(target=send) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with ground.session() as session:
        assert session.scalar(select(func.count()).select_from(VisitPhoto)) == 1
        assert session.scalar(select(func.count()).select_from(File)) == 1
