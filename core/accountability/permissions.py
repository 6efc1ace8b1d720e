"""What may be done with matters of accountability and with the list of rules. A unit's people see those of their own unit."""

from __future__ import annotations

from core.access.permissions import Permission, declare


class AccountabilityPermission(Permission):
    READ = "accountability:matter:read"
    ANSWER = "accountability:matter:answer"
    WRITE = "accountability:matter:write"
    RULE = "accountability:rule:write"


DECLARED = declare(
    AccountabilityPermission,
    {
        AccountabilityPermission.READ: ("查看问责与两个清单", "本岗位所管单位的约谈、通报、挂牌督办等事项和制度措施；只有事项和人数，没有个人名单"),
        AccountabilityPermission.ANSWER: ("办理督办事项", "代表本单位报送进展、申请验收"),
        AccountabilityPermission.WRITE: ("作出问责事项", "约谈、通报、挂牌督办、问责等事项的作出、延期、验收、办结"),
        AccountabilityPermission.RULE: ("维护制度措施清单", "登记、更新本岗位所管单位的制度措施"),
    },
)  # fmt: skip
