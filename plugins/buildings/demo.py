"""Invented buildings, equipment, weak points and sites for the demo. A fixed seed; no real school has them.

Found by the demo through the entry point group ``xiaoan.demo``; nothing of it runs in an ordinary installation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from core.sdk.domain import EVERYWHERE, TenantSession, UnitOption, new_id, unit_options
from plugins.buildings.models import Building, Equipment, Site, WeakPoint

KINDS = ("school", "kindergarten")
CHUNK = 2_000
Row = dict[str, Any]
SCHOOL = (
    ("一号教学楼", "teaching"),
    ("二号教学楼", "teaching"),
    ("综合楼", "complex"),
    ("食堂", "canteen"),
    ("体育馆", "gym"),
)
KINDERGARTEN = (("园舍", "kindergarten"), ("厨房", "canteen"))
BASE: Row = {"extra": {}, "retired_on": None}


def add(session: TenantSession, *, today: date, seed: str) -> None:
    """Side effects: rows of this tenant's four ledgers, in a handful of statements."""
    rng = Random(f"{seed}-buildings")  # noqa: S311  invented records, no secret
    schools = unit_options(session, EVERYWHERE, KINDS)
    tenant = session.tenant_id
    buildings = [row for school in schools for row in _buildings(tenant, school, today, rng)]
    write(session, Building, buildings)
    write(session, Equipment, [row for building in buildings for row in _equipment(tenant, building, today, rng)])
    write(session, WeakPoint, [row for school in schools for row in _points(tenant, school.id, today, rng)])
    write(session, Site, [row for school in schools for row in _sites(tenant, school.id, today, rng)])


def write(session: TenantSession, model: Any, rows: Sequence[Row]) -> None:
    for start in range(0, len(rows), CHUNK):
        session.execute(insert(model.__table__), rows[start : start + CHUNK])


def _buildings(tenant: int, school: UnitOption, today: date, rng: Random) -> Iterator[Row]:
    for name, use in KINDERGARTEN if school.kind == "kindergarten" else SCHOOL[: rng.randint(3, 5)]:
        old = rng.random() < 0.2
        appraised = today - timedelta(days=rng.randint(60, 1_900)) if old or rng.random() < 0.5 else None
        grade = rng.choices("ABCD", (50, 40, 9, 1))[0] if appraised else None
        protected = rng.random() < 0.8
        tested = today - timedelta(days=rng.randint(20, 420)) if protected else None
        yield {
            **BASE, "tenant_id": tenant, "id": new_id(), "unit_id": school.id, "name": name, "use": use,
            "structure": "brick_concrete" if old else "frame", "storeys": rng.randint(1, 5), "basements": 0, "area": rng.randrange(600, 6_000, 50),
            "built_year": rng.randint(1978, 1996) if old else rng.randint(1997, today.year - 1), "owner": "" if rng.random() < 0.05 else "区教育局",
            "seismic": "7", "appraisal_grade": grade, "appraised_on": appraised,
            "appraised_until": appraised + timedelta(days=1_825) if appraised else None,
            "dangerous_parts": "外墙面砖空鼓，已围挡警示" if grade == "C" and rng.random() < 0.8 else "", "irregular": "",
            "lightning_protected": protected, "lightning_tested_on": tested,
            "lightning_until": tested + timedelta(days=365) if tested else None, "in_use": grade != "D",
        }  # fmt: skip


def _equipment(tenant: int, building: Row, today: date, rng: Random) -> Iterator[Row]:
    kind, name = {"complex": ("elevator", "客梯"), "canteen": ("boiler", "蒸汽锅炉")}.get(building["use"], ("", ""))
    if not kind or rng.random() < 0.4:
        return
    inspected = today - timedelta(days=rng.randint(10, 390))
    yield {
        **BASE, "tenant_id": tenant, "id": new_id(), "unit_id": building["unit_id"], "kind": kind, "name": f"{building['name']}{name}",
        "building_id": building["id"], "registration_no": f"梯苏{rng.randint(10_000, 99_999)}", "inspected_on": inspected,
        "next_inspection_on": inspected + timedelta(days=365), "maintainer": "市特种设备维保公司", "in_use": True,
    }  # fmt: skip


def _points(tenant: int, unit_id: UUID, today: date, rng: Random) -> Iterator[Row]:
    for kind, spot in (("low_ground", "操场西北角"), ("garage", "综合楼地下车库"), ("lightning", "旗杆周边")):
        if rng.random() < 0.25:
            yield {
                **BASE, "tenant_id": tenant, "id": new_id(), "unit_id": unit_id, "kind": kind, "spot": spot,
                "measures": "" if rng.random() < 0.15 else "汛期和雷雨天专人巡查，设置警示牌，备足沙袋水泵",
                "responsible_post": "总务主任", "checked_on": today - timedelta(days=rng.randint(1, 90)),
            }  # fmt: skip


def _sites(tenant: int, unit_id: UUID, today: date, rng: Random) -> Iterator[Row]:
    if rng.random() < 0.06:
        yield {
            **BASE, "tenant_id": tenant, "id": new_id(), "unit_id": unit_id, "name": "教学楼维修改造", "contractor": "区建筑工程公司",
            "permit_no": f"施{rng.randint(100_000, 999_999)}" if rng.random() < 0.7 else "", "starts_on": today - timedelta(days=40),
            "ends_on": today + timedelta(days=60), "fenced": rng.random() < 0.8, "own_entrance": rng.random() < 0.6,
            "measures": "围挡高2米，出入口专人值守",
        }  # fmt: skip
