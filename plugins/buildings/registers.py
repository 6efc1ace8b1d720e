"""The four registers of buildings: 校舍台账, 特种设备, 天气易致险部位, 在建项目. What is derived from them, core does."""

from __future__ import annotations

from core.sdk.registers import FieldKind, Register, RegisterField, RegisterFiles, choices
from plugins.buildings.models import Building, Equipment, Site, WeakPoint
from plugins.buildings.permissions import BuildingsPermission
from plugins.buildings.rules import building_rules, equipment_rules, point_rules, site_rules
from plugins.buildings.words import EQUIPMENT, GRADES, POINTS, SEISMIC, STRUCTURES, USES

READ, WRITE = BuildingsPermission.LEDGER_READ, BuildingsPermission.LEDGER_WRITE

BUILDING_REGISTER = Register(
    slug="buildings_buildings",
    title="校舍台账",
    model=Building,
    domain="buildings",
    icon="building",
    read=READ,
    write=WRITE,
    named_by=("name",),
    fields=(
        RegisterField(code="name", label="校舍名称", required=True, most=60, help="例如：一号教学楼"),
        RegisterField(code="use", label="用途", kind=FieldKind.CHOICE, choices=choices(USES), required=True),
        RegisterField(code="in_use", label="正在使用", kind=FieldKind.BOOLEAN, help="停用封闭的不勾选"),
        RegisterField(code="structure", label="结构类型", kind=FieldKind.CHOICE, choices=choices(STRUCTURES)),
        RegisterField(code="storeys", label="地上层数", kind=FieldKind.INTEGER, least=1, most=200, unit="层"),
        RegisterField(
            code="basements", label="地下层数", kind=FieldKind.INTEGER, least=0, most=20, unit="层", listed=False
        ),
        RegisterField(code="area", label="建筑面积", kind=FieldKind.INTEGER, least=1, most=1_000_000, unit="平方米"),
        RegisterField(code="built_year", label="建成年份", kind=FieldKind.INTEGER, least=1800, most=2200, year=True),
        RegisterField(
            code="owner", label="所有权人", most=80, listed=False, help="填单位；所有权人承担使用安全主体责任"
        ),
        RegisterField(
            code="seismic", label="抗震设防烈度", kind=FieldKind.CHOICE, choices=choices(SEISMIC), listed=False
        ),
        RegisterField(code="appraisal_grade", label="安全鉴定等级", kind=FieldKind.CHOICE, choices=choices(GRADES)),
        RegisterField(code="appraised_on", label="鉴定日期", kind=FieldKind.DATE, past=True, listed=False),
        RegisterField(
            code="appraised_until", label="鉴定有效期至", kind=FieldKind.DATE, expires=True, after="appraised_on"
        ),
        RegisterField(
            code="dangerous_parts",
            label="危险部位及措施",
            kind=FieldKind.NOTE,
            listed=False,
            help="部位、危险情况、已采取的措施",
        ),
        RegisterField(
            code="irregular", label="违建、改结构或改用途情况", kind=FieldKind.NOTE, listed=False, help="没有则不填"
        ),
        RegisterField(code="lightning_protected", label="设有防雷装置", kind=FieldKind.BOOLEAN, listed=False),
        RegisterField(code="lightning_tested_on", label="防雷检测日期", kind=FieldKind.DATE, past=True, listed=False),
        RegisterField(
            code="lightning_until",
            label="防雷检测有效期至",
            kind=FieldKind.DATE,
            expires=True,
            after="lightning_tested_on",
        ),
    ),
    district_rules=building_rules,
)

EQUIPMENT_REGISTER = Register(
    slug="buildings_equipment",
    title="特种设备台账",
    model=Equipment,
    domain="buildings",
    icon="settings",
    read=READ,
    write=WRITE,
    named_by=("kind", "name"),
    fields=(
        RegisterField(code="kind", label="种类", kind=FieldKind.CHOICE, choices=choices(EQUIPMENT), required=True),
        RegisterField(code="name", label="名称", required=True, most=60, help="例如：综合楼东侧电梯"),
        RegisterField(code="building_id", label="所在校舍", kind=FieldKind.ENTRY, to="buildings_buildings"),
        RegisterField(code="registration_no", label="使用登记证编号", most=60),
        RegisterField(code="inspected_on", label="上次检验日期", kind=FieldKind.DATE, past=True),
        RegisterField(
            code="next_inspection_on", label="下次检验日期", kind=FieldKind.DATE, expires=True, after="inspected_on"
        ),
        RegisterField(code="maintainer", label="维保单位", most=80),
        RegisterField(code="in_use", label="正在使用", kind=FieldKind.BOOLEAN),
    ),
    district_rules=equipment_rules,
    files=RegisterFiles(label="使用登记证、检验报告扫描件", most=6),
)

POINT_REGISTER = Register(
    slug="buildings_points",
    title="易受灾部位台账",
    model=WeakPoint,
    domain="buildings",
    icon="alert-triangle",
    read=READ,
    write=WRITE,
    named_by=("kind", "spot"),
    fields=(
        RegisterField(code="kind", label="类别", kind=FieldKind.CHOICE, choices=choices(POINTS), required=True),
        RegisterField(code="spot", label="位置", required=True, most=80),
        RegisterField(code="measures", label="预防措施", kind=FieldKind.NOTE),
        RegisterField(code="responsible_post", label="责任岗位", most=60, help="填岗位，不填姓名"),
        RegisterField(code="checked_on", label="最近检查日期", kind=FieldKind.DATE, past=True),
    ),
    district_rules=point_rules,
)

SITE_REGISTER = Register(
    slug="buildings_sites",
    title="在建项目台账",
    model=Site,
    domain="buildings",
    icon="tools",
    read=READ,
    write=WRITE,
    named_by=("name",),
    fields=(
        RegisterField(code="name", label="项目名称", required=True, most=80),
        RegisterField(code="contractor", label="施工单位", most=80),
        RegisterField(code="permit_no", label="施工许可证编号", most=80),
        RegisterField(code="starts_on", label="开工日期", kind=FieldKind.DATE),
        RegisterField(code="ends_on", label="计划竣工日期", kind=FieldKind.DATE, after="starts_on"),
        RegisterField(code="fenced", label="已施工隔离", kind=FieldKind.BOOLEAN, help="与师生活动区域封闭隔离"),
        RegisterField(code="own_entrance", label="施工出入口单独设置", kind=FieldKind.BOOLEAN, listed=False),
        RegisterField(code="measures", label="安全措施", kind=FieldKind.NOTE, listed=False),
    ),
    district_rules=site_rules,
)

REGISTERS = (BUILDING_REGISTER, EQUIPMENT_REGISTER, POINT_REGISTER, SITE_REGISTER)
