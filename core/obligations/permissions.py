"""What may be done with obligations."""

from __future__ import annotations

from core.access.permissions import Permission, declare


class ObligationPermission(Permission):
    READ = "obligation:due:read"
    NUMBER_WRITE = "obligation:number:write"


DECLARED = declare(
    ObligationPermission,
    {
        ObligationPermission.READ: ("查看义务日历", "看到本岗位所管单位应做事项的到期日、依据和完成情况"),
        ObligationPermission.NUMBER_WRITE: ("填写本单位数", "填写“8+n”一类要求中由单位自己确定的数"),
    },
)
