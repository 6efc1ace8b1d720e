"""An exam that everybody asked in a unit has passed, as evidence: activity ``exam``, topic the pack's exam."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Date, Integer, Select, Text, cast, func, literal, select
from sqlalchemy.dialects.postgresql import array

from core.db.sessions import TenantSession
from core.exams.models import Exam, Sitting
from core.exams.words import DRAFT
from core.hooks.evidence import Evidence
from core.identity.models import Person
from core.kernel.clock import LOCAL, local_date
from core.kernel.schoolyear import Span
from core.orgs.models import Post

ACTIVITY = "exam"


def passed_by_all(session: TenantSession, span: Span) -> Select[Any]:
    """One fact for each exam and unit, on the day the last of those asked passed it for the first time.

    Asked are those who hold one of its posts today, of an exam that is over on its last day: who comes later changes nothing.
    """
    today = local_date(session.now())
    day = func.least(func.coalesce(Exam.closes_on, today), today)
    first = (
        select(Sitting.exam_id, Sitting.person_id, func.min(Sitting.submitted_at).label("at"))
        .where(Sitting.passed.is_(True))
        .group_by(Sitting.exam_id, Sitting.person_id)
        .subquery()
    )
    last = cast(func.timezone(LOCAL.key, func.max(first.c.at)), Date)
    columns: tuple[Any, ...] = (
        Post.unit_id.label("unit_id"), literal(ACTIVITY, Text).label("activity"), array([Exam.series]).label("topics"),
        literal("", Text).label("key"), last.label("on_date"), literal(1, Integer).label("times"), literal("exam", Text).label("kind"),
        Exam.id.label("id"),
    )  # fmt: skip
    return (
        select(*columns)
        .select_from(Exam)
        .join(Post, Post.post_code == func.any(Exam.posts))
        .join(Person, Person.id == Post.person_id)
        .outerjoin(first, (first.c.exam_id == Exam.id) & (first.c.person_id == Post.person_id))
        .where(Exam.state != DRAFT, Person.active, Post.valid_from <= day, func.coalesce(Post.valid_to, day) >= day)
        .group_by(Exam.id, Exam.series, Post.unit_id)
        .having(func.bool_and(first.c.at.is_not(None)) & last.between(span.starts, span.ends))
    )


EVIDENCE = Evidence(
    kind="exam",
    title="应知应会考核",
    activities=frozenset({ACTIVITY}),
    facts=passed_by_all,
    endpoint="exams.results",
    begin=lambda _activity, _topics: ("exams.mine", {}),
)
