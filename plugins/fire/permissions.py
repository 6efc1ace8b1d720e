"""Permissions of fire safety. Hazards themselves are moved with the hazard permissions."""

from __future__ import annotations

from core.sdk.domain import Permission, declare


class FirePermission(Permission):
    FACILITY_READ = "fire:facility:read"
    FACILITY_WRITE = "fire:facility:write"
    ACCEPTANCE_READ = "fire:acceptance:read"
    ACCEPTANCE_WRITE = "fire:acceptance:write"
    PATROL_READ = "fire:patrol:read"
    PATROL_WRITE = "fire:patrol:write"


DECLARED = declare(
    FirePermission,
    {
        FirePermission.FACILITY_READ: ("查看重点部位与消防设施", "消防总览、重点部位、设施器材、消控证数量"),
        FirePermission.FACILITY_WRITE: (
            "登记重点部位与消防设施",
            "增改重点部位、设施数量与检测日期、消控证数量，登记全员培训",
        ),
        FirePermission.ACCEPTANCE_READ: ("查看消防验收台账", "各建筑的验收或备案状态和办理进度"),
        FirePermission.ACCEPTANCE_WRITE: ("办理消防验收台账", "登记未通过原因、选择补办或第三方评估、记录每一步和文书"),
        FirePermission.PATROL_READ: ("查看防火巡查记录", "巡查记录和漏查情况"),
        FirePermission.PATROL_WRITE: ("做防火巡查", "记录巡查结果，发现问题时登记为隐患"),
    },
)
