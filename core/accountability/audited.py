"""What the audit log says of accountability, in words."""

from __future__ import annotations

from core.accountability.models import Matter, SafetyRule
from core.audit.words import named
from core.hooks.meta import Audited

AUDITED = (
    Audited(
        "accountability_matter", "问责事项",
        {
            "accountability_matter.decided": "作出问责事项", "accountability_matter.progress": "报送督办进展", "accountability_matter.asked": "申请验收",
            "accountability_matter.extended": "督办延期", "accountability_matter.accepted": "验收通过", "accountability_matter.refused": "验收不通过",
            "accountability_matter.ended": "办结问责事项", "accountability_matter.called_off": "撤销问责事项",
        },
        facts={"no": "编号", "measure": "措施", "unit": "单位"},
        endpoint="accountability.matter", argument="matter_id", names=named(Matter.id, Matter.title),
    ),
    Audited(
        "safety_rule", "制度措施",
        {"safety_rule.added": "列入制度措施清单", "safety_rule.changed": "更新制度措施", "safety_rule.replaced": "废止制度措施"},
        facts={"title": "名称", "state": "状态"},
        endpoint="accountability.rule", argument="rule_id", names=named(SafetyRule.id, SafetyRule.title),
    ),
)  # fmt: skip
