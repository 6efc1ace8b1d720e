"""Who sees indicators and results, who assesses, who appeals, who decides on appeals. A unit's people see their own unit."""

from __future__ import annotations

from core.access.permissions import Permission, declare


class AssessmentPermission(Permission):
    READ = "assessment:sheet:read"
    APPEAL = "assessment:sheet:appeal"
    WRITE = "assessment:round:write"
    DECIDE = "assessment:appeal:decide"


DECLARED = declare(
    AssessmentPermission,
    {
        AssessmentPermission.READ: (
            "查看指标和考核",
            "本岗位所管单位的指标、考核结果和每一分背后的事实；单位只看本单位",
        ),
        AssessmentPermission.APPEAL: ("提出考核申诉", "公示期内代表本单位提出申诉"),
        AssessmentPermission.WRITE: ("组织考核", "开始考核、确定分值、计算、公示、公布，填报平台没有事实的指标"),
        AssessmentPermission.DECIDE: ("处理考核申诉", "对申诉作出决定；提出申诉的人和公示结果的人不能处理"),
    },
)
