"""The two registers of fire safety: 设施器材 by test date, 消控证 by campus. What is derived from them, core does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from core.sdk.domain import BUILDINGS, BuildingDirectory, Phrase, TenantSession
from core.sdk.registers import (
    Completing,
    FieldKind,
    OfferedTarget,
    OrgKind,
    Register,
    RegisterCondition,
    RegisterField,
    RegisterFiles,
    RegisterRule,
    RuleKind,
    Target,
    choices,
)
from plugins.fire.buildings import settle_building
from plugins.fire.models import Certificate, Facility, Place
from plugins.fire.permissions import FirePermission
from plugins.fire.variant import variant_in_force
from plugins.fire.words import FACILITIES, HOLDERS

CAMPUSES = (OrgKind.SCHOOL, OrgKind.KINDERGARTEN, OrgKind.CAMPUS)
"""Kinds of units that must have certificates of their own (学校、校区)."""


@dataclass(frozen=True)
class StandsIn:
    """Where the entry stood until now."""

    unit_id: UUID
    building_id: UUID | None
    building: str


def complete_building(work: Completing, values: dict[str, Any]) -> dict[str, Any]:
    """The building's name stands beside its id, so that it is known where nobody offers buildings any more."""
    if "building_id" not in values and "building" not in values:
        return values
    before = work.before or {}
    stands = StandsIn(work.unit_id, before.get("building_id"), before.get("building") or "")
    return settle_building(work.offered(BUILDINGS), stands, values)


def buildings_of(directory: BuildingDirectory, unit_id: UUID) -> Sequence[tuple[str, str]]:
    return [(str(card.id), card.name) for card in directory.of_units([unit_id]) if card.in_use]


def building_names(directory: BuildingDirectory, ids: Sequence[UUID]) -> Mapping[UUID, str]:
    return {key: card.name for key, card in directory.by_id(ids).items()}


def certificate_rules(session: TenantSession) -> Sequence[RegisterRule]:
    """How many each campus must have, as the district asks; none where it does not ask."""
    variant = variant_in_force(session)
    asked = {"staff": variant.certified_staff, "guard": variant.certified_guards}
    clauses = dict(zip(asked, variant.certified_clauses, strict=False))
    return [
        RegisterRule(
            code=f"{holder}_certified", kind=RuleKind.AT_LEAST,
            label=Phrase("每个学校（校区）至少%(number)s名%(holder)s持消控证", number=number, holder=HOLDERS[holder]),
            where=(RegisterCondition(field="holder", among=(holder,)),), sum_of="quantity", at_least=number, kinds=CAMPUSES,
            category="fire.duty", clauses=(clauses[holder],) if holder in clauses else (),
        )
        for holder, number in asked.items()
        if number
    ]  # fmt: skip


FACILITY_REGISTER = Register(
    slug="fire_facilities",
    title="消防设施器材",
    model=Facility,
    domain="fire",
    icon="tools",
    read=FirePermission.FACILITY_READ,
    write=FirePermission.FACILITY_WRITE,
    named_by=("kind", "spot"),
    fields=(
        RegisterField(code="kind", label="种类", kind=FieldKind.CHOICE, choices=choices(FACILITIES), required=True),
        RegisterField(code="spot", label="位置", required=True, most=60, help="例如：二层走廊东侧"),
        RegisterField(code="building_id", label="所在建筑", kind=FieldKind.ENTRY, listed=False),
        RegisterField(code="building", label="建筑（文字）", most=60, help="清单中没有时填写"),
        RegisterField(code="place_id", label="重点部位", kind=FieldKind.ENTRY),
        RegisterField(code="quantity", label="数量", kind=FieldKind.INTEGER, required=True, most=100_000, unit="件"),
        RegisterField(code="last_tested_on", label="上次检测", kind=FieldKind.DATE, past=True),
        RegisterField(code="next_test_on", label="下次检测", kind=FieldKind.DATE, expires=True, after="last_tested_on"),
        RegisterField(code="maintainer", label="维保单位", most=80),
    ),
    targets={"place_id": Target(Place), "building_id": OfferedTarget(BUILDINGS, buildings_of, building_names)},
    complete=complete_building,
    rules=(
        RegisterRule(
            code="tested",
            label="没有检测过期的消防设施",
            kind=RuleKind.NONE_EXPIRED,
            field="next_test_on",
            category="fire.facility",
            note="消防法第十六条",
        ),
    ),
)

CERTIFICATE_REGISTER = Register(
    slug="fire_certificates",
    title="消控证",
    model=Certificate,
    domain="fire",
    icon="certificate",
    read=FirePermission.FACILITY_READ,
    write=FirePermission.FACILITY_WRITE,
    named_by=("holder",),
    identified_by=("holder", "expires_on"),
    fields=(
        RegisterField(code="holder", label="持证人类别", kind=FieldKind.CHOICE, choices=choices(HOLDERS), required=True),
        RegisterField(
            code="quantity", label="数量", kind=FieldKind.INTEGER, required=True, most=200, unit="本",
            help="同一有效期的本数；只登记数量，不登记姓名",
        ),
        RegisterField(code="expires_on", label="有效期至", kind=FieldKind.DATE, expires=True, help="长期有效的不填"),
    ),
    rules=(
        RegisterRule(code="valid", label="没有过期的消控证", kind=RuleKind.NONE_EXPIRED, field="expires_on", category="fire.duty"),
    ),
    district_rules=certificate_rules,
    files=RegisterFiles(label="消控证扫描件", most=20, personal=True, checked_by="inspection:visit:conduct"),
)  # fmt: skip

REGISTERS = (FACILITY_REGISTER, CERTIFICATE_REGISTER)
