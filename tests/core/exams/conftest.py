"""What the tests of the exams share: a district with a small bank and one open exam, built by REST."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pytest
from flask.testing import FlaskClient

from core.tenancy.packs.model import Pack
from tests.core.hazards.web import Api
from tests.factories.world import World, compiled

ANSWERS = {"单选一": ["B"], "单选二": ["A"], "多选": ["A", "C"], "判断": ["A"]}
"""Question → right answer."""


@cache
def shipped(slug: str) -> Pack:
    """The pack of a district, read once."""
    return Pack.from_json(compiled(slug).content)


@dataclass
class Hall:
    """The examination hall of a district."""

    client: FlaskClient
    world: World
    people: dict[str, Api] = field(default_factory=dict)

    def by(self, name: str) -> Api:
        return self.people.setdefault(name, Api(self.client, self.world, name))

    def fill(self) -> None:
        options = [{"letter": letter, "text": f"选项{letter}"} for letter in "ABC"]
        law = "中华人民共和国消防法第四十四条"
        for stem, right in ANSWERS.items():
            kind = "true_false" if stem == "判断" else "multiple" if stem == "多选" else "single"
            body: dict[str, Any] = {"kind": kind, "stem": stem, "answer": right, "law": law, "domain": "fire"}
            if kind != "true_false":
                body["options"] = options
            sent = self.by("head").post("/exams/questions", body)
            assert sent.status_code == 201, sent.get_json()

    def draft(self, **change: Any) -> str:
        body = {
            "title": "消防应知应会", "draws": [{"number": 4}], "posts": ["safety_director", "keeper", "staff"], "pass_percent": 75,
            "minutes": 20, "tries": 2, **change,
        }  # fmt: skip
        sent = self.by("head").post("/exams", body)
        assert sent.status_code == 201, sent.get_json()
        return str(sent.get_json()["id"])

    def opened(self, **change: Any) -> str:
        exam = self.draft(**change)
        sent = self.by("head").post(f"/exams/{exam}/opening", {}, version=1)
        assert sent.status_code == 204, sent.get_json()
        return exam

    def begin(self, exam: str, who: str) -> Any:
        return self.by(who).post(f"/exams/{exam}/sittings", {})

    def sitting(self, exam: str, who: str) -> dict[str, Any]:
        begun = self.begin(exam, who)
        assert begun.status_code == 201, begun.get_json()
        return self.card(str(begun.get_json()["id"]), who)

    def card(self, sitting: str, who: str) -> dict[str, Any]:
        found: dict[str, Any] = self.by(who).get(f"/exams/sittings/{sitting}").get_json()
        return found

    def give(self, card: dict[str, Any], who: str, *, wrong: int = 0) -> None:
        """Answers everything, the first ``wrong`` of them wrongly."""
        for question in card["answers"]:
            right = ANSWERS[question["stem"]]
            given = right if question["no"] > wrong else ["A"] if right != ["A"] else ["B"]
            body = {"no": question["no"], "given": given}
            assert self.by(who).post(f"/exams/sittings/{card['id']}/answers", body).status_code == 204

    def submit(self, card: dict[str, Any], who: str) -> Any:
        return self.by(who).post(f"/exams/sittings/{card['id']}/submission", {}, version=card["version"])

    def passed(self, exam: str, who: str) -> None:
        card = self.sitting(exam, who)
        self.give(card, who)
        assert self.submit(card, who).get_json()["passed"] is True


@pytest.fixture
def hall(client: FlaskClient, world: World) -> Hall:
    made = Hall(client, world)
    made.fill()
    return made
