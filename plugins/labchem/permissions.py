"""Permissions of this domain. What can be done with its hazards is decided by the hazard permissions."""

from __future__ import annotations

from core.sdk.domain import Permission, declare


class LabchemPermission(Permission):
    OVERVIEW_READ = "labchem:overview:read"


DECLARED = declare(
    LabchemPermission,
    {LabchemPermission.OVERVIEW_READ: ("查看实验室与危化品总览", "看到本领域隐患的数量和趋势，不含具体内容")},
)
