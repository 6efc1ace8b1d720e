"""What records and plans are found by. Incidents are not: their words are for the few who may read them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.hooks.searching import EVERYTHING, Searchable, SearchHit, SearchText
from core.orgs.models import OrgUnit
from core.records.kinds import kinds_of
from core.records.models import Record
from core.records.permissions import RecordPermission
from core.records.queries.entries import STATES
from core.records.scope import visible
from core.tenancy import shelf

BATCH = 1000


def texts(session: TenantSession, ids: Sequence[UUID] | None) -> Iterator[SearchText]:
    """Oldest first."""
    statement = (
        select(Record.id, Record.title, Record.place, Record.summary, OrgUnit.name)
        .join(OrgUnit, OrgUnit.id == Record.unit_id)
        .order_by(Record.recorded_at, Record.id)
    )
    if ids is not None:
        statement = statement.where(Record.id.in_(ids))
    for record_id, title, place, summary, unit in session.execute(statement.execution_options(yield_per=BATCH)):
        yield SearchText(record_id, (title, place, *summary.split("\n"), unit))


def seen(session: TenantSession, actor: Actor) -> Select[Any]:
    return select(Record.id).where(visible(actor))


def hits(session: TenantSession, actor: Actor, ids: Sequence[UUID]) -> list[SearchHit]:
    kinds = kinds_of(shelf.current(session))
    rows = session.execute(
        select(Record.id, Record.kind, Record.title, Record.summary, Record.state, Record.held_on, OrgUnit.name)
        .join(OrgUnit, OrgUnit.id == Record.unit_id)
        .where(Record.id.in_(ids), visible(actor))
    )
    return [
        SearchHit(
            id=record_id, title=title, endpoint="records.record", args=(("record_id", str(record_id)),), number=held_on.isoformat(),
            detail=f"{kinds[kind].label if kind in kinds else kind} {summary}", unit=unit, state=state, state_label=STATES[state],
        )
        for record_id, kind, title, summary, state, held_on, unit in rows
    ]  # fmt: skip


RECORDS = Searchable(
    kind="record", title="工作记录", permission=RecordPermission.READ, texts=texts, visible=seen, shown=hits, order=35,
    follows={"record.": "record_id", "org.unit_updated": EVERYTHING, "org.roster_": EVERYTHING},
)  # fmt: skip
