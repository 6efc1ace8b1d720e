"""What may be done with a campaign. Which units, the posts decide."""

from __future__ import annotations

from core.access.permissions import Permission, declare


class CampaignPermission(Permission):
    READ = "campaign:plan:read"
    REPORT = "campaign:task:report"
    SIGN = "campaign:task:sign"
    WRITE = "campaign:task:write"
    GATE = "campaign:gate:confirm"
    LETTER_WRITE = "campaign:letter:write"
    LETTER_SIGN = "campaign:letter:sign"
    SCHEME_SUBMIT = "campaign:scheme:submit"
    SCHEME_REVIEW = "campaign:scheme:review"


DECLARED = declare(
    CampaignPermission,
    {
        CampaignPermission.READ: ("查看专项行动", "行动阶段、任务分解、责任分工，以及本岗位所管单位的办理情况"),
        CampaignPermission.REPORT: ("办结任务", "填报本岗位所管单位的任务完成情况并上传佐证"),
        CampaignPermission.SIGN: ("签认任务", "对他人填报、需要签认的任务签认或退回"),
        CampaignPermission.WRITE: ("编排任务", "增加本区任务，指定责任处室和参与处室，重新打开任务"),
        CampaignPermission.GATE: ("确认阶段要求", "确认或撤回阶段结束前必须做到的事项"),
        CampaignPermission.LETTER_WRITE: ("制发责任书", "编写责任书文本，选定由哪些岗位签订"),
        CampaignPermission.LETTER_SIGN: ("签订责任书", "签订发给本人岗位的责任书"),
        CampaignPermission.SCHEME_SUBMIT: ("报送实施方案", "报送本单位的专项行动实施方案"),
        CampaignPermission.SCHEME_REVIEW: ("审核实施方案", "接收学校实施方案，或写明理由退回"),
    },
)
