"""Word papers: what is put in stays text, what a template may do is little, the layout is that of official papers."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import pytest
from docx import Document

from core.documents.official import Official
from core.documents.rendering import render
from core.documents.words import document_date, ordinal
from core.kernel.errors import Invalid


def template(*texts: str) -> bytes:
    paper = Official()
    for text in texts:
        paper.text(text)
    return paper.template()


def words(docx: bytes) -> list[str]:
    return [paragraph.text for paragraph in Document(io.BytesIO(docx)).paragraphs if paragraph.text]


def test_render_when_values_hold_markup_then_they_stay_text() -> None:
    said = '<w:p/> & "{{ 7 * 7 }}" </w:t>'
    assert words(render(template("{{ said }}"), {"said": said})) == [said]


@pytest.mark.parametrize(
    "text",
    [
        "{{ missing }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ rows.append(1) }}",
        "{% for n in range(1000000) %}x{% endfor %}",
        "{% if %}",
    ],
)
def test_render_when_a_template_reaches_too_far_then_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        render(template(text), {"rows": [1]})
    assert "template" in refused.value.fields


def test_render_when_it_is_no_word_file_then_refused() -> None:
    with pytest.raises(Invalid):
        render(b"no zip", {})


def test_official_when_built_then_page_and_repeating_rows_are_as_they_must_be() -> None:
    paper = Official()
    paper.head("某区教育局", "{{ no }}")
    paper.title("通知书")
    paper.table(("序号", "事项"), (20, 100), "for row in rows", ("{{ row.no }}", "{{ row.what }}"))
    paper.seal("某区教育局", "{{ day|document_date }}")
    rows = [{"no": no, "what": f"第{no}项"} for no in (1, 2, 3)]
    made = Document(
        io.BytesIO(render(paper.template(), {"no": "甲〔2020〕1号", "rows": rows, "day": date(2020, 2, 3)}))
    )
    section = made.sections[0]
    assert [round(margin.mm) for margin in (section.top_margin, section.left_margin, section.page_width)] == [
        37,
        28,
        210,
    ]
    assert [[cell.text for cell in row.cells] for row in made.tables[0].rows][1:] == [
        [str(n), f"第{n}项"] for n in (1, 2, 3)
    ]
    assert words(render(paper.template(), {"no": "甲", "rows": [], "day": date(2020, 2, 3)}))[-1] == "2020年2月3日"


def test_dates_and_ordinals_when_written_then_as_papers_write_them() -> None:
    assert document_date(datetime(2020, 12, 31, 17, tzinfo=UTC)) == "2021年1月1日"
    assert [ordinal(n) for n in (1, 10, 11, 20, 99)] == ["一", "十", "十一", "二十", "九十九"]
