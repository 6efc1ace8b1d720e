"""Tables of exams and certificates."""

from core.exams.models.bank import BankQuestion, Exam
from core.exams.models.certificates import PersonCertificate
from core.exams.models.qualifications import PostQualification
from core.exams.models.sittings import ExamAnswer, Sitting, holding

__all__ = ["BankQuestion", "Exam", "ExamAnswer", "PersonCertificate", "PostQualification", "Sitting", "holding"]
