"""Permissions of registers that packs declare; a plugin's register names its plugin's own."""

from __future__ import annotations

from core.access.permissions import Permission, declare


class RegisterPermission(Permission):
    READ = "register:entry:read"
    WRITE = "register:entry:write"


DECLARED = declare(
    RegisterPermission,
    {
        RegisterPermission.READ: ("查看本区台账", "区域包声明的各种台账及其规则"),
        RegisterPermission.WRITE: ("登记本区台账", "新增、修改、停用和恢复区域包所声明台账的条目"),
    },
)
