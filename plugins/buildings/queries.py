"""校舍底数 for the overview: how many, how large, how safe; set-based, within what the actor covers."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, ScalarSelect, func, select

from core.sdk.domain import Coverage, TenantSession, local_date
from core.sdk.registers import Registered
from plugins.buildings.models import Building, Equipment, Site, WeakPoint
from plugins.buildings.words import GRADES


@dataclass(frozen=True)
class BuildingNumbers:
    """``grades``: (code, words, buildings) of those appraised; ``dangerous``: graded C or D and in use."""

    buildings: int
    area: int
    grades: tuple[tuple[str, str, int], ...]
    unappraised: int
    dangerous: int
    appraisals_over: int
    lightning_over: int
    equipment: int
    equipment_over: int
    points: int
    points_bare: int
    """Without measures."""
    sites: int
    sites_open: int
    """Not fenced."""


def building_numbers(session: TenantSession, coverage: Coverage) -> BuildingNumbers:
    """Two queries."""
    today = local_date(session.now())
    used = Building.in_use.is_(True)
    rows = session.execute(
        select(
            Building.appraisal_grade, func.count(), func.coalesce(func.sum(Building.area), 0), func.count().filter(used),
            func.count().filter(used, Building.appraised_until < today), func.count().filter(Building.lightning_until < today),
        )
        .where(coverage.filter(Building.unit_id), Building.retired_on.is_(None))
        .group_by(Building.appraisal_grade)
    )  # fmt: skip
    grades: dict[str | None, tuple[int, ...]] = {row[0]: tuple(int(number or 0) for number in row[1:]) for row in rows}
    equipment, equipment_over, points, points_bare, sites, sites_open = session.execute(
        select(
            _count(coverage, Equipment),
            _count(coverage, Equipment, Equipment.in_use.is_(True), Equipment.next_inspection_on < today),
            _count(coverage, WeakPoint),
            _count(coverage, WeakPoint, WeakPoint.measures == ""),
            _count(coverage, Site),
            _count(coverage, Site, Site.fenced.is_(False)),
        )
    ).one()
    return BuildingNumbers(
        buildings=sum(row[0] for row in grades.values()), area=sum(row[1] for row in grades.values()),
        grades=tuple((code, word, grades[code][0]) for code, word in GRADES.items() if code in grades),
        unappraised=grades[None][0] if None in grades else 0,
        dangerous=sum(grades[code][2] for code in ("C", "D") if code in grades),
        appraisals_over=sum(row[3] for row in grades.values()), lightning_over=sum(row[4] for row in grades.values()),
        equipment=equipment, equipment_over=equipment_over, points=points, points_bare=points_bare, sites=sites,
        sites_open=sites_open,
    )  # fmt: skip


def _count(coverage: Coverage, model: type[Registered], *where: ColumnElement[bool]) -> ScalarSelect[int]:
    return (
        select(func.count())
        .select_from(model)
        .where(coverage.filter(model.unit_id), model.retired_on.is_(None), *where)
        .scalar_subquery()
    )
