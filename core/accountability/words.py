"""Words of measures and states, in Chinese; translated where they are shown."""

from __future__ import annotations

from core.tenancy.packs.model import Measure, Sign

MEASURES: dict[str, str] = {
    Measure.TALK: "约谈", Measure.CIRCULAR: "通报", Measure.ORDER: "责令整改", Measure.LISTING: "挂牌督办", Measure.INSPECTION: "重点督查",
    Measure.INVESTIGATION: "查处", Measure.DISCIPLINE: "追责问责", Measure.VETO: "一票否决", Measure.EXTRA_HELP: "开小灶",
    Measure.ENFORCEMENT: "行政强制措施", Measure.EXPOSURE: "曝光", Measure.IMPROVEMENT: "完善制度措施",
}  # fmt: skip
OPEN, AWAITING, CLOSED, CANCELLED = "open", "awaiting", "closed", "cancelled"
STATES = {OPEN: "办理中", AWAITING: "待验收", CLOSED: "已办结", CANCELLED: "已撤销"}
TONES = {OPEN: "warn", AWAITING: "warn", CLOSED: "good", CANCELLED: "off"}
PROGRESS, ASKED, EXTENDED, ACCEPTED, REFUSED, ENDED, CALLED_OFF = (
    "progress", "asked", "extended", "accepted", "refused", "ended", "called_off",
)  # fmt: skip
STEPS = {
    PROGRESS: "报送进展", ASKED: "申请验收", EXTENDED: "延期", ACCEPTED: "验收通过", REFUSED: "验收不通过", ENDED: "办结", CALLED_OFF: "撤销",
}  # fmt: skip
SIGNS: dict[str, str] = {Sign.OVERDUE_HAZARDS: "逾期未整改的隐患", Sign.REOPENED_HAZARDS: "办结后再次出现的隐患"}
PLANNED, IN_FORCE, REPLACED = "planned", "in_force", "replaced"
RULE_STATES = {PLANNED: "拟建立", IN_FORCE: "已施行", REPLACED: "已废止"}
RULE_TONES = {PLANNED: "warn", IN_FORCE: "good", REPLACED: "off"}
