"""Invented fire-safety records for the demo: key places, patrols with gaps, facilities, acceptances on their way. A fixed seed.

Found by the demo through the entry point group ``xiaoan.demo``; nothing of it runs in an ordinary installation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert

from core.sdk.domain import EVERYWHERE, LOCAL, TenantSession, UnitOption, is_working_day, new_id, unit_options
from plugins.fire.acceptance import Facts, Stage, Step, decide
from plugins.fire.models import Acceptance, AcceptanceStep, Activity, Certificate, Facility, Patrol, Place
from plugins.fire.variant import FireVariant, variant_in_force

KINDS = ("school", "kindergarten")
DAYS = 62
"""How far back patrols are invented."""
CHUNK = 2_000
EQUIPMENT = (
    ("extinguisher", 24, 365), ("hydrant", 12, 365), ("smoke_detector", 60, 365), ("emergency_light", 30, 180), ("exit_sign", 36, 180),
    ("circuit", 4, 365), ("gas_line", 1, 180),
)  # fmt: skip
"""Kind, about how many, days between tests."""
Row = dict[str, Any]
WAY_A = (Step.FIND_REASON, Step.CHOOSE_A, Step.MAKE_UP)
WAY_B = (Step.FIND_REASON, Step.CHOOSE_B, Step.ASSESS, Step.PLAN, Step.RECTIFY, Step.QUALIFY)
NOTES = {
    Step.FIND_REASON: "建成较早，当时未办理手续", Step.CHOOSE_A: "资料齐全，可以补办", Step.CHOOSE_B: "原始资料缺失，无法补办",
    Step.ASSESS: "完成现场评估", Step.PLAN: "增设疏散楼梯和喷淋", Step.RECTIFY: "按方案完成施工", Step.QUALIFY: "重新评估合格",
    Step.MAKE_UP: "取得备案凭证",
}  # fmt: skip


def add(session: TenantSession, *, today: date, seed: str) -> None:
    """Side effects: rows of this tenant's fire tables, in a handful of statements."""
    rng = Random(f"{seed}-fire")  # noqa: S311  invented records, no secret
    variant = variant_in_force(session)
    schools = unit_options(session, EVERYWHERE, KINDS)
    places = [row for school in schools for row in _places(session.tenant_id, school, variant, today, rng)]
    write(session, Place, places)
    write(session, Patrol, [row for place in places for row in _patrols(place, variant, today, rng)])
    write(session, Facility, [row for school in schools for row in _facilities(session.tenant_id, school, today, rng)])
    write(
        session,
        Certificate,
        [row for school in schools for row in _certificates(session.tenant_id, school, variant, today, rng)],
    )
    write(session, Activity, [row for school in schools for row in _activities(session, school, variant, today, rng)])
    cases = [_acceptance(session.tenant_id, school, variant, today, rng) for school in schools if rng.random() < 0.55]
    write(session, Acceptance, [case for case, _steps in cases])
    write(session, AcceptanceStep, [step for _case, steps in cases for step in steps])


def write(session: TenantSession, model: Any, rows: Sequence[Row]) -> None:
    for start in range(0, len(rows), CHUNK):
        session.execute(insert(model.__table__), rows[start : start + CHUNK])


def _places(tenant: int, school: UnitOption, variant: FireVariant, today: date, rng: Random) -> Iterator[Row]:
    names = variant.places or ("学生食堂", "图书馆", "实验室")
    for kind in rng.sample(names, min(len(names), 1 if school.kind == "kindergarten" else 3)):
        yield {
            "tenant_id": tenant, "id": new_id(), "unit_id": school.id, "name": kind, "kind": kind, "building": "", "building_id": None, "risk_note": "", "responsible_post": "安全主任",
            "marked": rng.random() < 0.85, "patrol_days": None, "added_on": today - timedelta(days=rng.randint(60, 400)), "retired_on": None,
            "version": 1,
        }  # fmt: skip


def _patrols(place: Row, variant: FireVariant, today: date, rng: Random) -> Iterator[Row]:
    """School days at the district's pace; a few places are forgotten for a while."""
    careless = rng.random() < 0.12
    for back in range(DAYS, -1, -max(1, variant.patrol_days)):
        on = today - timedelta(days=back)
        missed = rng.random() < (0.5 if careless else 0.04)
        if on < place["added_on"] or not is_working_day(on) or missed:
            continue
        at = datetime.combine(on, time(rng.randint(7, 9), rng.randint(0, 59)), LOCAL)
        yield {
            "tenant_id": place["tenant_id"], "id": new_id(), "unit_id": place["unit_id"], "place_id": place["id"], "at": at, "on": on,
            "by_id": None, "by_name": "保安员", "result": "normal", "note": "", "hazard_id": None, "settled_at": None,
        }  # fmt: skip


def _facilities(tenant: int, school: UnitOption, today: date, rng: Random) -> Iterator[Row]:
    for kind, about, days in EQUIPMENT:
        if school.kind == "kindergarten" and kind == "gas_line" and rng.random() < 0.4:
            continue
        tested = today - timedelta(days=rng.randint(5, round(days * 1.08)))
        yield {
            "tenant_id": tenant, "id": new_id(), "unit_id": school.id, "place_id": None, "kind": kind, "spot": "全校", "retired_on": None, "extra": {}, "building": "", "building_id": None,
            "quantity": max(1, round(about * rng.uniform(0.4, 1.6))), "last_tested_on": tested, "next_test_on": tested + timedelta(days=days),
            "maintainer": "消防维保单位", "version": 1,
        }  # fmt: skip


def _certificates(tenant: int, school: UnitOption, variant: FireVariant, today: date, rng: Random) -> Iterator[Row]:
    for holder, wanted in (("staff", variant.certified_staff), ("guard", variant.certified_guards)):
        held = wanted if rng.random() < 0.85 else 0
        if held:
            yield {
                "tenant_id": tenant, "id": new_id(), "unit_id": school.id, "holder": holder, "quantity": held, "version": 1, "extra": {}, "retired_on": None,
                "expires_on": today + timedelta(days=rng.randint(-20, 900)),
            }  # fmt: skip


def _activities(
    session: TenantSession, school: UnitOption, variant: FireVariant, today: date, rng: Random
) -> Iterator[Row]:
    common = {
        "tenant_id": session.tenant_id,
        "unit_id": school.id,
        "note": "",
        "by_id": None,
        "by_name": "安全主任",
        "written_at": session.now(),
    }
    for month in range(3 if variant.check_months else 0):
        if rng.random() < 0.9:
            items = [{"item": item, "ok": rng.random() < 0.93} for item in variant.check_items]
            on = today - timedelta(days=30 * month + rng.randint(1, 20))
            yield {**common, "id": new_id(), "kind": "check", "on": on, "headcount": None, "items": items}
    if rng.random() < 0.8:
        on = today - timedelta(days=rng.randint(10, 80))
        yield {**common, "id": new_id(), "kind": "training", "on": on, "headcount": rng.randint(15, 180), "items": []}


def _acceptance(
    tenant: int, school: UnitOption, variant: FireVariant, today: date, rng: Random
) -> tuple[Row, list[Row]]:
    """A building and the steps taken so far; most passed long ago."""
    passed = rng.random() < 0.55
    row: Row = {
        "tenant_id": tenant, "id": new_id(), "unit_id": school.id, "building": rng.choice(("教学楼", "综合楼", "宿舍楼", "食堂")), "building_id": None,
        "state": rng.choice(("accepted", "filed")) if passed else "not_accepted", "stage": Stage.DONE if passed else Stage.REASON, "path": None,
        "reason": "", "agency": "", "assessed_on": None, "plan": "", "planned_on": None, "plan_due_on": None, "rectified_on": None,
        "reassessed_on": None, "document_no": "", "document_on": None, "hazard_id": None, "version": 1,
    }  # fmt: skip
    if passed:
        on = today - timedelta(days=rng.randint(400, 3000))
        return row | {"document_no": f"消备{on.year}第{rng.randint(100, 999)}号", "document_on": on}, []
    way = (WAY_A if rng.random() < 0.4 else WAY_B) if variant.acceptance_paths else WAY_A[:1]
    taken = way[: rng.randint(0, len(way))]
    steps: list[Row] = []
    on = today - timedelta(days=10 * (len(taken) + 1))
    for step in taken:
        on += timedelta(days=rng.randint(4, 9))
        steps.append(_step(row, step, on))
        row |= _follows(row, step, on, today, rng, paths=variant.acceptance_paths)
    return row | {"version": len(steps) + 1}, steps


def _step(row: Row, step: Step, on: date) -> Row:
    return {
        "tenant_id": row["tenant_id"], "id": new_id(), "acceptance_id": row["id"], "at": datetime.combine(on, time(15), LOCAL),
        "step": str(step), "on": on, "note": NOTES[step], "by_id": None, "by_name": "安全主任",
    }  # fmt: skip


def _follows(row: Row, step: Step, on: date, today: date, rng: Random, *, paths: bool) -> Row:
    """What the step changes in the case; where it leads, the plugin's own machine decides."""
    said: Row = {}
    match step:
        case Step.FIND_REASON:
            said = {"reason": NOTES[step]}
        case Step.ASSESS:
            said = {"agency": "消防技术服务机构"}
        case Step.PLAN:
            said = {"plan": NOTES[step], "plan_due_on": on + timedelta(days=60)}
        case Step.QUALIFY | Step.MAKE_UP:
            said = {"document_no": f"消{on.year}第{rng.randint(100, 999)}号", "document_on": on}
    facts = Facts(on=on, note=NOTES[step], state="filed" if step is Step.MAKE_UP else None, **said)
    after = decide(
        stage=row["stage"], path=row["path"], state=row["state"], step=step, facts=facts, today=today, paths=paths
    )
    dated = {
        Step.ASSESS: "assessed_on",
        Step.PLAN: "planned_on",
        Step.RECTIFY: "rectified_on",
        Step.QUALIFY: "reassessed_on",
    }
    days: Row = {dated[step]: on} if step in dated else {}
    return {**said, **days, "stage": after.stage, "path": after.path, "state": after.state}
