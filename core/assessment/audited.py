"""What the audit log says of the assessment, in words."""

from __future__ import annotations

from core.assessment.models import AssessmentRound
from core.audit.words import named
from core.hooks.meta import Audited

AUDITED = (
    Audited(
        "assessment_round", "考核",
        {
            "assessment_round.opened": "开始考核", "assessment_round.ordered": "安排计算考核结果", "assessment_round.computed": "计算考核结果", "assessment_round.announced": "公示考核结果",
            "assessment_round.published": "公布考核结果", "assessment_round.cancelled": "取消考核",
            "assessment_round.exempted": "免予参评", "assessment_round.readmitted": "恢复参评",
        },
        facts={
            "title": "名称", "changed": "变动的单位数", "left": "不再参评的单位数", "until": "申诉截止", "unit": "单位", "reason": "理由",
        },
        endpoint="assessment.round", argument="assessment_round_id", names=named(AssessmentRound.id, AssessmentRound.title),
    ),
    Audited(
        "assessment_appeal", "考核申诉",
        {
            "assessment_appeal.filed": "提出考核申诉", "assessment_appeal.upheld": "认定申诉成立并更正", "assessment_appeal.rejected": "认定申诉不成立",
        },
        facts={"item": "项目"}, endpoint="assessment.index",
    ),
    Audited(
        "indicator_entry", "指标填报", {"indicator_entry.typed": "填报指标"},
        facts={"indicator": "指标", "figure": "数值"},
        endpoint="assessment.indicators",
    ),
    Audited(
        "indicator", "指标", {"indicator.typed": "成表填报指标"}, facts={"indicator": "指标", "units": "填报的单位数", "as_of": "截至"},
        endpoint="assessment.indicator", argument="indicator_code",
    ),
)  # fmt: skip
