"""What may be done with official papers. A unit's people see the papers that were sent to it."""

from __future__ import annotations

from core.access.permissions import Permission, declare


class PaperPermission(Permission):
    READ = "paper:document:read"
    RECEIVE = "paper:document:receive"
    ISSUE = "paper:document:issue"
    TEMPLATE = "paper:template:write"


DECLARED = declare(
    PaperPermission,
    {
        PaperPermission.READ: ("查看公文", "发给本岗位所管单位的公文"),
        PaperPermission.RECEIVE: ("签收公文", "代表本单位签收收到的公文"),
        PaperPermission.ISSUE: ("制发公文", "按模板制发、编号、作废公文，查看签收情况"),
        PaperPermission.TEMPLATE: ("维护文书模板", "上传本区的文书模板、设置机关代字"),
    },
)
