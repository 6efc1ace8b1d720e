"""Permissions of this domain. What can be done with its hazards is decided by the hazard permissions."""

from __future__ import annotations

from core.sdk.domain import Permission, declare


class DrowningPermission(Permission):
    OVERVIEW_READ = "drowning:overview:read"


DECLARED = declare(
    DrowningPermission,
    {DrowningPermission.OVERVIEW_READ: ("查看防溺水总览", "看到本领域隐患的数量和趋势，不含具体内容")},
)
