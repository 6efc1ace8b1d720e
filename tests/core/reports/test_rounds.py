"""Rounds open when their period begins, and who owes them never changes afterwards."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from core.orgs.services import close_unit
from core.reports.models import Expected, ReportRound
from core.reports.services.rounds import open_due_rounds
from tests.core.reports.ground import Ground, at


def test_rounds_of_tongyu_on_2018_12_06_are_those_that_have_begun(ground: Ground) -> None:
    opened = ground.open()

    with ground.world.session(read_only=True) as session:
        rows = session.execute(
            select(ReportRound.key, ReportRound.opens_on, ReportRound.due_on, ReportRound.zero)
        ).all()
    keys = {row.key for row in rows}
    assert opened == len(rows)
    assert {"ten-day@2018-11-26", "ten-day@2018-12-06"} <= keys
    assert "ten-day@2018-12-16" not in keys, "its period begins tomorrow"
    assert {"plan@once", "phase1@once"} <= keys
    assert "interim1@once" in keys, "due 12-19: opened a month before"
    assert "summary@once" not in keys, "due next April"
    ten_day = {row.key: row for row in rows if row.key.startswith("ten-day")}
    assert ten_day["ten-day@2018-11-26"].opens_on == date(2018, 11, 21)
    assert ten_day["ten-day@2018-12-06"].opens_on == date(2018, 11, 27)
    assert all(row.zero for row in ten_day.values())


def test_rounds_are_opened_once(ground: Ground) -> None:
    assert ground.open() > 0
    assert ground.open() == 0
    ground.go(at(2018, 12, 7))
    assert ground.open() == 1


def test_rounds_due_before_the_district_came_are_left_alone(ground: Ground) -> None:
    with ground.world.session() as session:
        open_due_rounds(session, actor=ground.world.system, since=date(2018, 12, 1))
        keys = set(session.scalars(select(ReportRound.key)))
    assert "ten-day@2018-11-26" not in keys
    assert "ten-day@2018-12-06" in keys


def test_expected_units_are_the_schools_of_that_day(ground: Ground) -> None:
    ground.open()
    with ground.world.session(read_only=True) as session:
        units = set(session.scalars(select(Expected.unit_id).where(Expected.round_id == ground.round())))
    assert units == {ground.world.units[name] for name in ("school_a", "school_b", "kindergarten")}


def test_expected_units_never_change_after_the_opening(ground: Ground) -> None:
    ground.open()
    with ground.world.session() as session:
        close_unit(
            session,
            actor=ground.world.system,
            unit_id=ground.world.units["kindergarten"],
            version=1,
            last_day=date(2018, 12, 6),
        )
    ground.go(at(2018, 12, 8))
    ground.open()
    with ground.world.session(read_only=True) as session:
        before = set(session.scalars(select(Expected.unit_id).where(Expected.round_id == ground.round())))
        after = set(
            session.scalars(select(Expected.unit_id).where(Expected.round_id == ground.round("ten-day@2018-12-16")))
        )
    assert ground.world.units["kindergarten"] in before
    assert ground.world.units["kindergarten"] not in after, "it was closed when the next period began"


@pytest.mark.parametrize(
    "statement", ["update app.report_expected set on_behalf = 'x'", "delete from app.report_expected"]
)
def test_expected_units_cannot_be_changed_by_the_product(ground: Ground, statement: str) -> None:
    ground.open()
    with pytest.raises(ProgrammingError, match="permission denied"), ground.world.session() as session:
        session.execute(text(statement))


def test_submitted_versions_cannot_be_changed_by_the_product(ground: Ground) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), ground.world.session() as session:
        session.execute(text("update app.report_versions set content = '{}'"))
