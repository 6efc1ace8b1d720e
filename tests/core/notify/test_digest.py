"""The daily digest, to a real mail server."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, text

from core.db.engines import Database
from core.jobs.due import Ran, run_due
from core.jobs.queries import job_card
from core.jobs.registry import Registry
from core.jobs.runner import Runner
from core.jobs.works import Works
from core.notify.models import Notice
from core.notify.services import mark_all_read, notify
from core.notify.tasks import DIGEST, digest
from core.settings import Settings
from core.tenancy.directory import Directory
from tests.core.notify.conftest import Sink

Person = Callable[..., UUID]
Morning = Callable[..., Ran]


@pytest.fixture
def morning(db: Database, settings: Settings, sink: Sink, tenant_id: int) -> Morning:
    """Runs the digest; ``days`` later, against ``url`` instead of the sink."""

    def run(*, days: int = 0, url: str | None = sink.url) -> Ran:
        own = dataclasses.replace(
            settings, smtp_url=url, public_url="https://xiaoan.example", mail_from="an@xiaoan.example"
        )
        directory, registry = Directory(db, shifts=True), Registry([digest])
        works = Works(
            db, directory, registry, (DIGEST,), Runner(db=db, directory=directory, registry=registry, settings=own)
        )
        with db.tenant(tenant_id) as session:
            slug = session.execute(text("select slug from app.tenants where id = :id"), {"id": tenant_id}).scalar_one()
        return list(run_due(works, as_of=db.clock.now() + timedelta(days=days), tenant=slug))[-1]

    return run


def tell(db: Database, tenant: int, person_id: UUID, title: str = "隐患将于明日到期") -> None:
    with db.tenant(tenant) as session:
        notify(session, to=person_id, kind="hazard.due", title=title, link="/hazards/1")


def test_digest_takes_each_notice_along_once(
    db: Database, tenant_id: int, person: Person, sink: Sink, morning: Morning
) -> None:
    ann = person("ann@school.example")
    tell(db, tenant_id, ann)
    tell(db, tenant_id, ann, "有一条隐患等您验收")
    assert morning().state == "done"
    (letter,) = sink.to("ann@school.example")
    body = letter.get_content()
    assert letter["Subject"] == "校安：您有2条未读消息"
    assert "https://xiaoan.example/hazards/1" in body and "有一条隐患等您验收" in body
    morning(days=1)
    assert len(sink.letters) == 1
    tell(db, tenant_id, ann, "第三条")
    morning(days=2)
    assert len(sink.letters) == 2 and "第三条" in sink.letters[1].get_content()
    assert sink.letters[0]["Message-ID"] != sink.letters[1]["Message-ID"]


def test_digest_when_nothing_is_due_then_no_server_is_bothered(
    db: Database, tenant_id: int, neighbour_id: int, person: Person, sink: Sink, morning: Morning
) -> None:
    ann = person("ann@school.example")
    tell(db, tenant_id, ann)
    with db.tenant(tenant_id) as session:
        mark_all_read(session, person_id=ann)
    tell(db, tenant_id, person(None))
    tell(db, tenant_id, person("left@school.example", active=False))
    tell(db, neighbour_id, person("other@school.example", tenant=neighbour_id))
    assert morning().state == "done"
    assert (sink.connections, sink.letters) == (0, [])


def test_digest_when_one_address_is_refused_then_the_others_get_theirs(
    db: Database, tenant_id: int, person: Person, sink: Sink, morning: Morning
) -> None:
    for address in ("refused@school.example", "线@学校.example", "ann@school.example"):
        tell(db, tenant_id, person(address, locale="en"))
    ran = morning()
    assert len(sink.letters) == 1 and sink.letters[0]["Subject"] == "Xiaoan: 1 unread notices"
    with db.tenant(tenant_id) as session:
        assert job_card(session, ran.job_id).result == {"sent": 1, "refused": 2}


def test_digest_when_the_server_is_away_then_it_is_tried_again(
    db: Database, tenant_id: int, person: Person, sink: Sink, morning: Morning
) -> None:
    tell(db, tenant_id, person("ann@school.example"))
    assert morning(url="smtp://127.0.0.1:9").state == "queued"
    with db.tenant(tenant_id) as session:
        assert session.scalars(select(Notice.mailed_at)).all() == [None]
    assert morning(url=None, days=1).state == "done"
    assert sink.letters == []


def test_digest_lists_the_newest_and_counts_the_rest(
    db: Database, tenant_id: int, person: Person, sink: Sink, morning: Morning
) -> None:
    ann = person("ann@school.example")
    for number in range(25):
        tell(db, tenant_id, ann, f"第\r\n{number}条")
    morning()
    body = sink.letters[0].get_content()
    assert body.count("https://xiaoan.example/") == 20 and "另有5条" in body and "第 24条" in body
