"""Permissions of this domain. What can be done with its hazards is decided by the hazard permissions."""

from __future__ import annotations

from core.sdk.domain import Permission, declare


class BuildingsPermission(Permission):
    OVERVIEW_READ = "buildings:overview:read"


DECLARED = declare(
    BuildingsPermission,
    {BuildingsPermission.OVERVIEW_READ: ("查看校舍与设施总览", "看到本领域隐患的数量和趋势，不含具体内容")},
)
