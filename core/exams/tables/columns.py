"""The columns of the bank, the same in and out."""

from __future__ import annotations

from core.exams.services.bank import LETTERS
from core.exams.words import AUDIENCES, KINDS
from core.tables.columns import Column, Type
from core.tenancy.packs.model import Pack

TITLE = "题库"
ARRIVING = "单选题、多选题、判断题；每题写明出处"
LEAVING = "在用的题目和答案，按页面上的筛选条件"
OPTIONS = {letter: f"option_{letter.lower()}" for letter in LETTERS}


def bank_columns(pack: Pack) -> tuple[Column, ...]:
    domains = {domain.label: domain.code for domain in pack.domains}
    audiences = {label: str(code) for code, label in AUDIENCES.items()}
    return (
        Column("kind", "题型", Type.CHOICE, required=True, choices={label: str(code) for code, label in KINDS.items()}),
        Column("stem", "题目", required=True, most=1000, width=60, aliases=("题干", "试题")),
        *(Column(name, f"选项{letter}", most=300, width=24) for letter, name in OPTIONS.items()),
        Column("answer", "答案", required=True, most=20, width=10, example="AC", aliases=("正确答案", "标准答案")),
        Column("domain", "领域", Type.CHOICE, choices=domains, width=16),
        Column("audience", "对象", Type.CHOICES, choices=audiences, width=20),
        Column("clauses", "文件条款", most=200, width=20, aliases=("条款",)),
        Column("law", "法律和条文", most=200, width=30, aliases=("依据", "法律依据")),
        Column("explanation", "解析", most=1000, width=40),
    )
