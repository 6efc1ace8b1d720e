"""Who is told what, once a day: patrols missed yesterday. Of dates that end, the registers tell by themselves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from core.sdk.domain import EVERYWHERE, TenantSession, local_date, switches
from core.sdk.jobs import notify, people_in_charge
from plugins.fire.permissions import FirePermission
from plugins.fire.queries.places import missed_by_unit
from plugins.fire.variant import variant_in_force


def remind(session: TenantSession) -> dict[str, int]:
    """Nothing where fire safety is off today. Returns how many notices went out, by what they tell."""
    today = local_date(session.now())
    switch = switches(session).get("fire")
    if switch is None or not switch.on(today):
        return {}
    variant = variant_in_force(session)
    missed = missed_by_unit(session, EVERYWHERE, variant=variant, ended_on=today - timedelta(days=1))
    return {"patrols": _patrols(session, missed)}


def _patrols(session: TenantSession, missed: Mapping[UUID, int]) -> int:
    people = people_in_charge(session, permission=FirePermission.PATROL_WRITE, units=missed)
    return sum(
        len(
            notify(
                session,
                to=people.get(unit_id, ()),
                kind="fire.patrol_missed",
                title=f"{number}处消防重点部位应巡未巡",
                body="请尽快补查，漏查次数显示在消防总览。",
                link=f"/fire/patrol/{unit_id}",
            )
        )
        for unit_id, number in missed.items()
    )
