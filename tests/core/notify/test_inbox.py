"""The inbox."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.db.engines import Database
from core.kernel.clock import FixedClock
from core.kernel.errors import NotFound
from core.kernel.ids import new_id
from core.notify.models import Notice
from core.notify.queries import inbox, unread_count
from core.notify.services import mark_all_read, mark_read, notify

ANN, BEN = new_id(), new_id()


def test_notify_reaches_each_person_once(db: Database, tenant_id: int) -> None:
    with db.tenant(tenant_id) as session:
        told = notify(session, to=[ANN, BEN, ANN], kind="hazard.overdue", title="隐患已逾期", link="/hazards/1")
        session.flush()
        assert {notice.person_id for notice in session.scalars(select(Notice).where(Notice.id.in_(told)))} == {ANN, BEN}
        assert (
            len(
                notify(session, to=ANN, kind="hazard.overdue", title="隐患已逾期", link="/hazards/2", body="三日前到期")
            )
            == 1
        )
    with db.tenant(tenant_id) as session:
        assert (unread_count(session, ANN), unread_count(session, BEN)) == (2, 1)


@pytest.mark.parametrize("link", ["https://elsewhere.example", "//elsewhere.example", "hazards/1", ""])
def test_notify_with_a_link_that_leads_away_is_refused(db: Database, tenant_id: int, link: str) -> None:
    with db.tenant(tenant_id) as session, pytest.raises(ValueError, match="path of its own"):
        notify(session, to=ANN, kind="x", title="x", link=link)


def test_inbox_pages_newest_first_and_marks_read(db: Database, clock: FixedClock, tenant_id: int) -> None:
    for number in range(5):
        clock.advance(timedelta(minutes=1))
        with db.tenant(tenant_id) as session:
            notify(session, to=ANN, kind="x", title=f"第{number}条", link="/")
    with db.tenant(tenant_id) as session:
        cards, total = inbox(session, person_id=ANN, page=1, page_size=2)
        assert ([card.title for card in cards], total) == (["第4条", "第3条"], 5)
        mark_read(session, person_id=ANN, notice_id=cards[0].id)
        first = inbox(session, person_id=ANN)[0][0].read_at
        clock.advance(timedelta(minutes=1))
        mark_read(session, person_id=ANN, notice_id=cards[0].id)
        assert inbox(session, person_id=ANN)[0][0].read_at == first
        assert inbox(session, person_id=ANN, unread_only=True)[1] == 4
        assert mark_all_read(session, person_id=ANN) == 4
        assert unread_count(session, ANN) == 0


def test_mark_read_of_somebody_elses_notice_is_not_found(db: Database, tenant_id: int, neighbour_id: int) -> None:
    with db.tenant(tenant_id) as session:
        notify(session, to=ANN, kind="x", title="x", link="/")
    with db.tenant(tenant_id) as session:
        (card,), _ = inbox(session, person_id=ANN)
        with pytest.raises(NotFound):
            mark_read(session, person_id=BEN, notice_id=card.id)
    with db.tenant(neighbour_id) as session:
        assert unread_count(session, ANN) == 0
        with pytest.raises(NotFound):
            mark_read(session, person_id=ANN, notice_id=card.id)
