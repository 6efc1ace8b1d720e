"""The hazards of a domain, counted. Three queries, whatever there is to count; no hazard leaves by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, and_, cast, func, literal, select, union_all
from sqlalchemy.orm import InstrumentedAttribute

from core.access.actor import Coverage
from core.db.sessions import TenantSession
from core.hazards.models import Hazard
from core.kernel.clock import local_date, start_of_day
from core.sdk.overview.words import DomainWords, FocusWord

MONTHS = 12
GONE = ("closed", "cancelled")


@dataclass(frozen=True)
class CategoryCount:
    """``total`` = open + closed; false alarms are left out."""

    code: str
    title: str
    total: int
    open: int
    overdue: int
    major: int
    closed: int

    @property
    def in_time(self) -> int:
        """Open and not late."""
        return self.open - self.overdue


@dataclass(frozen=True)
class MonthCount:
    """``month`` is its first day."""

    month: date
    found: int
    closed: int


@dataclass(frozen=True)
class FocusCount:
    """A focus problem and the hazards under its categories."""

    problem: FocusWord
    categories: tuple[str, ...]
    total: int
    open: int
    overdue: int


@dataclass(frozen=True)
class DomainNumbers:
    total: int
    open: int
    overdue: int
    major: int
    closed: int
    units: int
    """Units that have an open one."""
    categories: tuple[CategoryCount, ...]
    months: tuple[MonthCount, ...]
    focus: tuple[FocusCount, ...]

    @property
    def category_rows(self) -> list[list[str | int]]:
        """The table beside the chart; every category, also those without a hazard."""
        return [[row.title, row.total, row.open, row.overdue, row.major, row.closed] for row in self.categories]

    @property
    def month_names(self) -> list[str]:
        return [f"{row.month:%Y-%m}" for row in self.months]

    @property
    def month_rows(self) -> list[list[str | int]]:
        return [[f"{row.month:%Y-%m}", row.found, row.closed] for row in self.months]


def domain_numbers(session: TenantSession, *, coverage: Coverage, words: DomainWords) -> DomainNumbers:
    """Within what the actor covers."""
    today = local_date(session.now())
    mine = (Hazard.domain.in_(words.codes), coverage.filter(Hazard.unit_id), Hazard.canonical != "cancelled")
    still = Hazard.canonical.not_in(GONE)
    late = and_(still, Hazard.clock_on < today)
    count = func.count()
    rows = session.execute(
        select(
            func.coalesce(Hazard.category, ""), count, count.filter(still), count.filter(late),
            count.filter(and_(still, Hazard.grade == "major")), count.filter(Hazard.canonical == "closed"),
        )
        .where(*mine)
        .group_by(Hazard.category)
    ).all()  # fmt: skip
    counted = {row[0]: CategoryCount(row[0], words.category(row[0]), *row[1:]) for row in rows}
    known = [category.code for category in words.categories]
    categories = [
        counted.get(category.code, CategoryCount(category.code, category.title, 0, 0, 0, 0, 0))
        for category in words.categories
    ] + [counted[code] for code in sorted(counted) if code not in known]
    return DomainNumbers(
        total=sum(row.total for row in categories),
        open=sum(row.open for row in categories),
        overdue=sum(row.overdue for row in categories),
        major=sum(row.major for row in categories),
        closed=sum(row.closed for row in categories),
        units=session.scalar(select(func.count(Hazard.unit_id.distinct())).where(*mine, still)) or 0,
        categories=tuple(categories),
        months=_months(session, mine, today),
        focus=_focus(words, counted),
    )


def _months(session: TenantSession, mine: Sequence[ColumnElement[bool]], today: date) -> tuple[MonthCount, ...]:
    first = _back(today.replace(day=1), MONTHS - 1)
    since = start_of_day(first)

    def by_month(column: InstrumentedAttribute[Any], kind: str) -> Select[str, date, int]:
        month = cast(func.date_trunc("month", func.timezone("Asia/Shanghai", column)), Date)
        named = select(literal(kind).label("kind"), month.label("month"), func.count().label("n"))
        return named.where(*mine, column >= since).group_by(month)

    both = union_all(by_month(Hazard.found_at, "found"), by_month(Hazard.closed_at, "closed"))
    counted: dict[tuple[str, date], int] = {(row[0], row[1]): row[2] for row in session.execute(both).all()}
    months = [_back(today.replace(day=1), back) for back in range(MONTHS - 1, -1, -1)]
    return tuple(
        MonthCount(month, counted.get(("found", month), 0), counted.get(("closed", month), 0)) for month in months
    )


def _back(month: date, count: int) -> date:
    index = month.year * 12 + month.month - 1 - count
    return date(index // 12, index % 12 + 1, 1)


def _focus(words: DomainWords, counted: dict[str, CategoryCount]) -> tuple[FocusCount, ...]:
    found = []
    for problem in words.focus:
        under = tuple(category.code for category in words.categories if problem.code in category.focus) or (
            problem.code,
        )
        rows = [counted[code] for code in under if code in counted]
        found.append(
            FocusCount(
                problem,
                under,
                sum(row.total for row in rows),
                sum(row.open for row in rows),
                sum(row.overdue for row in rows),
            )
        )
    return tuple(found)
