"""What the audit log asks permission for."""

from __future__ import annotations

from core.access.permissions import Permission, declare


class AuditPermission(Permission):
    READ = "audit:log:read"


DECLARED = declare(
    AuditPermission,
    {AuditPermission.READ: ("查看审计日志", "日志写明谁在何时做了什么，只给负责监督的人看")},
)
