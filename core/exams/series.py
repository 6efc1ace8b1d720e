"""What an exam is held for: an exam of the pack, or a series that the district began itself. Qualifications name a series."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select

from core.db.sessions import TenantSession
from core.exams.models import Exam
from core.tenancy.packs.model import Pack

OWN = "own-"
"""Begins the code of a series of the district's own; codes of packs are words, and hold no such number."""


def own_series(exam_id: UUID) -> str:
    """The series that a first exam begins."""
    return f"{OWN}{exam_id.hex}"


def series_titles(session: TenantSession, pack: Pack | None) -> dict[str, str]:
    """Code → title: the pack's first, then the district's own by the title it was first given. One query."""
    titles = {own.code: own.label for own in (pack.exams if pack is not None else ())}
    first = (
        select(Exam.series, func.min(Exam.made_at).label("at"))
        .where(Exam.series.startswith(OWN, autoescape=True))
        .group_by(Exam.series)
        .subquery()
    )
    rows = session.execute(
        select(Exam.series, Exam.title)
        .join(first, (first.c.series == Exam.series) & (first.c.at == Exam.made_at))
        .order_by(Exam.made_at, Exam.id)
    )
    return titles | {row.series: row.title for row in rows}
