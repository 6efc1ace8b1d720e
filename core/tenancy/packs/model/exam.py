"""What people must know and hold to do their work: questions, exams (应知应会), certificates. Knows no database."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from core.tenancy.packs.model.base import Coded


class QuestionKind(StrEnum):
    """How a question is answered."""

    SINGLE = "single"
    """单选题."""
    MULTIPLE = "multiple"
    """多选题: every right choice and no wrong one."""
    TRUE_FALSE = "true_false"
    """判断题; its choices are 正确 and 错误 without being written."""


class Audience(StrEnum):
    """Whose work a question is about."""

    HEAD = "head"
    """学校负责人."""
    SAFETY = "safety"
    """安全管理人员."""
    TEACHING = "teaching"
    """教育教学."""
    LOGISTICS = "logistics"
    """后勤."""
    GUARDS = "guards"
    """安保."""
    LABORATORY = "laboratory"
    """实验室."""
    FINANCE = "finance"
    """财会."""
    PROPERTY = "property"
    """物业."""
    CANTEEN = "canteen"
    """食堂."""


class CertificateKind(StrEnum):
    """Certificates of persons. 消控证 is not among them: the fire plugin counts those by campus."""

    HEALTH = "health"
    """健康证明."""
    GUARD = "guard"
    """保安员证."""
    FOOD_SAFETY = "food_safety"
    """食品安全管理员证."""
    SPECIAL_EQUIPMENT = "special_equipment"
    """特种设备作业人员证."""
    ELECTRICIAN = "electrician"
    """电工作业证."""
    BUS_DRIVER = "bus_driver"
    """校车驾驶资格."""
    TEACHER = "teacher"
    """教师资格证."""
    OTHER = "other"
    """其他."""


@dataclass(frozen=True, kw_only=True, slots=True)
class QuestionChoice(Coded):
    """A choice; ``code`` is its letter: a, b, c …"""

    right: bool = False
    """Belongs to the right answer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Question(Coded):
    """A question of the bank (题库); ``label`` is what is asked. It names a clause of the notice or a law."""

    kind: QuestionKind
    """How it is answered."""
    choices: tuple[QuestionChoice, ...] = ()
    """Two to six; none for ``true_false``."""
    answer: bool | None = None
    """Of ``true_false``: whether the sentence is right."""
    domain: str = ""
    """Domain slug; empty = general."""
    audience: tuple[Audience, ...] = ()
    """Empty = everybody."""
    law: str = ""
    """Instrument and article, where it is not a clause of the notice."""
    explanation: str = ""
    """Said after the exam."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ExamDraw:
    """So many questions, drawn by lot for each sitting."""

    number: int
    """How many."""
    domain: str = ""
    """Of this domain; empty = of any."""
    kind: QuestionKind | None = None
    """Of this kind; null = of any."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Exam(Coded):
    """An exam (应知应会考核) as the district holds it again and again. Obligations name it as a topic of the activity ``exam``."""

    draws: tuple[ExamDraw, ...]
    """What is drawn for a sitting."""
    posts: tuple[str, ...]
    """Codes of the posts whose holders are asked."""
    audience: Audience | None = None
    """Only questions for these; null = for everybody."""
    pass_percent: int = 80
    """Passed from this share of right answers on."""
    minutes: int = 30
    """Time for one sitting."""
    tries: int = 3
    """Sittings that one person has."""
    valid_months: int = 0
    """So long a pass holds; 0 = for good."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Qualification(Coded):
    """What holding a post asks for (上岗条件): a passed exam or a valid certificate. Without it the post is held but shown as 未达标."""

    posts: tuple[str, ...]
    """Codes of the posts."""
    exam: str = ""
    """Code of an exam of the pack."""
    certificate: CertificateKind | None = None
    """Kind of certificate."""
