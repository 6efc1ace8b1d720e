"""Who is told what, once a day: patrols missed yesterday, tests and certificates that come to their end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from core.sdk.domain import EVERYWHERE, TenantSession, local_date, switches
from core.sdk.jobs import notify, people_in_charge
from plugins.fire.permissions import FirePermission
from plugins.fire.queries.facilities import certificates_ending, tests_ending
from plugins.fire.queries.places import missed_by_unit
from plugins.fire.variant import variant_in_force

DAYS_BEFORE = (90, 60, 30, 7, 0, -1)
"""A certificate is announced on these days before its last one; -1: it has expired."""
TEST_DAYS = (30, 7, 0, -1)


def remind(session: TenantSession) -> dict[str, int]:
    """Nothing where fire safety is off today. Returns how many notices went out, by what they tell."""
    today = local_date(session.now())
    switch = switches(session).get("fire")
    if switch is None or not switch.on(today):
        return {}
    variant = variant_in_force(session)
    missed = missed_by_unit(session, EVERYWHERE, variant=variant, ended_on=today - timedelta(days=1))
    tests = tests_ending(session, [today + timedelta(days=days) for days in TEST_DAYS])
    certificates = certificates_ending(session, [today + timedelta(days=days) for days in DAYS_BEFORE])
    return {
        "patrols": _patrols(session, missed),
        "tests": _tests(session, tests, today),
        "certificates": _certificates(session, certificates, today),
    }


def _patrols(session: TenantSession, missed: Mapping[UUID, int]) -> int:
    people = people_in_charge(session, permission=FirePermission.PATROL_WRITE, units=missed)
    return sum(
        notify(
            session,
            to=people.get(unit_id, ()),
            kind="fire.patrol_missed",
            title=f"{number}处消防重点部位应巡未巡",
            body="请尽快补查，漏查次数显示在消防总览。",
            link=f"/fire/patrol/{unit_id}",
        )
        for unit_id, number in missed.items()
    )


def _tests(session: TenantSession, ending: Mapping[tuple[UUID, date], int], today: date) -> int:
    people = people_in_charge(session, permission=FirePermission.FACILITY_WRITE, units={unit for unit, _ in ending})
    return sum(
        notify(
            session,
            to=people.get(unit_id, ()),
            kind="fire.test_due",
            title=f"{number}项消防设施检测{_when(on, today)}",
            link="/fire/facilities?due=" + ("overdue" if on < today else "soon"),
        )
        for (unit_id, on), number in ending.items()
    )


def _certificates(session: TenantSession, ending: Mapping[tuple[UUID, date], int], today: date) -> int:
    people = people_in_charge(session, permission=FirePermission.FACILITY_WRITE, units={unit for unit, _ in ending})
    return sum(
        notify(
            session,
            to=people.get(unit_id, ()),
            kind="fire.certificate_ending",
            title=f"{number}本消控证{_when(on, today)}",
            link="/fire/certificates",
        )
        for (unit_id, on), number in ending.items()
    )


def _when(on: date, today: date) -> str:
    left = (on - today).days
    return "今天到期" if left == 0 else f"还有{left}天到期" if left > 0 else f"已过期{-left}天"
