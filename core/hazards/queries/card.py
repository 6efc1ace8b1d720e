"""One hazard as its page shows it, its timeline, its files, and what looks like it. Fixed numbers of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, func, select

from core.access.actor import Actor
from core.db.aliases import shared_alias
from core.db.sessions import TenantSession
from core.files.queries import FileCard, files_on
from core.hazards.lifecycle import CaseState, Standing
from core.hazards.models import Hazard, HazardEvent
from core.hazards.queries.evidence import KINDS, SUBJECT
from core.hazards.queries.filters import due_state
from core.hazards.queries.whereabouts import spot, whereabouts
from core.hazards.record import state_of
from core.hazards.relations import standing_before, ties_of
from core.hazards.scope import visible
from core.http.paging import Page, Paging
from core.kernel.clock import local_date, start_of_day
from core.kernel.errors import NotFound
from core.orgs.models import OrgUnit
from core.tenancy.packs.model import Pack
from core.tenancy.packs.model.lifecycle import EvidenceKind

# An alias copies every column of its table, and a statement is put together of many parts: made once, not at each request.
School, Finder, Before = shared_alias(OrgUnit), shared_alias(OrgUnit), shared_alias(Hazard)


@dataclass(frozen=True)
class HazardCard:
    """Everything that is known of one hazard, in codes; labels are the pack's and the catalogue's."""

    id: UUID
    no: str | None
    unit_id: UUID
    unit_name: str
    school_id: UUID | None
    school_name: str | None
    finder_unit_name: str | None
    place: str
    domain: str
    category: str | None
    title: str
    description: str
    grade: str
    graded: bool
    deadline_class: str | None
    source: str
    origin: str
    source_note: str
    found_by: UUID | None
    found_by_name: str
    finder_unit_id: UUID | None
    found_at: datetime
    stage: str
    canonical: str
    ground: str | None
    plan: dict[str, Any]
    due_on: date | None
    original_due_on: date | None
    clock_on: date | None
    due_state: str
    days: int | None
    extensions: int
    responsible_person_id: UUID | None
    responsible_unit_id: UUID | None
    responsible_name: str
    funds_cents: int | None
    measure_done: str
    done_at: datetime | None
    rectified_by_name: str
    rectified_at: datetime | None
    reported_to: str
    reported_at: datetime | None
    verified_by_name: str
    verified_at: datetime | None
    closed_by_name: str
    closed_at: datetime | None
    on_the_spot: bool
    control_until: date | None
    control_renewals: int
    escalated_to: str | None
    escalations: tuple[dict[str, Any], ...]
    supervision_no: str | None
    supervisor: str | None
    supervisor_id: UUID | None
    watcher_id: UUID | None
    check_due_on: date | None
    recurrence_of: UUID | None
    recurrence_no: str | None
    parent_id: UUID | None
    campaign: str
    phase: str
    clauses: tuple[str, ...]
    extra: dict[str, Any]
    created_at: datetime
    updated_at: datetime
    version: int

    @property
    def where(self) -> str:
        return whereabouts(self.unit_name, self.school_name)

    @property
    def spot(self) -> str:
        """The place without the school's name, which stands beside it."""
        return spot(self.place, self.school_name)


@dataclass(frozen=True)
class OpenCase:
    """A hazard with what the machine needs to say what may happen to it."""

    card: HazardCard
    state: CaseState
    standing: Standing
    files: tuple[FileCard, ...]


@dataclass(frozen=True)
class HazardEventLine:
    """One entry of the timeline."""

    id: UUID
    at: datetime
    kind: str
    code: str
    label: str
    actor_name: str
    actor_post: str
    from_stage: str | None
    to_stage: str
    canonical: str
    note: str
    changes: dict[str, Any]
    data: dict[str, Any]
    hazard_version: int
    """The hazard's version after it."""


@dataclass(frozen=True)
class LookAlike:
    """A closed case that this one may be the return of."""

    id: UUID
    no: str | None
    title: str
    place: str
    closed_at: datetime


_ROW = (
    select(Hazard, OrgUnit.name, School.name, Finder.name, Before.no)
    .join(OrgUnit, OrgUnit.id == Hazard.unit_id)
    .outerjoin(School, School.id == Hazard.school_id)
    .outerjoin(Finder, Finder.id == Hazard.finder_unit_id)
    .outerjoin(Before, Before.id == Hazard.recurrence_of)
    .where(Hazard.id == bindparam("hazard_id"))
)
_EVENT_COLUMNS: tuple[Any, ...] = tuple(getattr(HazardEvent, name) for name in HazardEventLine.__dataclass_fields__)
_SAME = {"unit": Hazard.unit_id, "domain": Hazard.domain, "category": Hazard.category, "place": Hazard.place}
_NOT_OF_THE_ROW = {
    "unit_name", "school_name", "finder_unit_name", "recurrence_no", "due_state", "days", "escalations", "clauses",
}  # fmt: skip


def hazard_card(session: TenantSession, actor: Actor, pack: Pack, hazard_id: UUID) -> HazardCard:
    """Raises NotFound for what the actor does not see. One query."""
    return _card(session, *_row(session, actor, pack, hazard_id))


def open_case(session: TenantSession, actor: Actor, pack: Pack, hazard_id: UUID) -> OpenCase:
    """Card, state, standing and files: three queries. Raises NotFound."""
    hazard, *names = _row(session, actor, pack, hazard_id)
    files = files_on(session, subject_kind=SUBJECT, subject_ids=[hazard_id]).get(hazard_id, ())
    counts: dict[EvidenceKind, int] = {}
    for file in files:
        if file.purpose in KINDS:
            counts[EvidenceKind(file.purpose)] = counts.get(EvidenceKind(file.purpose), 0) + 1
    standing = standing_before(session, actor, pack, ties_of(hazard))
    return OpenCase(_card(session, hazard, *names), state_of(hazard, counts), standing, files)


def timeline(session: TenantSession, hazard_id: UUID) -> tuple[HazardEventLine, ...]:
    """Newest first. Of a hazard whose card was read before: that is where the actor's reach is asked."""
    return tuple(HazardEventLine(**row._mapping) for row in session.execute(_events(hazard_id)))


def timeline_page(session: TenantSession, hazard_id: UUID, paging: Paging) -> Page[HazardEventLine]:
    """A page of it; two queries."""
    total = session.scalar(select(func.count()).select_from(HazardEvent).where(HazardEvent.hazard_id == hazard_id)) or 0
    rows = session.execute(_events(hazard_id).limit(paging.page_size).offset(paging.offset))
    return Page(tuple(HazardEventLine(**row._mapping) for row in rows), total, paging.page, paging.page_size)


def _events(hazard_id: UUID) -> Select[Any]:
    return (
        select(*_EVENT_COLUMNS)
        .where(HazardEvent.hazard_id == hazard_id)
        .order_by(HazardEvent.hazard_version.desc(), HazardEvent.at.desc(), HazardEvent.id.desc())
    )


def look_alikes(session: TenantSession, pack: Pack, card: HazardCard) -> tuple[LookAlike, ...]:
    """Closed cases that are equal where the pack asks for it, within its days; the last five. One query or none."""
    rule = pack.lifecycle.recurrence
    if rule is None or card.recurrence_of is not None or pack.lifecycle.canonical(card.stage).final:
        return ()
    since = start_of_day(local_date(card.found_at) - timedelta(days=rule.within_days))
    values = {"unit": card.unit_id, "domain": card.domain, "category": card.category, "place": card.place}
    same = [_SAME[name] == values[name] for name in rule.same if name in _SAME]
    if any(values[name] in (None, "") for name in rule.same if name in _SAME):
        return ()
    rows = session.execute(
        select(Hazard.id, Hazard.no, Hazard.title, Hazard.place, Hazard.closed_at)
        .where(
            Hazard.canonical == "closed",
            Hazard.closed_at >= since,
            Hazard.closed_at < card.found_at,
            Hazard.id != card.id,
            *same,
        )
        .order_by(Hazard.closed_at.desc(), Hazard.id)
        .limit(5)
    )
    return tuple(LookAlike(row.id, row.no, row.title, row.place, row.closed_at) for row in rows if row.closed_at)


def may_see_files(session: TenantSession, actor: Actor, hazard_id: UUID, pack: Pack) -> bool:
    return (
        session.execute(select(Hazard.id).where(Hazard.id == hazard_id, visible(session, actor, pack))).first()
        is not None
    )


def _row(session: TenantSession, actor: Actor, pack: Pack, hazard_id: UUID) -> tuple[Any, ...]:
    row = session.execute(_ROW.where(visible(session, actor, pack)), {"hazard_id": hazard_id}).first()
    if row is None:
        raise NotFound()
    return tuple(row)


def _card(
    session: TenantSession, hazard: Hazard, unit: str, school: str | None, finder: str | None, recurrence_no: str | None
) -> HazardCard:
    today = local_date(session.now())
    values = {name: getattr(hazard, name) for name in HazardCard.__dataclass_fields__ if name not in _NOT_OF_THE_ROW}
    return HazardCard(
        unit_name=unit,
        school_name=school,
        finder_unit_name=finder,
        recurrence_no=recurrence_no,
        due_state=due_state(hazard.clock_on, hazard.canonical, today),
        days=(hazard.clock_on - today).days if hazard.clock_on is not None else None,
        escalations=tuple(hazard.escalations),
        clauses=tuple(hazard.clauses),
        **values,
    )
