"""Questions can be answered, exams can be drawn, qualifications name what there is; each names its source."""

from __future__ import annotations

from core.tenancy.packs.checks.report import Report, check
from core.tenancy.packs.model import Pack, Question, QuestionKind

EXAM = "exam"
"""Activity of obligations that passed exams count for; their topics are exams of the pack."""


@check("questions", "domains")
def questions(pack: Pack, report: Report) -> None:
    """Codes, domains, sources, and exactly one right answer where one is asked for."""
    report.codes(("questions",), pack.questions)
    domains = frozenset(domain.code for domain in pack.domains)
    for index, question in enumerate(pack.questions):
        path = ("questions", index)
        report.one((*path, "domain"), question.domain, domains, "领域", "no-such-domain")
        report.codes((*path, "choices"), question.choices)
        if not question.clauses and not question.law:
            report.fault(path, "no-source", "题目没有写明出处", "在 clauses 写明条款，或在 law 写明法律和条文")
        if wrong := answer_fault(question):
            report.fault(path, "no-answer", f"题目 {question.code} 的答案不成立", wrong)


def answer_fault(question: Question) -> str:
    """What would be right; empty: the question can be answered."""
    right = sum(choice.right for choice in question.choices)
    if question.kind is QuestionKind.TRUE_FALSE:
        return "写 answer: true 或 false，不写 choices" if question.answer is None or question.choices else ""
    if question.answer is not None or not 2 <= len(question.choices) <= 6:
        return "写二到六个 choices，不写 answer"
    if question.kind is QuestionKind.SINGLE:
        return "" if right == 1 else "恰好一个选项写 right: true"
    return "" if right >= 2 else "至少两个选项写 right: true"


@check("exams", "qualifications", "obligations", "posts", "domains")
def exams(pack: Pack, report: Report) -> None:
    """Codes, posts, domains, sources, and bounds that a person can keep."""
    posts = frozenset(post.code for post in pack.posts)
    domains = frozenset(domain.code for domain in pack.domains)
    codes = report.codes(("exams",), pack.exams)
    for index, exam in enumerate(pack.exams):
        path = ("exams", index)
        report.known((*path, "posts"), exam.posts, posts, "岗位", "no-such-post")
        for position, draw in enumerate(exam.draws):
            report.one((*path, "draws", position, "domain"), draw.domain, domains, "领域", "no-such-domain")
            if draw.number < 1:
                report.fault((*path, "draws", position, "number"), "nothing-drawn", "题数应为正数", "写 1 以上")
        bounds = (
            ("pass_percent", exam.pass_percent, 1, 100), ("minutes", exam.minutes, 1, 240), ("tries", exam.tries, 1, 20),
            ("valid_months", exam.valid_months, 0, 120),
        )  # fmt: skip
        for name, value, least, most in bounds:
            if not least <= value <= most:
                report.fault((*path, name), "out-of-bounds", f"{name} 不能是 {value}", f"应为 {least} 到 {most}")
        if not exam.draws or not exam.posts or not exam.clauses:
            report.fault(path, "incomplete", f"{exam.label} 缺少 draws、posts 或 clauses", "三项都要写")
    for index, owed in enumerate(pack.obligations):
        if owed.activity == EXAM:
            report.known(("obligations", index, "topics"), owed.topics, codes, "考核", "no-such-exam")
    report.codes(("qualifications",), pack.qualifications)
    for index, asked in enumerate(pack.qualifications):
        path = ("qualifications", index)
        report.known((*path, "posts"), asked.posts, posts, "岗位", "no-such-post")
        report.one((*path, "exam"), asked.exam, codes, "考核", "no-such-exam")
        if bool(asked.exam) == (asked.certificate is not None):
            report.fault(path, "asks-what", f"{asked.label} 要么要考核，要么要证书", "写 exam 或 certificate 其中之一")
        if not asked.posts or not asked.clauses:
            report.fault(path, "incomplete", f"{asked.label} 缺少 posts 或 clauses", "两项都要写")


CHECKS = (questions, exams)
