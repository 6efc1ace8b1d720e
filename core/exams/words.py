"""Words of exams. Chinese msgids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.tenancy.packs.model import Audience, CertificateKind, Pack, QuestionKind

KINDS: Mapping[str, str] = {
    QuestionKind.SINGLE: "单选题",
    QuestionKind.MULTIPLE: "多选题",
    QuestionKind.TRUE_FALSE: "判断题",
}
AUDIENCES: Mapping[str, str] = {
    Audience.HEAD: "学校负责人", Audience.SAFETY: "安全管理人员", Audience.TEACHING: "教育教学人员", Audience.LOGISTICS: "后勤人员",
    Audience.GUARDS: "安保人员", Audience.LABORATORY: "实验室人员", Audience.FINANCE: "财会人员", Audience.PROPERTY: "物业人员",
    Audience.CANTEEN: "食堂从业人员",
}  # fmt: skip
CERTIFICATES: Mapping[str, str] = {
    CertificateKind.HEALTH: "健康证明", CertificateKind.GUARD: "保安员证", CertificateKind.FOOD_SAFETY: "食品安全管理员证",
    CertificateKind.SPECIAL_EQUIPMENT: "特种设备作业人员证", CertificateKind.ELECTRICIAN: "电工作业证", CertificateKind.BUS_DRIVER: "校车驾驶资格",
    CertificateKind.TEACHER: "教师资格证", CertificateKind.OTHER: "其他证书",
}  # fmt: skip
TRUE_FALSE = (("A", "正确"), ("B", "错误"))
"""The options of a 判断题."""

DRAFT, OPEN, CLOSED = "draft", "open", "closed"
STATES: Mapping[str, str] = {DRAFT: "未开始", OPEN: "进行中", CLOSED: "已结束"}
TONES: Mapping[str, str] = {DRAFT: "off", OPEN: "good", CLOSED: "off"}

RUNNING, SUBMITTED, TIMED_OUT = "running", "submitted", "timed_out"

PASSED, FAILED, BEGUN, NOT_YET, EXPIRED = "passed", "failed", "begun", "not_yet", "expired"
STANDINGS: Mapping[str, str] = {
    PASSED: "考试通过", FAILED: "未通过", BEGUN: "正在考", NOT_YET: "还没考", EXPIRED: "已过有效期",
}  # fmt: skip
STANDING_TONES: Mapping[str, str] = {PASSED: "good", FAILED: "bad", BEGUN: "warn", NOT_YET: "warn", EXPIRED: "bad"}


def source_in_words(pack: Pack | None, clauses: Sequence[str], law: str) -> str:
    """Where a question comes from, as a person reads it: the sentence of the notice, and the law."""
    quotes = pack.quotes(clauses) if pack is not None else {}
    parts = [f"“{quotes[code]}”（{code}）" if code in quotes else code for code in clauses]
    return "；".join([*parts, *([law] if law else [])])
