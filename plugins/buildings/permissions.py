"""Permissions of this domain. What can be done with its hazards is decided by the hazard permissions."""

from __future__ import annotations

from core.sdk.domain import Permission, declare


class BuildingsPermission(Permission):
    OVERVIEW_READ = "buildings:overview:read"
    LEDGER_READ = "buildings:ledger:read"
    LEDGER_WRITE = "buildings:ledger:write"


DECLARED = declare(
    BuildingsPermission,
    {
        BuildingsPermission.OVERVIEW_READ: ("查看校舍与设施总览", "看到本领域隐患的数量和趋势，不含具体内容"),
        BuildingsPermission.LEDGER_READ: ("查看校舍与设施台账", "校舍、特种设备、易受灾部位和在建项目"),
        BuildingsPermission.LEDGER_WRITE: ("登记校舍与设施", "新增、修改、停用校舍、特种设备、易受灾部位和在建项目"),
    },
)
