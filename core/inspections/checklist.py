"""What a checklist asks and how answers are scored. Pure: no database, no district."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from core.kernel.errors import Invalid
from core.kernel.phrases import Phrase

PASS, FAIL, NOT_APPLICABLE = "pass", "fail", "na"
CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
MOST_ITEMS = 200
FULL = 10_000
"""A full score: hundredths of a per cent, so that scores stay integers."""
DEGREES = ("general", "major")


@dataclass(frozen=True)
class Item:
    """One thing to look at.

    ``points`` 0: pass or fail; else so many points at most, fewer for what is not quite right. ``weight`` counts in the
    score. ``domain``, ``category``, ``grade``: what a hazard from it is, so that nobody asks again.
    """

    code: str
    content: str
    standard: str = ""
    section: str = ""
    clauses: tuple[str, ...] = ()
    law: str = ""
    points: int = 0
    weight: int = 1
    photo_on_fail: bool = False
    domain: str = ""
    category: str = ""
    grade: str = ""
    place: str = ""


@dataclass(frozen=True)
class Content:
    """A version of a checklist. ``pass_percent``: from where on the whole is in order; 0: every failed item counts."""

    title: str
    items: tuple[Item, ...]
    pass_percent: int = 0
    basis: str = ""
    """The document or law it comes from, as printed."""

    def item(self, code: str) -> Item | None:
        return next((item for item in self.items if item.code == code), None)

    def only(self, codes: Iterable[str] | None) -> Content:
        """The part that a 回头看 asks; None: everything."""
        if codes is None:
            return self
        wanted = frozenset(codes)
        return Content(
            self.title, tuple(item for item in self.items if item.code in wanted), self.pass_percent, self.basis
        )

    @property
    def sections(self) -> tuple[tuple[str, tuple[Item, ...]], ...]:
        """(title, items) in the order in which sections first appear."""
        found: dict[str, list[Item]] = {}
        for item in self.items:
            found.setdefault(item.section, []).append(item)
        return tuple((title, tuple(items)) for title, items in found.items())


@dataclass(frozen=True)
class Given:
    """One answer that holds."""

    verdict: str
    points: int | None = None


@dataclass(frozen=True)
class Fact:
    """What one item brought: ``got`` of ``of``, both already weighted; of 0: does not apply."""

    code: str
    verdict: str
    got: int
    of: int


@dataclass(frozen=True)
class Result:
    """A score with the facts behind it. ``score`` None: nothing applied."""

    score: int | None
    passed: int
    failed: int
    not_applicable: int
    open: tuple[str, ...]
    """Codes of items without an answer."""
    facts: tuple[Fact, ...] = field(default=())
    in_order: bool = False


def result_of(content: Content, answers: Mapping[str, Given]) -> Result:
    """Scores what was answered. An unanswered item counts as nothing, and stands in ``open``."""
    facts = [_fact(item, answers[item.code]) for item in content.items if item.code in answers]
    total = sum(fact.of for fact in facts)
    score = sum(fact.got for fact in facts) * FULL // total if total else None
    counts = {verdict: sum(fact.verdict == verdict for fact in facts) for verdict in (PASS, FAIL, NOT_APPLICABLE)}
    missing = tuple(item.code for item in content.items if item.code not in answers)
    reached = score is not None and score >= content.pass_percent * 100
    in_order = not missing and (reached if content.pass_percent else not counts[FAIL])
    return Result(score, counts[PASS], counts[FAIL], counts[NOT_APPLICABLE], missing, tuple(facts), in_order)


def _fact(item: Item, given: Given) -> Fact:
    if given.verdict == NOT_APPLICABLE:
        return Fact(item.code, given.verdict, 0, 0)
    most = item.points or 1
    got = given.points if item.points and given.points is not None else most if given.verdict == PASS else 0
    # weights are integers and scores are compared over items: bring every item to the same denominator
    return Fact(item.code, given.verdict, item.weight * got * 1000 // most, item.weight * 1000)


def check_given(item: Item, given: Given) -> None:
    """Raises Invalid for what this item cannot be answered with."""
    if given.verdict not in (PASS, FAIL, NOT_APPLICABLE):
        raise Invalid(fields={"verdict": "只有 pass（合格）、fail（不合格）、na（不适用）"})
    if given.points is None:
        return
    if not item.points or given.verdict == NOT_APPLICABLE:
        raise Invalid(fields={"points": "这一项不打分"})
    if not 0 <= given.points <= item.points:
        raise Invalid(fields={"points": Phrase("0到%(most)s分", most=item.points)})


def content_of(data: Mapping[str, Any]) -> Content:
    """From stored JSON."""
    items = tuple(
        Item(**{**{name: value for name, value in own.items() if name != "clauses"}, "clauses": tuple(own["clauses"])})
        for own in data["items"]
    )
    return Content(data["title"], items, data["pass_percent"], data["basis"])


def json_of(content: Content) -> dict[str, Any]:
    """Plain values for a JSONB column."""
    data = asdict(content)
    data["items"] = [{**item, "clauses": list(item["clauses"])} for item in data["items"]]
    return data


def digest_of(data: Mapping[str, Any]) -> str:
    """sha256 of the canonical JSON, hex."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def check_content(content: Content, categories: Mapping[str, frozenset[str]], clauses: frozenset[str]) -> None:
    """Raises Invalid naming the item. ``categories``: domain → its hazard categories; ``clauses``: ids of the pack."""
    if not content.title.strip():
        raise Invalid(fields={"title": "请填写检查表名称"})
    if not content.items or len(content.items) > MOST_ITEMS:
        raise Invalid(fields={"items": Phrase("检查表要有1到%(most)s项", most=MOST_ITEMS)})
    if not 0 <= content.pass_percent <= 100:
        raise Invalid(fields={"pass_percent": "0到100"})
    codes = [item.code for item in content.items]
    if twice := sorted({code for code in codes if codes.count(code) > 1}):
        raise Invalid(fields={"items": Phrase("代码重复：%(codes)s", codes=twice)})
    for no, item in enumerate(content.items, 1):
        if fault := _fault(item, categories, clauses):
            raise Invalid(fields={"items": Phrase("第%(no)s项：%(fault)s", no=no, fault=fault)})


def _fault(item: Item, categories: Mapping[str, frozenset[str]], clauses: frozenset[str]) -> str | Phrase | None:
    if not CODE.fullmatch(item.code):
        return "代码用小写字母、数字、- 和 _，不超过40个"
    if not item.content.strip():
        return "请填写检查内容"
    if item.weight < 1 or item.weight > 100 or item.points < 0 or item.points > 100:
        return "权重1到100，分值0到100"
    if item.grade and item.grade not in DEGREES:
        return "隐患等级只有 general（一般）和 major（重大）"
    if item.category and item.category not in categories.get(item.domain, frozenset()):
        return "该领域没有这个类别，请从列表中选择"
    if unknown := [clause for clause in item.clauses if clause not in clauses]:
        return Phrase("没有这些条款：%(clauses)s", clauses=unknown)
    return None


def check_columns(content: Content) -> None:
    """Of districts that ask for 检查事项、具体内容、检查标准 on every row. Raises Invalid naming the first row without."""
    for no, item in enumerate(content.items, 1):
        if not (item.section.strip() and item.standard.strip()):
            raise Invalid(
                fields={"items": Phrase("第%(no)s项：本区要求逐项写明检查事项（分类）、具体内容、检查标准", no=no)}
            )


def differences(before: Content | None, after: Content) -> Mapping[str, Sequence[str]]:
    """Codes of the items that a new version adds, takes away and changes."""
    old = {item.code: item for item in before.items} if before else {}
    new = {item.code: item for item in after.items}
    return {
        "added": [code for code in new if code not in old],
        "gone": [code for code in old if code not in new],
        "changed": [code for code, item in new.items() if code in old and old[code] != item],
    }
