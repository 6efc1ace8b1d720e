"""Who of those asked has passed: counts for each unit, and in one unit who has not. No marks, no order but by name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CTE, ColumnElement, case, func, select

from core.access.actor import Actor
from core.db.counted import counted_part
from core.db.sessions import TenantSession
from core.exams.models import Exam, Sitting, holding
from core.exams.permissions import ExamPermission
from core.exams.words import BEGUN, DRAFT, EXPIRED, FAILED, NOT_YET, PASSED, RUNNING
from core.http.paging import Page, Paging
from core.identity.models import Person
from core.kernel.clock import local_date
from core.kernel.errors import NotFound
from core.orgs.models import OrgUnit, Post
from core.orgs.queries import unit_card
from core.orgs.queries.posts import valid_on

RESULTS = ExamPermission.RESULTS


@dataclass(frozen=True)
class UnitResult:
    """``asked``: how many people of the unit; ``failed`` and ``not_yet`` add up to the rest with ``begun``."""

    unit_id: UUID
    unit_name: str
    asked: int
    passed: int
    failed: int
    not_yet: int


@dataclass(frozen=True)
class PersonResult:
    """``tries``: how many were begun; ``passed_on`` local day of the pass that holds."""

    person_id: UUID
    person_name: str
    post_title: str
    standing: str
    tries: int
    passed_on: date | None
    valid_until: date | None


@dataclass(frozen=True)
class Total:
    units: int
    asked: int
    passed: int


def unit_results(session: TenantSession, actor: Actor, exam: UUID, *, paging: Paging, open_only: bool = False) -> Page[UnitResult]:  # fmt: skip
    """Units within reach in name order. ``open_only``: those where somebody has not passed. Two queries."""
    people = _people(session, _exam(session, exam), actor.coverage(RESULTS).filter(Post.unit_id))
    sums = (
        select(
            people.c.unit_id,
            func.count().label("asked"),
            func.count().filter(people.c.standing == PASSED).label("passed"),
            func.count().filter(people.c.standing.in_((FAILED, EXPIRED))).label("failed"),
            func.count().filter(people.c.standing.in_((NOT_YET, BEGUN))).label("not_yet"),
        )
        .group_by(people.c.unit_id)
        .cte("sums")
    )
    wanted = [sums.c.passed < sums.c.asked] if open_only else []
    statement = (
        select(OrgUnit.id, OrgUnit.name, sums.c.asked, sums.c.passed, sums.c.failed, sums.c.not_yet)
        .join(sums, sums.c.unit_id == OrgUnit.id)
        .where(*wanted)
        .order_by(OrgUnit.name_sort, OrgUnit.id)
    )
    rows, total = counted_part(session, statement, limit=paging.page_size, offset=paging.offset)
    return Page(tuple(UnitResult(*row[:6]) for row in rows), total, paging.page, paging.page_size)


def total(session: TenantSession, actor: Actor, exam: UUID) -> Total:
    """Within reach. Two queries."""
    people = _people(session, _exam(session, exam), actor.coverage(RESULTS).filter(Post.unit_id))
    row = session.execute(
        select(
            func.count(people.c.unit_id.distinct()), func.count(), func.count().filter(people.c.standing == PASSED)
        ).select_from(people)
    ).one()
    return Total(*row)


def person_results(session: TenantSession, actor: Actor, exam: UUID, unit_id: UUID) -> tuple[PersonResult, ...]:
    """Those asked in one unit, by name. Raises NotFound out of reach. Three queries."""
    if not actor.may(RESULTS, unit_card(session, unit_id).id):
        raise NotFound()
    people = _people(session, _exam(session, exam), Post.unit_id == unit_id)
    rows = session.execute(
        select(
            people.c.person_id, Person.name, people.c.title, people.c.standing, people.c.tries, people.c.passed_at, people.c.valid_until
        )
        .join(Person, Person.id == people.c.person_id)
        .order_by(Person.name_sort, Person.id)
    )  # fmt: skip
    return tuple(
        PersonResult(
            row.person_id, row.name, row.title, row.standing, row.tries, local_date(row.passed_at) if row.passed_at else None,
            row.valid_until,
        )
        for row in rows
    )  # fmt: skip


def _exam(session: TenantSession, exam_id: UUID) -> Exam:
    row = session.scalars(select(Exam).where(Exam.id == exam_id, Exam.state != DRAFT)).first()
    if row is None:
        raise NotFound()
    return row


def _people(session: TenantSession, exam: Exam, reach: ColumnElement[bool]) -> CTE:
    """unit_id, person_id, title, standing, tries, passed_at, valid_until: each person once a unit. Of an exam that is over those who
    held a post on its last day."""
    today = local_date(session.now())
    day = min(today, exam.closes_on or today)
    asked = (
        select(Post.unit_id, Post.person_id, func.min(Post.title).label("title"))
        .join(Person, Person.id == Post.person_id)
        .where(valid_on(day), Post.post_code.in_(exam.posts), Person.active, reach)
        .group_by(Post.unit_id, Post.person_id)
        .cte("asked")
    )
    holds = holding(day)
    sat = (
        select(
            Sitting.person_id,
            func.count().label("tries"),
            func.bool_or(Sitting.passed).label("ever"),
            func.bool_or(holds).label("holds"),
            func.bool_or((Sitting.state == RUNNING) & (Sitting.ends_at > session.now())).label("begun"),
            func.max(case((holds, Sitting.submitted_at))).label("passed_at"),
            func.max(case((holds, Sitting.valid_until))).label("valid_until"),
        )
        .where(Sitting.exam_id == exam.id)
        .group_by(Sitting.person_id)
        .cte("sat")
    )
    standing: ColumnElement[Any] = case(
        (sat.c.holds, PASSED), (sat.c.begun, BEGUN), (sat.c.ever, EXPIRED), (sat.c.tries.is_not(None), FAILED), else_=NOT_YET
    )  # fmt: skip
    return (
        select(
            asked.c.unit_id, asked.c.person_id, asked.c.title, standing.label("standing"), func.coalesce(sat.c.tries, 0).label("tries"),
            sat.c.passed_at, sat.c.valid_until,
        )
        .outerjoin(sat, sat.c.person_id == asked.c.person_id)
        .cte("examinees")
    )  # fmt: skip
