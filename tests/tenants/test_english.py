"""Law: whoever reads English understands a district's pages, and its papers still say its own words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask, render_template_string

from core.http.templating import PageFrame, use_frame
from core.kernel.phrases import ENGLISH_READER, Label
from core.tenancy.packs.checks.english import CHINESE, words
from core.tenancy.packs.model import Pack
from tests.factories.world import compiled

DISTRICTS = ("wujin", "sip", "tongyu", "yongqiao", "lianyun")
NAMED = (
    "org_types", "departments", "bodies", "permission_sets", "posts", "main_tasks", "campaigns", "domains", "lifecycle",
    "obligations", "topics", "reports", "tables", "checklists", "registers",
)  # fmt: skip
"""Sections whose words stand on pages all over. Not yet: items of checklists, rules of registers, indicators, rows of the plan."""
SENTENCES = frozenset({"focus", "items", "rules"})
"""Parts of those that are sentences of the notice."""


def named(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, part in value.items():
            if key == "label":
                yield part
            elif key not in SENTENCES:
                yield from named(part)
    elif isinstance(value, list):
        for part in value:
            yield from named(part)


@pytest.mark.parametrize("slug", DISTRICTS)
def test_pack_when_its_words_are_read_then_the_named_sections_have_english(slug: str) -> None:
    content = compiled(slug).content
    lacking = {word for section in NAMED for word in named(content.get(section, [])) if CHINESE.search(word)} - content[
        "english"
    ].keys()
    assert lacking == set()


@pytest.mark.parametrize("slug", DISTRICTS)
def test_page_when_read_in_english_then_labels_are_english_and_elsewhere_the_district_s_own(
    app: Flask, slug: str
) -> None:
    content = compiled(slug).content
    pack = Pack.from_json(content)
    labels = [own.label for own in (*pack.lifecycle.stages, *pack.domains, *pack.posts, *pack.registers, *pack.reports)]
    labels += [field.label for register in pack.registers for field in register.fields]
    page = "{% for one in labels %}{{ one }}{{ _('%(n)s项', n=one) }}{{ kept|said }}{% endfor %}{{ labels|tojson }}"
    with app.test_request_context():
        use_frame(PageFrame(locale="en", english=pack.english))
        shown = render_template_string(page, labels=labels, kept=str(pack.posts[0].label))
        paper = "、".join(labels)
        use_frame(PageFrame(locale="zh"))
        chinese = render_template_string(page, labels=labels, kept="")
    assert not CHINESE.search(shown)
    assert paper == "、".join(str(label) for label in labels)
    assert all(word in chinese for word in labels[:3])
    assert not ENGLISH_READER.get()
    assert pack.to_json() == content
    assert type(next(words(pack.to_json()))) is str


def test_label_when_it_has_no_english_then_the_chinese_stands_and_is_escaped() -> None:
    token = ENGLISH_READER.set(True)
    try:
        assert Label("甲<b>").__html__() == "甲&lt;b&gt;"
        assert Label("甲", "A & B").__html__() == "A &amp; B"
        assert (Label("甲", "A"), str(Label("甲", "A"))) == ("甲", "甲")
    finally:
        ENGLISH_READER.reset(token)
