"""What must hold of buildings in one district: what the law says everywhere, and what its own notice says.

A rule that rests on a notice alone is asked only where that notice is: its clause must be in the district's pack. A rule
that rests on the law is asked everywhere and names the district's clause too where there is one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.sdk.domain import Pack, Phrase, TenantSession, pack_in_force
from core.sdk.registers import OrgKind, RegisterCondition, RegisterRule, RuleKind
from plugins.buildings.words import POINTS

CAMPUSES = (OrgKind.SCHOOL, OrgKind.KINDERGARTEN)
CATEGORY_OF_POINT = {
    "low_ground": "buildings.low_ground",
    "garage": "buildings.garage",
    "subsidence": "buildings.subsidence",
    "river_bank": "buildings.slope",
    "landslide": "buildings.slope",
    "geological": "buildings.slope",
    "lightning": "buildings.lightning",
}
CLAUSES_OF_POINT = {
    "low_ground": ("WJ-2.9-15", "SIP-2.9-08"),
    "garage": ("WJ-2.9-16",),
    "subsidence": ("WJ-2.9-17", "SIP-2.9-08"),
    "river_bank": ("WJ-2.9-18",),
    "landslide": ("SIP-2.9-08",),
    "geological": ("SIP-2.9-08",),
    "lightning": ("WJ-2.9-19", "SIP-2.9-08"),
}

BUILDINGS = (
    RegisterRule(
        code="counted", label="每个学校的校舍都已登记", kind=RuleKind.AT_LEAST, at_least=1, below=True, lapsed=True, kinds=CAMPUSES,
        category="buildings.use", clauses=("WJ-2.9-07", "SIP-2.9-03"),
    ),
    RegisterRule(
        code="owned", label="每栋校舍都写明所有权人", kind=RuleKind.MATCHES, must=(RegisterCondition(field="owner", filled=True),),
        category="buildings.use", clauses=("WJ-2.9-08", "SIP-2.9-04"),
    ),
    RegisterRule(
        code="closed", label="D级危房已停用封闭", kind=RuleKind.MATCHES, category="buildings.structure",
        where=(RegisterCondition(field="appraisal_grade", among=("D",)),), must=(RegisterCondition(field="in_use", among=("false",)),),
        note="教育法第七十三条；危险房屋鉴定标准JGJ 125",
    ),
    RegisterRule(
        code="treated", label="C级危房写明危险部位和已采取的措施", kind=RuleKind.MATCHES, category="buildings.structure",
        where=(RegisterCondition(field="appraisal_grade", among=("C",)), RegisterCondition(field="in_use", among=("true",))),
        must=(RegisterCondition(field="dangerous_parts", filled=True),), note="教育法第七十三条；危险房屋鉴定标准JGJ 125",
    ),
    RegisterRule(
        code="appraised", label="没有鉴定过期的在用校舍", kind=RuleKind.NONE_EXPIRED, field="appraised_until",
        where=(RegisterCondition(field="in_use", among=("true",)),), category="buildings.structure", clauses=("WJ-2.9-07", "SIP-2.9-03"),
    ),
    RegisterRule(
        code="lightning", label="防雷装置每年检测一次", kind=RuleKind.FRESH_WITHIN, field="lightning_tested_on", days=366,
        where=(RegisterCondition(field="lightning_protected", among=("true",)),), category="buildings.lightning",
        note="防雷减灾管理办法第十九条",
    ),
)  # fmt: skip
EQUIPMENT = (
    RegisterRule(
        code="inspected", label="在用特种设备没有超过检验日期的", kind=RuleKind.NONE_EXPIRED, field="next_inspection_on",
        where=(RegisterCondition(field="in_use", among=("true",)),), category="buildings.equipment",
        clauses=("WJ-2.9-12", "SIP-2.9-06"), note="特种设备安全法第四十条",
    ),
    RegisterRule(
        code="dated", label="在用特种设备都有下次检验日期", kind=RuleKind.MATCHES, category="buildings.equipment",
        where=(RegisterCondition(field="in_use", among=("true",)),), must=(RegisterCondition(field="next_inspection_on", filled=True),),
        clauses=("WJ-2.9-12", "SIP-2.9-06"), note="特种设备安全法第四十条",
    ),
    RegisterRule(
        code="registered", label="在用特种设备都有使用登记证", kind=RuleKind.MATCHES, category="buildings.equipment",
        where=(RegisterCondition(field="in_use", among=("true",)),), must=(RegisterCondition(field="registration_no", filled=True),),
        note="特种设备安全法第三十三条",
    ),
)  # fmt: skip
POINT_RULES = tuple(
    RegisterRule(
        code=f"{kind}_guarded", label=Phrase("%(kind)s都有预防措施", kind=word), kind=RuleKind.MATCHES, category=CATEGORY_OF_POINT[kind],
        where=(RegisterCondition(field="kind", among=(kind,)),), must=(RegisterCondition(field="measures", filled=True),),
        clauses=CLAUSES_OF_POINT[kind],
    )
    for kind, word in POINTS.items()
)  # fmt: skip
SITES = (
    RegisterRule(
        code="fenced", label="在建项目都已施工隔离", kind=RuleKind.MATCHES, must=(RegisterCondition(field="fenced", among=("true",)),),
        category="buildings.site", clauses=("WJ-2.9-20", "SIP-2.9-09"), note="建筑法第三十九条",
    ),
    RegisterRule(
        code="permitted", label="在建项目都有施工许可证", kind=RuleKind.MATCHES, must=(RegisterCondition(field="permit_no", filled=True),),
        category="buildings.site", confirm=True, note="建筑法第七条；限额以下的小型工程除外，是否须取得由本区确认",
    ),
)  # fmt: skip


def building_rules(session: TenantSession) -> Sequence[RegisterRule]:
    return asked(pack_in_force(session), BUILDINGS)


def equipment_rules(session: TenantSession) -> Sequence[RegisterRule]:
    return asked(pack_in_force(session), EQUIPMENT)


def point_rules(session: TenantSession) -> Sequence[RegisterRule]:
    return asked(pack_in_force(session), POINT_RULES)


def site_rules(session: TenantSession) -> Sequence[RegisterRule]:
    return asked(pack_in_force(session), SITES)


def asked(pack: Pack | None, rules: Sequence[RegisterRule]) -> tuple[RegisterRule, ...]:
    """Those that the law or this district's notice asks for, each with the clauses of this district only. Pure."""
    known = {clause.id for clause in pack.clauses} if pack is not None else set()
    own = (replace(rule, clauses=tuple(code for code in rule.clauses if code in known)) for rule in rules)
    return tuple(rule for rule in own if rule.clauses or rule.note)
