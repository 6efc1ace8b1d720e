"""What the audit log says of campaigns, in words."""

from __future__ import annotations

from collections.abc import Mapping

from core.audit.words import named
from core.campaigns.models import GateConfirmation, Letter, Scheme
from core.campaigns.queries.board import plan_of
from core.db.sessions import TenantSession
from core.hooks.meta import Audited
from core.tenancy import shelf


def _tasks(session: TenantSession, ids: frozenset[str]) -> Mapping[str, str]:
    pack = shelf.current(session)
    if pack is None:
        return {}
    names = {task.code: task.label for task in plan_of(session, pack, withdrawn=True)}
    names.update({f"main:{own.code}": own.label for own in pack.main_tasks})
    return {code: names[code] for code in ids if code in names}


AUDITED = (
    Audited(
        "task", "任务",
        {
            "task.reported": "填报任务完成", "task.signed": "签认任务", "task.returned": "退回任务", "task.reopened": "重新打开任务",
            "task.added": "增加任务", "task.withdrawn": "撤下任务", "task.assigned": "指定责任处室",
        },
        facts={
            "done_on": "完成日期", "files": "附件", "reason": "理由", "title": "名称", "responsible": "责任处室", "participating": "参与处室",
        },
        endpoint="campaigns.task", argument="task_code", names=_tasks,
    ),
    Audited(
        "phase_gate", "阶段要求", {"phase_gate.confirmed": "确认阶段要求", "phase_gate.withdrawn": "撤回阶段要求的确认"},
        facts={"gate": "要求", "reason": "说明"}, names=named(GateConfirmation.id, GateConfirmation.gate),
    ),
    Audited(
        "responsibility_letter", "责任书",
        {"responsibility_letter.issued": "制发责任书", "responsibility_letter.signed": "签订责任书"},
        facts={"no": "版本", "posts": "签订岗位"}, endpoint="campaigns.letter", argument="letter_id", names=named(Letter.id, Letter.title),
    ),
    Audited(
        "campaign_scheme", "实施方案",
        {
            "campaign_scheme.submitted": "报送实施方案", "campaign_scheme.accepted": "实施方案审核通过",
            "campaign_scheme.returned": "退回实施方案",
        },
        facts={"times": "次数", "reason": "理由"}, names=named(Scheme.id, Scheme.title),
    ),
)  # fmt: skip
