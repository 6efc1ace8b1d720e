"""Wide tables in papers: joined heads, A4 across, parts of cells in the order that Word insists on."""

from __future__ import annotations

import io
from typing import Any

from docx import Document

from core.documents.grid import wide_table
from core.tables.grouped import Band

ORDER = ("tcW", "gridSpan", "vMerge", "tcBorders", "shd", "noWrap", "tcMar", "textDirection", "tcFitText", "vAlign")
BANDS = (Band("类别", 0, 0, 2, 1), Band("隐患", 0, 1, 1, 2), Band("排查", 1, 1), Band("整改", 1, 2))


def paper(**more: Any) -> Any:
    made = wide_table(
        title="统计表", above=["填报单位：某某区教育局"], header=BANDS, shares=[10, 9, 9],
        rows=[["学校", "12", "{{ 1 + 1 }}"], ["合计", "12", "7"]], below=["填表人："], **more,
    )  # fmt: skip
    return Document(io.BytesIO(made))


def test_grid_when_made_then_heads_are_joined_and_repeated() -> None:
    table = paper().tables[0]
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["类别", "隐患", "隐患"], ["类别", "排查", "整改"], ["学校", "12", "{{ 1 + 1 }}"], ["合计", "12", "7"],
    ]  # fmt: skip
    heads = [row._tr.trPr is not None and "tblHeader" in row._tr.trPr.xml for row in table.rows]
    assert heads == [True, True, False, False]


def test_grid_when_made_then_the_page_lies_across_and_notes_stand_below() -> None:
    made = paper(notes=["注：待确认"])
    assert made.sections[0].page_width > made.sections[0].page_height
    assert made.paragraphs[-1].text == "注：待确认"


def test_grid_when_made_then_parts_of_cells_stand_in_words_order() -> None:
    for cell in paper().element.body.iter("{*}tcPr"):
        names = [child.tag.partition("}")[2] for child in cell]
        assert names == sorted(names, key=ORDER.index), names
