"""What the audit log says of records, in words. Of an incident the log tells its number, never what happened."""

from __future__ import annotations

from core.audit.words import named
from core.hooks.meta import Audited
from core.records.models import DutyShift, EmergencyPlan, Incident, Record

AUDITED = (
    Audited(
        "record", "工作记录",
        {
            "record.held": "记录工作", "record.corrected": "更正记录", "record.struck": "作废记录", "record.planned": "制定演练计划",
            "record.started": "演练开始", "record.stopped": "演练结束", "record.counted": "清点人数", "record.found": "演练发现问题",
            "record.reported": "演练发现登记为隐患", "record.imported": "导入记录", "record.taken_back": "撤销导入的记录",
        },
        facts={
            "kind": "种类", "held_on": "日期", "reason": "理由", "no": "第几版", "seconds": "用时（秒）", "missing": "未到人数", "rows": "行数",
        },
        endpoint="records.record", argument="record_id", names=named(Record.id, Record.title),
    ),
    Audited(
        "incident", "突发事件",
        {"incident.first": "首报", "incident.further": "续报", "incident.final": "终报"},
        facts={"no": "第几报", "grade": "等级", "late": "超时"}, endpoint="records.incident", argument="incident_id",
        names=named(Incident.id, Incident.no),
    ),
    Audited(
        "duty_shift", "值班",
        {
            "duty_shift.planned": "排班", "duty_shift.cancelled": "取消值班", "duty_shift.handed_over": "交班", "duty_shift.taken_over": "接班",
        },
        facts={"on_date": "日期", "reason": "理由"}, endpoint="records.duty", names=named(DutyShift.id, DutyShift.on_date),
    ),
    Audited(
        "emergency_plan", "应急预案",
        {
            "emergency_plan.issued": "印发应急预案", "emergency_plan.revised": "修订应急预案", "emergency_plan.reviewed": "复审应急预案",
            "emergency_plan.retired": "废止应急预案",
        },
        facts={"no": "第几版", "reason": "理由", "review_on": "下次复审"}, endpoint="records.plan", argument="plan_id",
        names=named(EmergencyPlan.id, EmergencyPlan.title),
    ),
)  # fmt: skip
