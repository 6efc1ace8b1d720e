"""上岗条件: who holds a post without what it asks for (未达标), and what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Result,
    Select,
    Text,
    and_,
    cast,
    column,
    exists,
    func,
    literal,
    or_,
    select,
    values,
)

from core.access.actor import Actor
from core.db.counted import counted_part
from core.db.sessions import TenantSession
from core.exams.models import Exam, PersonCertificate, PostQualification, Sitting, holding
from core.exams.permissions import ExamPermission
from core.exams.series import series_titles
from core.exams.words import CERTIFICATES
from core.http.paging import Page, Paging
from core.identity.models import Person
from core.kernel.clock import local_date
from core.kernel.errors import NotFound
from core.orgs.models import OrgUnit, Post
from core.orgs.queries import unit_card
from core.orgs.queries.posts import valid_on
from core.tenancy.packs.model import Pack

RESULTS = ExamPermission.RESULTS


@dataclass(frozen=True)
class Asked:
    """One thing that holding one post asks for. ``id``: of the district's own; None: the notice asks. ``what``: the exam or the
    certificate, a msgid or a label of the pack. ``confirm``: 待确认, shown and never held against anybody."""

    post_code: str
    series: str
    certificate: str
    what: str
    clauses: tuple[str, ...] = ()
    reason: str = ""
    confirm: bool = False
    id: UUID | None = None
    version: int = 0


@dataclass(frozen=True)
class Missing:
    """Somebody holds a post and lacks this."""

    post_id: UUID
    person_id: UUID
    person_name: str
    unit_id: UUID
    unit_name: str
    post_title: str
    asked: Asked


@dataclass(frozen=True)
class UnitStanding:
    """``holders``: people with such posts in the unit; ``short``: those who lack something."""

    unit_id: UUID
    unit_name: str
    holders: int
    short: int


def asked_of_posts(session: TenantSession, pack: Pack | None) -> tuple[Asked, ...]:
    """What the notice asks first, then what the district asks. Two queries."""
    if pack is None:
        return ()
    titles = series_titles(session, pack)
    said = [
        Asked(
            post, own.exam, str(own.certificate or ""), titles.get(own.exam) or CERTIFICATES[str(own.certificate)], own.clauses,
            own.note, own.confirm,
        )
        for own in pack.qualifications
        for post in own.posts
    ]  # fmt: skip
    rows = session.scalars(
        select(PostQualification)
        .where(PostQualification.ended_on.is_(None))
        .order_by(PostQualification.made_at, PostQualification.id)
    )
    own_rows = [
        Asked(
            row.post_code, row.series, row.certificate, titles.get(row.series) or CERTIFICATES.get(row.certificate, row.series), (),
            row.reason, False, row.id, row.version,
        )
        for row in rows
    ]  # fmt: skip
    return (*said, *own_rows)


def missing_of(
    session: TenantSession, asked: Sequence[Asked], *, posts: Iterable[UUID] | None = None, units: ColumnElement[bool] | None = None
) -> tuple[Missing, ...]:  # fmt: skip
    """By unit and name; narrowed to these appointments or units. One query, none where nothing is asked."""
    if not asked:
        return ()
    where: list[ColumnElement[bool]] = [Post.id.in_(list(posts))] if posts is not None else []
    where += [units] if units is not None else []
    found = _lacking(session, asked)
    rows: Result[Any] = session.execute(
        found.with_only_columns(
            column("no"), Post.id, Post.person_id, Person.name, Post.unit_id, OrgUnit.name.label("unit_name"), Post.title
        )
        .join(OrgUnit, OrgUnit.id == Post.unit_id)
        .where(*where)
        .order_by(OrgUnit.name_sort, OrgUnit.id, Person.name_sort, Post.id, column("no"))
    )  # fmt: skip
    return tuple(
        Missing(row.id, row.person_id, row.name, row.unit_id, row.unit_name, row.title, asked[row.no]) for row in rows
    )


def units_page(session: TenantSession, actor: Actor, asked: Sequence[Asked], *, paging: Paging, short_only: bool = False) -> Page[UnitStanding]:  # fmt: skip
    """Units within reach that have such posts, in name order. One query, none where nothing is asked."""
    if not asked:
        return Page((), 0, paging.page, paging.page_size)
    today = local_date(session.now())
    reach = actor.coverage(RESULTS).filter(Post.unit_id)
    holders = (
        select(Post.unit_id, func.count(Post.person_id.distinct()).label("holders"))
        .join(Person, Person.id == Post.person_id)
        .where(valid_on(today), Person.active, Post.post_code.in_({one.post_code for one in asked}), reach)
        .group_by(Post.unit_id)
        .cte("holders")
    )
    lacking = (
        _lacking(session, asked)
        .with_only_columns(Post.unit_id, func.count(Post.person_id.distinct()).label("short"))
        .where(reach)
        .group_by(Post.unit_id)
        .cte("lacking")
    )
    short = func.coalesce(lacking.c.short, 0)
    statement = (
        select(OrgUnit.id, OrgUnit.name, holders.c.holders, short.label("short"))
        .join(holders, holders.c.unit_id == OrgUnit.id)
        .outerjoin(lacking, lacking.c.unit_id == OrgUnit.id)
        .where(*([short > 0] if short_only else []))
        .order_by(OrgUnit.name_sort, OrgUnit.id)
    )
    rows, total = counted_part(session, statement, limit=paging.page_size, offset=paging.offset)
    return Page(tuple(UnitStanding(*row[:4]) for row in rows), total, paging.page, paging.page_size)


def missing_in(session: TenantSession, actor: Actor, asked: Sequence[Asked], unit_id: UUID) -> tuple[Missing, ...]:
    """Raises NotFound out of reach. Two queries."""
    if not actor.may(RESULTS, unit_card(session, unit_id).id):
        raise NotFound()
    return missing_of(session, asked, units=Post.unit_id == unit_id)


def short_people(session: TenantSession, actor: Actor, asked: Sequence[Asked]) -> int:
    """How many people within reach lack something that the notice or the district asks for certain. One query."""
    sure = [one for one in asked if not one.confirm]
    if not sure:
        return 0
    found = _lacking(session, sure).with_only_columns(func.count(Post.person_id.distinct()))
    return session.scalar(found.where(actor.coverage(RESULTS).filter(Post.unit_id))) or 0


def _lacking(session: TenantSession, asked: Sequence[Asked]) -> Select[Any]:
    """Appointments of today joined with what they ask for and do not have; ``no`` is the position in ``asked``."""
    today: date = local_date(session.now())
    wanted = values(
        column("no"), column("post_code", Text), column("series", Text), column("certificate", Text), name="wanted"
    ).data([(no, one.post_code, one.series, one.certificate) for no, one in enumerate(asked)])
    passed = exists().where(
        Sitting.person_id == Post.person_id, Sitting.exam_id == Exam.id, Exam.series == wanted.c.series, holding(today)
    )
    certified = exists().where(
        PersonCertificate.person_id == Post.person_id, PersonCertificate.kind == wanted.c.certificate,
        PersonCertificate.retired_on.is_(None),
        or_(PersonCertificate.valid_until.is_(None), PersonCertificate.valid_until >= today),
    )  # fmt: skip
    return (
        select(Post.id)
        .select_from(Post)
        .join(Person, Person.id == Post.person_id)
        .join(wanted, wanted.c.post_code == Post.post_code)
        .where(
            valid_on(today), Person.active,
            or_(
                and_(wanted.c.series != cast(literal(""), Text), ~passed),
                and_(wanted.c.certificate != cast(literal(""), Text), ~certified),
            ),
        )
    )  # fmt: skip
