"""Acts of papers through REST, as people of a wujin district."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import docx
import pytest
from flask.testing import FlaskClient

from tests.core.hazards.web import Api
from tests.factories.world import World


@dataclass
class Office(Api):
    """The head of the safety section, and what a section does with papers."""

    def body(self, *units: str, **other: Any) -> dict[str, Any]:
        return {
            "kind": "papers.circular",
            "values": {"title": "关于冬季用电安全的通报", "body": "第一段说明情况。\n第二段提出要求。"},
            "to": [str(self.world.units[unit]) for unit in units],
            **other,
        }

    def issue(self, *units: str, **other: Any) -> str:
        answer = self.post("/papers", self.body(*units, **other))
        assert answer.status_code == 201, answer.get_json()
        return str(answer.get_json()["id"])

    def card(self, paper_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.get(f"/papers/{paper_id}").get_json()
        return found

    def upload(self, kind: str, content: bytes, *, name: str = "模板.docx") -> Any:
        return self.client.post(
            f"/api/v1/papers/kinds/{kind}/template",
            data={"file": (io.BytesIO(content), name), "note": "新版"},
            headers={**self.world.headers(self.name), "Idempotency-Key": str(uuid4())},
            content_type="multipart/form-data",
        )

    def text(self, file_id: str, *, by: str | None = None) -> list[str]:
        """The paragraphs of the file that was served."""
        answer = self.client.get(f"/api/v1/files/{file_id}/content", headers=self.world.headers(by or self.name))
        assert answer.status_code == 200
        return [paragraph.text for paragraph in docx.Document(io.BytesIO(answer.get_data())).paragraphs]


@pytest.fixture
def office(world: World, client: FlaskClient) -> Office:
    return Office(client, world, "head")


def template(*paragraphs: str) -> bytes:
    """A docx with these paragraphs."""
    document, out = docx.Document(), io.BytesIO()
    for text in paragraphs:
        document.add_paragraph(text)
    document.save(out)
    return out.getvalue()
