"""A large file is read by a job; whoever matches the columns anew meanwhile is not undone by the job of before."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from core.exchange.models import ImportBatch, ImportChunk
from core.exchange.services import reading
from core.exchange.services.reading import begin_reading, read_batch, reading_failed
from core.exchange.services.receiving import map_as_found
from core.kernel.errors import Refused
from core.orgs.models import OrgUnit
from tests.core.exchange import tables
from tests.factories.world import World

TABLE = "学校代码,学校名称,类型\nS7,第七小学,小学\n"


def ordered(world: World, batch_id: UUID) -> UUID:
    """Columns are matched, the job is ordered."""
    with world.session() as session:
        work = tables.work_of(session, world.actor("head", session))
        map_as_found(work, batch_id=batch_id)
        begin_reading(work, batch_id=batch_id, storage=tables.STORAGE)
        job_id = session.get_one(ImportBatch, (world.tenant.id, batch_id)).job_id
        assert job_id is not None
        return job_id


def acting(world: World, do: Any, **asked: Any) -> None:
    with world.session() as session:
        do(tables.work_of(session, world.actor("head", session)), **asked)


def test_job_when_columns_were_matched_anew_then_touches_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with world.session() as session:
        work = tables.work_of(session, world.actor("head", session))
        batch_id = tables.received(work, TABLE, "orgs.units").batch_id
    monkeypatch.setattr(reading, "AT_ONCE", 0)
    before, since = ordered(world, batch_id), ordered(world, batch_id)
    assert before != since
    with pytest.raises(Refused):
        acting(world, read_batch, batch_id=batch_id, storage=tables.STORAGE, job_id=before)
    acting(world, reading_failed, batch_id=batch_id, why="读不出", job_id=before)
    acting(world, read_batch, batch_id=batch_id, storage=tables.STORAGE, job_id=since)
    acting(world, tables.commit, batch_id=batch_id)
    for stale in (before, since):  # a message that comes late, or twice
        with pytest.raises(Refused):
            acting(world, read_batch, batch_id=batch_id, storage=tables.STORAGE, job_id=stale)
        acting(world, reading_failed, batch_id=batch_id, why="读不出", job_id=stale)
    with world.session(read_only=True) as session:
        batch = session.get_one(ImportBatch, (world.tenant.id, batch_id))
        assert (batch.state, batch.created, batch.fault) == ("done", 1, "")
        assert session.scalar(select(func.count()).select_from(ImportChunk).where(ImportChunk.outcomes != {})) == 1
        assert session.scalar(select(func.count()).select_from(OrgUnit).where(OrgUnit.code == "S7")) == 1


def test_job_when_columns_are_matched_anew_between_two_words_then_stops(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with world.session() as session:
        work = tables.work_of(session, world.actor("head", session))
        batch_id = tables.received(work, TABLE, "orgs.units").batch_id
    monkeypatch.setattr(reading, "AT_ONCE", 0)
    before, since = ordered(world, batch_id), []
    with world.session() as session:
        work = tables.work_of(session, world.actor("head", session))

        def progress(done: int, total: int) -> None:
            session.commit()
            since.append(ordered(world, batch_id))

        with pytest.raises(Refused):
            read_batch(work, batch_id=batch_id, storage=tables.STORAGE, job_id=before, progress=progress)
    assert len(since) == 1
    acting(world, read_batch, batch_id=batch_id, storage=tables.STORAGE, job_id=since[0])
    with world.session(read_only=True) as session:
        assert session.get_one(ImportBatch, (world.tenant.id, batch_id)).state == "preview"
