"""The question bank as a table: imported, exported."""

from core.exams.tables.arriving import QuestionTable
from core.exams.tables.leaving import QuestionBank

__all__ = ["QuestionBank", "QuestionTable"]
