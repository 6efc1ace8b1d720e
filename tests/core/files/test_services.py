"""Storing, attaching, seeing and sweeping."""

from __future__ import annotations

import io
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import insert, select

from core.access.actor import Actor
from core.audit.models import AuditEntry
from core.db.engines import Database
from core.db.sessions import TenantSession
from core.files.models import File
from core.files.queries import FileCard, file_card, files_on, twin_of, visible_file
from core.files.services import attach, discard, store_file
from core.files.storage import INCOMING, DiskStorage
from core.files.sweep import Difference, differences, sweep
from core.jobs.models import OutboxRow
from core.kernel.clock import FixedClock
from core.kernel.errors import Invalid, NotFound, TooLarge
from core.kernel.ids import new_id
from tests.core.files.conftest import archive, picture

Store = Callable[..., FileCard]
HAZARD = UUID("0198f2d0-0000-7000-8000-00000000000a")


def test_store_keeps_bytes_facts_and_a_trace(
    db: Database, tenant_id: int, store: Store, storage: DiskStorage, uploader: Actor
) -> None:
    card = store(picture(taken="2020:11:26 09:00:00", orientation=6), "现场.jpg")
    assert (card.media_type, card.width, card.height, card.kind, card.kept) == ("image/jpeg", 480, 640, "image", True)
    assert card.occurred_at == datetime(2020, 11, 26, 1, tzinfo=UTC) != card.uploaded_at
    assert card.key == f"t/{tenant_id}/2020/11/{card.id}"
    with storage.open(card.key) as stream:
        assert len(stream.read()) == card.size
    assert card.thumbnail_key and storage.exists(card.thumbnail_key)
    with db.tenant(tenant_id) as session:
        traces = session.scalars(select(AuditEntry).where(AuditEntry.object_id == str(card.id))).all()
        assert [(trace.action, trace.actor_id) for trace in traces] == [("file.stored", uploader.person_id)]


def test_store_believes_the_person_before_the_camera_but_not_the_future(store: Store, clock: FixedClock) -> None:
    said = clock.now() - timedelta(days=2)
    assert store(picture(taken="2020:11:26 09:00:00"), "a.jpg", occurred_at=said).occurred_at == said
    with pytest.raises(Invalid) as refused:
        store(picture(), "a.jpg", occurred_at=clock.now() + timedelta(minutes=1))
    assert "occurred_at" in refused.value.fields


def test_store_of_a_document_keeps_it_as_it_is(store: Store, storage: DiskStorage) -> None:
    data = archive()
    card = store(data, "台账.xlsx", purpose="document")
    assert (card.width, card.thumbnail_key, card.kind) == (None, None, "sheet")
    with storage.open(card.key) as stream:
        assert stream.read() == data


def test_store_of_too_much_is_refused_and_leaves_nothing(store: Store, storage: DiskStorage) -> None:
    with pytest.raises(TooLarge):
        store(b"%PDF-" + b"x" * 2000, "a.pdf", max_bytes=2000)
    assert store(b"%PDF-" + b"x" * 1995, "a.pdf", max_bytes=2000).size == 2000
    with pytest.raises(Invalid):
        store(b"<svg/>", "a.png")
    assert len([path for path in storage.folder.rglob("*") if path.is_file()]) == 1


def test_twin_is_found_inside_the_tenant_only(
    db: Database, tenant_id: int, neighbour_id: int, store: Store, clock: FixedClock
) -> None:
    data = picture()
    store(data, "theirs.jpg", actor=Actor(neighbour_id, new_id(), "x", "person"))
    first = store(data, "a.jpg")
    clock.advance(timedelta(minutes=1))
    second = store(data, "b.jpg")
    with db.tenant(tenant_id) as session:
        assert twin_of(session, first) is None
        assert twin_of(session, second) == first.id


def test_attach_takes_ones_own_loose_file_once(db: Database, tenant_id: int, store: Store, uploader: Actor) -> None:
    card = store(picture(), "a.jpg")
    somebody = Actor(tenant_id, new_id(), "李四", "person")
    with db.tenant(tenant_id) as session:
        for actor in (somebody, Actor.system(tenant_id, "job")):
            with pytest.raises(NotFound):
                attach(session, actor=actor, file_id=card.id, subject_kind="hazard", subject_id=HAZARD)
        attach(session, actor=uploader, file_id=card.id, subject_kind="hazard", subject_id=HAZARD, purpose="after")
    with db.tenant(tenant_id) as session:
        assert [found.id for found in files_on(session, subject_kind="hazard", subject_ids=[HAZARD])[HAZARD]] == [
            card.id
        ]
        assert file_card(session, card.id).purpose == "after"
        with pytest.raises(NotFound):
            attach(session, actor=uploader, file_id=card.id, subject_kind="hazard", subject_id=new_id())
        with pytest.raises(NotFound):
            discard(session, actor=uploader, file_id=card.id)


def test_visible_file_follows_its_subject(
    db: Database, tenant_id: int, neighbour_id: int, store: Store, uploader: Actor
) -> None:
    somebody = Actor(tenant_id, new_id(), "李四", "person")
    loose = store(picture(), "a.jpg")
    hung = store(picture(), "b.jpg", subject_kind="hazard", subject_id=HAZARD)

    def only_somebody(session: TenantSession, actor: Actor, subject_id: UUID) -> bool:
        return actor is somebody and subject_id == HAZARD

    def broken(session: TenantSession, actor: Actor, subject_id: UUID) -> bool:
        raise RuntimeError("broken")

    subjects = {"hazard": only_somebody}
    with db.tenant(tenant_id) as session:
        assert visible_file(session, loose.id, actor=uploader, subjects=subjects).id == loose.id
        assert visible_file(session, hung.id, actor=somebody, subjects=subjects).id == hung.id
        for file_id, actor, known in (
            (loose.id, somebody, subjects),
            (loose.id, Actor.system(tenant_id, "job"), subjects),
            (hung.id, uploader, subjects),
            (hung.id, somebody, {}),
            (hung.id, somebody, {"hazard": broken}),
            (new_id(), somebody, subjects),
        ):
            with pytest.raises(NotFound):
                visible_file(session, file_id, actor=actor, subjects=known)
    with db.tenant(neighbour_id) as session, pytest.raises(NotFound):
        visible_file(session, hung.id, actor=somebody, subjects={"hazard": lambda *_: True})


@dataclass
class Handle:
    """All that a sweep takes of a job's handle."""

    session: TenantSession
    actor: Actor

    def checkpoint(self, *, done: int) -> None:
        self.session.commit()


class Watched:
    """The storage, seen by somebody else at the moment of each deletion."""

    def __init__(self, storage: DiskStorage, db: Database, tenant_id: int, *, crash: bool = False) -> None:
        self.storage, self.db, self.tenant_id, self.crash = storage, db, tenant_id, crash
        self.deleted: list[str] = []

    def stored(self, tenant_id: int) -> Iterator[tuple[str, datetime]]:
        return self.storage.stored(tenant_id)

    def tidy(self, before: datetime) -> int:
        return self.storage.tidy(before)

    def delete(self, key: str) -> None:
        with self.db.tenant(self.tenant_id) as session:
            assert not session.scalars(select(File.id).where((File.key == key) | (File.thumbnail_key == key))).all()
        if self.crash:
            raise KeyboardInterrupt
        self.deleted.append(key)
        self.storage.delete(key)


def test_sweep_removes_orphans_expires_the_loose_and_names_the_missing(
    db: Database,
    tenant_id: int,
    neighbour_id: int,
    store: Store,
    storage: DiskStorage,
    uploader: Actor,
    clock: FixedClock,
) -> None:
    theirs = store(picture(), "x.jpg", actor=Actor(neighbour_id, new_id(), "x", "person"))
    hung = [store(picture(), f"{n}.jpg", subject_kind="hazard", subject_id=HAZARD) for n in range(3)]
    loose = store(picture(), "loose.jpg")
    with pytest.raises(RuntimeError), db.tenant(tenant_id) as session:
        orphan = store_file(
            session, actor=uploader, storage=storage, stream=io.BytesIO(picture()), name="o.jpg", purpose="before"
        )
        raise RuntimeError
    storage.delete(hung[1].key)
    with db.tenant(tenant_id) as session:  # two rows may name the same bytes: neither is missing
        row = session.get_one(File, (tenant_id, hung[0].id))
        values = {column.name: getattr(row, column.name) for column in File.__table__.columns}
        session.execute(insert(File).values({**values, "id": new_id()}))

    def run() -> dict[str, int]:
        with db.tenant(tenant_id) as session:
            return sweep(session, job=Handle(session, Actor.system(tenant_id, "files.sweep")), storage=storage)  # type: ignore[arg-type]  # all that it takes

    assert run() == {"expired": 0, "orphans": 0, "missing": 1}
    for path in storage.folder.rglob("*"):
        if path.is_file():
            os.utime(path, (time.time() - 90_000,) * 2)
    half_written, under_way = (storage.folder / INCOMING / name for name in ("of a killed process", "under way"))
    half_written.touch()
    os.utime(half_written, (time.time() - 90_000,) * 2)
    under_way.touch()
    assert run() == {"expired": 0, "orphans": 2, "missing": 1}
    assert not half_written.exists() and under_way.exists()
    assert not storage.exists(orphan.key)
    clock.advance(timedelta(days=8))
    assert run()["expired"] == 1
    assert storage.exists(hung[0].key) and storage.exists(theirs.key) and not storage.exists(loose.key)
    with db.tenant(tenant_id) as session:
        assert not file_card(session, hung[1].id).kept
        assert [row.payload for row in session.scalars(select(OutboxRow))] == [{"count": 1}]
        assert session.scalars(select(File.id).where(File.id == loose.id)).all() == []


def test_sweep_when_it_crashes_then_no_row_is_without_bytes_and_the_next_one_finds_the_rest(
    db: Database, tenant_id: int, store: Store, storage: DiskStorage, clock: FixedClock
) -> None:
    loose = store(picture(), "loose.jpg")
    os.utime(storage.path(loose.key), (time.time() - 90_000,) * 2)
    os.utime(storage.path(loose.thumbnail_key or ""), (time.time() - 90_000,) * 2)
    clock.advance(timedelta(days=8))
    actor = Actor.system(tenant_id, "files.sweep")

    class Dying(Handle):
        def checkpoint(self, *, done: int) -> None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), db.tenant(tenant_id) as session:
        sweep(session, job=Dying(session, actor), storage=Watched(storage, db, tenant_id))  # type: ignore[arg-type]  # all that it takes
    assert storage.exists(loose.key), "before the commit nothing is deleted"
    with db.tenant(tenant_id) as session:
        assert file_card(session, loose.id).kept

    with pytest.raises(KeyboardInterrupt), db.tenant(tenant_id) as session:
        sweep(session, job=Handle(session, actor), storage=Watched(storage, db, tenant_id, crash=True))  # type: ignore[arg-type]  # all that it takes
    with db.tenant(tenant_id) as session, pytest.raises(NotFound):
        file_card(session, loose.id)
    assert storage.exists(loose.key), "an orphan"

    watched = Watched(storage, db, tenant_id)
    with db.tenant(tenant_id) as session:
        found = sweep(session, job=Handle(session, actor), storage=watched)  # type: ignore[arg-type]  # all that it takes
    assert found == {"expired": 0, "orphans": 2, "missing": 0}
    assert sorted(watched.deleted) == sorted([loose.key, loose.thumbnail_key or ""])


def test_differences_of_two_lists() -> None:
    at = datetime(2020, 1, 1, tzinfo=UTC)

    def stored(keys: str) -> Iterator[tuple[str, datetime]]:
        return iter([(key, at) for key in keys])

    assert list(differences(stored("abd"), iter("bce"))) == [
        Difference("a", at),
        Difference("c", None),
        Difference("d", at),
        Difference("e", None),
    ]
    assert list(differences(stored(""), iter("a"))) == [Difference("a", None)]
    assert list(differences(stored("ab"), iter("ab"))) == []
