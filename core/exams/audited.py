"""What the audit log says of exams, in words. Marks and answers are never in it."""

from __future__ import annotations

from core.audit.words import named
from core.exams.models import BankQuestion, Exam
from core.hooks.meta import Audited

AUDITED = (
    Audited(
        "exam_question", "题目",
        {
            "exam_question.written": "新增题目", "exam_question.changed": "修改题目", "exam_question.retired": "停用题目",
            "exam_question.restored": "恢复题目", "exam_question.taken": "采用区域包的题目和考试", "exam_question.imported": "导入题目",
            "exam_question.taken_back": "撤销导入的题目",
        },
        facts={"kind": "题型", "questions": "题数", "exams": "考试数", "rows": "行数"},
        endpoint="exams.questions", names=named(BankQuestion.id, BankQuestion.stem),
    ),
    Audited(
        "exam", "应知应会考核",
        {
            "exam.drafted": "新建考试", "exam.changed": "修改考试", "exam.opened": "开始考试", "exam.closed": "结束考试",
            "exam.dropped": "删除考试草稿",
        },
        facts={"title": "名称"}, endpoint="exams.results", argument="exam_id", names=named(Exam.id, Exam.title),
    ),
    Audited(
        "exam_sitting", "答卷", {"exam_sitting.begun": "开始答卷", "exam_sitting.marked": "交卷"},
        facts={"exam": "考试", "no": "第几次"},
    ),
    Audited(
        "post_qualification", "上岗条件",
        {"post_qualification.asked": "增加上岗条件", "post_qualification.ended": "取消上岗条件"},
        facts={"post": "岗位", "exam": "考试", "certificate": "证书"}, endpoint="exams.standing",
    ),
)  # fmt: skip
