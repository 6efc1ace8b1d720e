"""What may be done with records. Whose records, the units of a post decide."""

from __future__ import annotations

from core.access.permissions import Permission, declare


class RecordPermission(Permission):
    READ = "record:entry:read"
    WRITE = "record:entry:write"
    INCIDENT_READ = "record:incident:read"
    INCIDENT_REPORT = "record:incident:report"


DECLARED = declare(
    RecordPermission,
    {
        RecordPermission.READ: ("查看工作记录", "本岗位所管单位的会议、培训、演练、值班、预案等记录"),
        RecordPermission.WRITE: ("填写工作记录", "为本单位（科室）记录会议、培训、演练、值班、预案，更正和作废"),
        RecordPermission.INCIDENT_READ: ("查看突发事件", "只给本单位负责人、安全干部和局里处置人员"),
        RecordPermission.INCIDENT_REPORT: ("报告突发事件", "首报、续报、终报"),
    },
)
