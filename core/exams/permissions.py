"""What may be done with exams and certificates. Everybody sits their own; results go no further than the leader and the bureau."""

from __future__ import annotations

from core.access.permissions import Permission, declare


class ExamPermission(Permission):
    TAKE = "exam:sitting:take"
    RESULTS = "exam:result:read"
    WRITE = "exam:bank:write"
    CERTIFICATES = "exam:certificate:read"
    CERTIFY = "exam:certificate:write"


DECLARED = declare(
    ExamPermission,
    {
        ExamPermission.TAKE: ("参加考试", "参加本人岗位的应知应会考核，查看本人的成绩"),
        ExamPermission.RESULTS: ("查看考试结果", "本岗位所管单位谁还没有通过、谁未达标；看不到答卷和分数"),
        ExamPermission.WRITE: ("维护题库和考试", "题目、考试、上岗条件的编写、发布和结束"),
        ExamPermission.CERTIFICATES: ("查看人员证书", "本岗位所管单位的证书种类和有效期；持证人和编号只有登记人能看"),
        ExamPermission.CERTIFY: ("登记人员证书", "本岗位所管单位人员的证书登记、更新"),
    },
)
