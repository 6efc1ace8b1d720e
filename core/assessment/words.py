"""Words of indicators and assessment, in Chinese; translated where they are shown."""

from __future__ import annotations

from core.tenancy.packs.model import Goal, Measured

DRAFT, ANNOUNCED, PUBLISHED, CANCELLED = "draft", "announced", "published", "cancelled"
ROUND_STATES = {DRAFT: "编制中", ANNOUNCED: "公示中", PUBLISHED: "已公布", CANCELLED: "已取消"}
ROUND_TONES = {DRAFT: "warn", ANNOUNCED: "warn", PUBLISHED: "good", CANCELLED: "off"}
OPEN, UPHELD, REJECTED = "open", "upheld", "rejected"
APPEAL_STATES = {OPEN: "待处理", UPHELD: "申诉成立", REJECTED: "申诉不成立"}
APPEAL_TONES = {OPEN: "warn", UPHELD: "good", REJECTED: "off"}
COMPUTED, CORRECTED = "computed", "corrected"
VERSION_KINDS = {COMPUTED: "按事实计算", CORRECTED: "申诉后更正"}
CLOSED, SCOPE, EXEMPTED = "closed", "scope", "exempted"
LEAVINGS = {CLOSED: "单位已停办", SCOPE: "不再属于考核范围", EXEMPTED: "免予参评"}
"""Why a unit no longer takes part (不再参评)."""
SOURCES: dict[str, str] = {
    Measured.DUTIES: "义务完成情况", Measured.REPORTS: "报送是否及时", Measured.HAZARDS_CLOSED: "隐患台账：办结", Measured.HAZARDS_ON_TIME: "隐患台账：按时整改",
    Measured.HAZARDS_OPEN: "隐患台账：未办结", Measured.HAZARDS_REPEATED: "隐患台账：重复出现", Measured.VISITED: "检查记录", Measured.HELD: "工作记录",
    Measured.INCIDENTS: "事故和突发事件", Measured.DEATHS: "事故和突发事件：死亡", Measured.INJURED: "事故和突发事件：受伤", Measured.LETTERS: "责任书签订",
    Measured.MATTERS: "问责事项", Measured.TYPED: "考核人填报",
}  # fmt: skip
GOALS: dict[str, str] = {Goal.NONE: "没有目标", Goal.FALLING: "比往年下降"}
"""Those that say no number; the others are said with theirs."""
REACHED, MISSED, UNKNOWN, NOTHING, UNJUDGED = "reached", "missed", "unknown", "nothing", "unjudged"
VERDICTS = {REACHED: "达到", MISSED: "未达到", UNKNOWN: "待填报", NOTHING: "没有这类事项", UNJUDGED: "没有目标"}
VERDICT_TONES = {REACHED: "good", MISSED: "bad", UNKNOWN: "warn", NOTHING: "off", UNJUDGED: "off"}
