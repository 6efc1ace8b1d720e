from __future__ import annotations

import pytest
from marshmallow import Schema, ValidationError, fields
from werkzeug.datastructures import MultiDict

from core.http.forms import loaded
from core.http.paging import Page, PageArgs, Paging, page_schema
from core.kernel.errors import Invalid


class RowSchema(Schema):
    name = fields.String()


class SampleIn(Schema):
    name = fields.String(required=True)
    ticked = fields.Boolean()
    until = fields.Date(allow_none=True)
    kinds = fields.List(fields.String(), load_default=[])
    count = fields.Integer()


def test_paging_when_taken_out_then_the_filters_are_left() -> None:
    args = PageArgs.from_dict({"kind": fields.String()})().load({"page": "3", "page_size": "10", "kind": "x"})
    paging = Paging.of(args)
    assert (paging, paging.offset, args) == (Paging(3, 10, None), 20, {"kind": "x"})


@pytest.mark.parametrize("query", [{"page": "0"}, {"page_size": "201"}, {"page": "x"}])
def test_paging_when_out_of_bounds_then_refused(query: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        PageArgs().load(query)


def test_envelope_when_dumped_then_has_items_and_total() -> None:
    assert page_schema(RowSchema) is page_schema(RowSchema)
    told = page_schema(RowSchema)().dump(Page(items=({"name": "甲"},), total=7, page=2, page_size=1))
    assert told == {"items": [{"name": "甲"}], "total": 7, "page": 2, "page_size": 1}


def test_form_when_blank_then_not_given_and_unticked_is_no() -> None:
    values = loaded(
        SampleIn(), MultiDict([("name", " 甲 "), ("until", ""), ("kinds", "a"), ("kinds", "b"), ("count", "")])
    )
    assert values == {"name": "甲", "ticked": False, "until": None, "kinds": ["a", "b"]}


def test_form_when_wrong_then_every_fault_in_words() -> None:
    with pytest.raises(Invalid) as refused:
        loaded(SampleIn(), MultiDict([("until", "31.12."), ("count", "many")]))
    assert {name: str(words) for name, words in refused.value.fields.items()} == {
        "name": "必填", "until": "应为日期，例如 2020-11-26", "count": "应为整数",
    }  # fmt: skip
