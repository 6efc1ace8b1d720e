"""What may be done with accounts, appointments and API tokens."""

from __future__ import annotations

from core.access.permissions import Permission, declare


class PersonPermission(Permission):
    ACCOUNT_READ = "person:account:read"
    ACCOUNT_WRITE = "person:account:write"
    ROLE_GRANT = "person:role:grant"


class TokenPermission(Permission):
    KEY_WRITE = "token:key:write"


DECLARED = declare(
    PersonPermission,
    {
        PersonPermission.ACCOUNT_READ: ("查看用户", "查看在辖内任职的用户及其岗位"),
        PersonPermission.ACCOUNT_WRITE: ("维护用户", "新增、修改、停用用户，发放一次性密码"),
        PersonPermission.ROLE_GRANT: ("任免岗位", "在辖内任免岗位；不能授予自己在该单位没有的权限"),
    },
) + declare(
    TokenPermission,
    {TokenPermission.KEY_WRITE: ("管理接口令牌", "为自己发放和收回程序用的令牌，权限不超过本人")},
)
