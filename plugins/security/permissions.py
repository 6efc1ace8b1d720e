"""Permissions of this domain. What can be done with its hazards is decided by the hazard permissions."""

from __future__ import annotations

from core.sdk.domain import Permission, declare


class SecurityPermission(Permission):
    OVERVIEW_READ = "security:overview:read"


DECLARED = declare(
    SecurityPermission,
    {SecurityPermission.OVERVIEW_READ: ("查看治安防范总览", "看到本领域隐患的数量和趋势，不含具体内容")},
)
