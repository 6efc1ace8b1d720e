"""责任书 as a Word paper; in Chinese, as it is filed. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from core.documents.official import Official
from core.documents.rendering import render


@dataclass(frozen=True)
class SignatureLine:
    unit: str
    post: str
    name: str
    signed_at: datetime | None


@dataclass(frozen=True)
class LetterPaper:
    """What is printed. ``body``: a paragraph a line; ``digest``: of the text that was signed."""

    issuer: str
    title: str
    body: str
    digest: str
    no: int
    issued_on: datetime
    signatures: tuple[SignatureLine, ...]


def letter_file(title: str) -> str:
    return f"{title}.docx"


def letter_docx(paper: LetterPaper) -> bytes:
    """The finished file."""
    values = {
        "issuer": paper.issuer, "title": paper.title, "no": paper.no, "issued_on": paper.issued_on, "digest": paper.digest[:16],
        "paragraphs": [line.strip() for line in paper.body.splitlines() if line.strip()],
        "count": len(paper.signatures),
        "rows": [
            {"no": place, "unit": own.unit, "post": own.post, "name": own.name, "signed_at": own.signed_at}
            for place, own in enumerate(paper.signatures, 1)
        ],
    }  # fmt: skip
    return render(_template(), values)


@cache
def _template() -> bytes:
    paper = Official()
    paper.title("{{ title }}")
    paper.control("{%p for line in paragraphs %}")
    paper.text("{{ line }}")
    paper.control("{%p endfor %}")
    paper.heading("签订情况（{{ count }}人）")
    paper.table(
        ("序号", "单位", "岗位", "签订人", "签订日期"), (12, 58, 34, 28, 36), "for row in rows",
        ("{{ row.no }}", "{{ row.unit }}", "{{ row.post }}", "{{ row.name }}", "{{ row.signed_at|document_date }}"),
    )  # fmt: skip
    paper.seal("{{ issuer }}", "{{ issued_on|document_date }}")
    paper.note("（第{{ no }}版，文本校验值 {{ digest }}；签订记录以平台留存为准）")
    return paper.template()
