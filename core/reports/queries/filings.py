"""Filings for people: one with all its versions, what a person has to file, what waits for a review."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.http.paging import Page, Paging
from core.kernel.clock import local_date
from core.kernel.errors import NotFound
from core.orgs.models import OrgUnit
from core.reports.content import Content
from core.reports.life import Cell, State, cell, is_late
from core.reports.models import Exemption, Expected, Filing, FilingReview, FilingVersion, ReportRound
from core.reports.permissions import ReportPermission
from core.reports.queries.owing import excusing, exempted, joined, still_owed, unsent
from core.reports.queries.scope import FilingReach, files_for, may_file, review_step, reviews, visible
from core.reports.words import named


@dataclass(frozen=True)
class FilingLine:
    """One unit in one round. ``filing_id`` None: nobody has begun."""

    round_id: UUID
    unit_id: UUID
    unit_name: str
    unit_kind: str
    org_type: str | None
    on_behalf: str
    code: str
    title: str
    period_title: str
    span_from: date
    span_to: date
    due_on: date | None
    due_at: datetime | None
    zero_allowed: bool
    confirm: bool
    filing_id: UUID | None
    state: str | None
    ready: bool
    late: bool
    zero: bool
    latest_no: int
    accepted_no: int | None
    submitted_at: datetime | None
    version: int
    found: Cell

    @property
    def name(self) -> str:
        return named(self.title, self.period_title)


@dataclass(frozen=True)
class VersionCard:
    """What was signed, as it was."""

    no: int
    kind: str
    content: Content
    digest: str
    sentence: str
    reason: str
    late: bool
    signed_as: str
    submitted_at: datetime
    by_name: str
    by_post: str


@dataclass(frozen=True)
class ReviewCard:
    version_no: int
    step: str
    verdict: str
    words: str
    at: datetime
    by_name: str
    by_post: str


@dataclass(frozen=True)
class FilingCard:
    """``draft``: only for who may write it. ``versions`` newest first, ``reviews`` oldest first."""

    line: FilingLine
    draft: Content | None
    reopened: str
    reopen_reason: str
    written_by_name: str
    recipients: tuple[tuple[str, bool], ...]
    clauses: tuple[str, ...]
    versions: tuple[VersionCard, ...]
    reviews: tuple[ReviewCard, ...]
    may_write: bool
    may_sign: bool
    review_as: str | None
    """district | cluster | None."""


@dataclass(frozen=True)
class FilingFilter:
    """None and empty: no matter."""

    round_id: UUID | None = None
    unit_id: UUID | None = None
    state: str = ""
    """A state of life.State, or ``none``: nobody has begun."""


@dataclass(frozen=True)
class Waiting:
    """For the desk. ``overdue``: of ``mine``, past the due time and stated by the notice (待确认 is no breach)."""

    mine: int
    overdue: int
    to_sign: int
    to_review: int


_COLUMNS: tuple[Any, ...] = (
    Expected.round_id, Expected.unit_id, OrgUnit.name, Expected.unit_kind, OrgUnit.org_type, Expected.on_behalf, ReportRound.code,
    ReportRound.title, ReportRound.period_title, ReportRound.span_from, ReportRound.span_to, ReportRound.due_on, ReportRound.due_at,
    ReportRound.zero, ReportRound.confirm, Filing.id, Filing.state, Filing.ready, Filing.late, Filing.zero, Filing.latest_no,
    Filing.accepted_no, Filing.submitted_at, Filing.version, exempted(), ReportRound.cancelled_at.is_not(None),
)  # fmt: skip


def filings_page(session: TenantSession, actor: Actor, *, asked: FilingFilter, paging: Paging) -> Page[FilingLine]:
    """Whoever owes something, begun or not, as far as the reader covers them; latest due day first. Two queries."""
    wanted = [visible(actor), *_conditions(asked)]
    return _page(session, wanted, paging)


def my_filings(session: TenantSession, actor: Actor, *, paging: Paging, done: bool = False) -> Page[FilingLine]:
    """What this person files or signs: still owed with the first due day first, or what is done. Two queries."""
    reach = _both(actor)
    wanted = [reach, ReportRound.opens_on <= local_date(session.now()), ~unsent() if done else _open_work()]
    return _page(session, wanted, paging, first_due=not done)


def to_review(session: TenantSession, actor: Actor, *, paging: Paging) -> Page[FilingLine]:
    """What waits for this person's review, whoever waits longest first. Two queries."""
    return _page(session, _waits_for(actor), paging, first_due=True)


def waiting(session: TenantSession, actor: Actor) -> Waiting:
    """Four counts in two queries."""
    row = session.execute(
        select(
            func.count(),
            func.count().filter(ReportRound.due_at <= session.now()),
            func.count().filter(Filing.ready, files_for(actor, ReportPermission.SIGN).filter()),
        )
        .select_from(Expected)
        .join(ReportRound, ReportRound.id == Expected.round_id)
        .outerjoin(Filing, joined())
        .outerjoin(Exemption, excusing())
        .where(_both(actor), ReportRound.opens_on <= local_date(session.now()), _open_work())
    ).one()
    reviewing = 0
    if actor.may(ReportPermission.REVIEW):
        reviewing = (
            session.scalar(
                select(func.count())
                .select_from(Expected)
                .join(ReportRound, ReportRound.id == Expected.round_id)
                .outerjoin(Filing, joined())
                .outerjoin(Exemption, excusing())
                .where(*_waits_for(actor))
            )
            or 0
        )
    return Waiting(row[0], row[1], row[2], reviewing)


def owed_line(session: TenantSession, actor: Actor, *, round_id: UUID, unit_id: UUID) -> FilingLine:
    """One unit in one round, begun or not. Raises NotFound. One query."""
    row = session.execute(
        _select().where(Expected.round_id == round_id, Expected.unit_id == unit_id, visible(actor))
    ).first()
    if row is None:
        raise NotFound()
    return _line(row, session.now())


def filing_card(session: TenantSession, actor: Actor, filing_id: UUID) -> FilingCard:
    """Raises NotFound. Three queries."""
    row = session.execute(
        _select(
            Filing.draft,
            Filing.reopened,
            Filing.reopen_reason,
            Filing.written_by_name,
            ReportRound.recipients,
            ReportRound.clauses,
        ).where(Filing.id == filing_id, visible(actor))
    ).first()
    if row is None:
        raise NotFound()
    size = len(_COLUMNS)
    line = _line(row[:size], session.now())
    draft, reopened, reason, written_by, recipients, clauses = row[size:]
    writes = may_file(actor, line.unit_id, line.unit_kind)
    return FilingCard(
        line=line,
        draft=Content.from_json(draft) if draft and writes else None,
        reopened=reopened,
        reopen_reason=reason,
        written_by_name=written_by,
        recipients=tuple((own["label"], own["outside"]) for own in recipients),
        clauses=tuple(clauses),
        versions=_versions(session, filing_id),
        reviews=_reviews(session, filing_id),
        may_write=writes,
        may_sign=files_for(actor, ReportPermission.SIGN).has(line.unit_id, line.unit_kind),
        review_as=review_step(actor, line.unit_id),
    )


def may_see_files(session: TenantSession, actor: Actor, filing_id: UUID) -> bool:
    """Attachments are seen by whoever sees the filing; files of a draft too, for the unit's own people and those above."""
    return session.scalar(
        select(Filing.id).join(Expected, joined()).where(Filing.id == filing_id, visible(actor))
    ) is not None  # fmt: skip


def _select(*more: Any) -> Any:
    return (
        select(*_COLUMNS, *more)
        .select_from(Expected)
        .join(ReportRound, ReportRound.id == Expected.round_id)
        .join(OrgUnit, OrgUnit.id == Expected.unit_id)
        .outerjoin(Filing, joined())
        .outerjoin(Exemption, excusing())
    )


def _page(
    session: TenantSession, wanted: list[ColumnElement[bool]], paging: Paging, *, first_due: bool = False
) -> Page[FilingLine]:
    statement = _select().where(*wanted)
    total = session.scalar(select(func.count()).select_from(statement.subquery())) or 0
    due = ReportRound.due_on.asc().nulls_last() if first_due else ReportRound.due_on.desc().nulls_last()
    rows = session.execute(
        statement.order_by(due, OrgUnit.name_sort, Expected.unit_id, Expected.round_id)
        .limit(paging.page_size)
        .offset(paging.offset)
    )
    now = session.now()
    return Page(tuple(_line(row, now) for row in rows), total, paging.page, paging.page_size)


def _conditions(asked: FilingFilter) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if asked.round_id:
        wanted.append(Expected.round_id == asked.round_id)
    if asked.unit_id:
        wanted.append(Expected.unit_id == asked.unit_id)
    if asked.state == "none":
        wanted.append(Filing.id.is_(None))
    elif asked.state:
        wanted.append(Filing.state == asked.state)
    return wanted


def _both(actor: Actor) -> ColumnElement[bool]:
    reaches: list[FilingReach] = [files_for(actor, own) for own in (ReportPermission.WRITE, ReportPermission.SIGN)]
    return or_(*(reach.filter() for reach in reaches))


def _open_work() -> ColumnElement[bool]:
    """SQL: something is to be written or signed here, a correction that was begun included."""
    return or_(still_owed(), Filing.state == State.CORRECTING)


def _waits_for(actor: Actor) -> list[ColumnElement[bool]]:
    """SQL: submitted, and not by the actor; a cluster sees only what it has not handed on."""
    everywhere = any(grant.gives(ReportPermission.REVIEW) and grant.unit_ids is None for grant in actor.grants)
    states = (State.SUBMITTED, State.PASSED) if everywhere else (State.SUBMITTED,)
    mine = (
        select(FilingVersion.id)
        .where(
            FilingVersion.filing_id == Filing.id,
            FilingVersion.no == Filing.latest_no,
            FilingVersion.by_id == actor.person_id,
        )
        .correlate(Filing)
        .exists()
    )
    return [reviews(actor), Filing.state.in_(states), ~mine]


def _line(row: Any, now: datetime) -> FilingLine:
    *facts, filing_id, state, ready, late, zero, latest_no, accepted_no, submitted_at, version, exempt, cancelled = row
    found = cell(
        State(state) if state else None,
        ready=bool(ready),
        late=bool(late),
        zero=bool(zero),
        due_at=facts[12],
        now=now,
        exempt=exempt,
        cancelled=cancelled,
    )
    values: tuple[Any, ...] = (
        *facts, filing_id, state, bool(ready), bool(late), bool(zero), latest_no or 0, accepted_no, submitted_at, version or 0, found,
    )  # fmt: skip
    return FilingLine(*values)


def _versions(session: TenantSession, filing_id: UUID) -> tuple[VersionCard, ...]:
    rows = session.execute(
        select(
            FilingVersion.no, FilingVersion.kind, FilingVersion.content, FilingVersion.digest, FilingVersion.sentence,
            FilingVersion.reason, FilingVersion.late, FilingVersion.signed_as, FilingVersion.submitted_at, FilingVersion.by_name,
            FilingVersion.by_post,
        )
        .where(FilingVersion.filing_id == filing_id)
        .order_by(FilingVersion.no.desc())
    )  # fmt: skip
    return tuple(VersionCard(no, kind, Content.from_json(content), *others) for no, kind, content, *others in rows)


def _reviews(session: TenantSession, filing_id: UUID) -> tuple[ReviewCard, ...]:
    rows = session.execute(
        select(
            FilingReview.version_no, FilingReview.step, FilingReview.verdict, FilingReview.words, FilingReview.at,
            FilingReview.by_name, FilingReview.by_post,
        )
        .where(FilingReview.filing_id == filing_id)
        .order_by(FilingReview.at, FilingReview.id)
    )  # fmt: skip
    return tuple(ReviewCard(*row) for row in rows)


def would_be_late(line: FilingLine, now: datetime) -> bool:
    """Whether a first submission now is 迟报."""
    return line.latest_no == 0 and is_late(line.due_at, now)
