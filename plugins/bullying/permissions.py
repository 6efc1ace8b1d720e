"""Permissions of this domain. What can be done with its hazards is decided by the hazard permissions."""

from __future__ import annotations

from core.sdk.domain import Permission, declare


class BullyingPermission(Permission):
    OVERVIEW_READ = "bullying:overview:read"


DECLARED = declare(
    BullyingPermission,
    {BullyingPermission.OVERVIEW_READ: ("查看欺凌防治总览", "看到本领域隐患的数量和趋势，不含具体内容")},
)
