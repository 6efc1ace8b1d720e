"""Words in the language of whoever reads them, and what marshmallow finds wrong in words a person can act on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask import g
from flask_babel import get_translations
from markupsafe import Markup

from core.kernel.phrases import ENGLISH_READER, Label, Phrase

WORDS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (r"Missing data for required field\.", "必填"),
        (r"Field may not be null\.", "不能为空"),
        (r"Invalid value\.", "内容不对，请核对"),
        (r"Not a valid (?:aware |naive )?date\.", "应为日期，例如 2020-11-26"),
        (r"Not a valid (?:aware |naive )?(?:datetime|time)\.", "应为时间，例如 2020-11-26T14:05+08:00"),
        (r"Not a valid (?:aware|naive) (?:datetime|time)\.", "时间要带时区，例如 2020-11-26T14:05+08:00"),
        (r"Not a valid integer\.", "应为整数"),
        (r"Not a valid number\.", "应为数字"),
        (r"Number too large\.", "数字太大"),
        (r"Not a valid boolean\.", "应为是或否"),
        (r"Not a valid string\.", "应为文字"),
        (r"Not a valid utf-8 string\.", "含有无法识别的字符"),
        (r"Not a valid list\.", "应为列表"),
        (r"Not a valid UUID\.", "编号不对，请从列表中选择"),
        (r"Not a valid email address\.", "应为电子邮箱地址"),
        (r"Not a valid URL\.", "应为网址"),
        (r"Unknown field\.", "没有这一项"),
        (r"Invalid input type\.|Invalid type\.|Not a valid mapping type\.", "形式不对，应为一组名称和值"),
        (r"Shorter than minimum length 1\.", "必填"),
        (r"Shorter than minimum length (\d+)\.", "至少%(a)s个字"),
        (r"Longer than maximum length (\d+)\.", "不超过%(a)s个字"),
        (r"Length must be between (\d+) and (\d+)\.", "应为%(a)s到%(b)s个字"),
        (r"Length must be (\d+)\.", "应为%(a)s个字"),
        (r"Must be greater than or equal to ([\d.-]+) and less than or equal to ([\d.-]+)\.", "应在%(a)s到%(b)s之间"),
        (r"Must be greater than or equal to ([\d.-]+)\.", "不小于%(a)s"),
        (r"Must be less than or equal to ([\d.-]+)\.", "不大于%(a)s"),
        (r"Must be greater than ([\d.-]+)\.", "应大于%(a)s"),
        (r"Must be one of: (.+)\.", "可选：%(a)s"),
        (r"String does not match expected pattern\.", "格式不对"),
    )
)
"""marshmallow's own messages → ours; what a schema says itself is left as it is."""


def in_words(message: str) -> str:
    """A message of marshmallow in words of the product."""
    for pattern, words in WORDS:
        found = pattern.fullmatch(message)
        if found:
            return Phrase(words, **dict(zip("ab", found.groups(), strict=False)))
    return message


def catalogue() -> Any:
    """The translations for whoever reads this request's answer.

    Kept for the request: Flask-Babel looks for context, language and domain anew at each word, and a page has five hundred.
    """
    try:
        found = g.get("catalogue")
    except RuntimeError:  # outside a request: everything as it is
        return get_translations()
    if found is None:
        found = g.catalogue = get_translations()
    return found


def gettext(text: str) -> str:
    return str(catalogue().ugettext(text))


def in_templates(text: str, **values: Any) -> Markup:
    """``_("…")`` in a template: the word as markup, values escaped. A page says five hundred of them, most without a value;
    jinja2's own way resolves and formats each of them again."""
    try:
        said_already: dict[str, Markup] = g.setdefault("words_said", {})
    except RuntimeError:  # outside a request
        said_already = {}
    word = said_already.get(text)
    if word is None:
        word = said_already[text] = Markup(gettext(text))  # noqa: S704  words of the catalogues, which are ours
    return word % values if values or "%" in word else word


def said(text: str) -> str:
    """A text of the product or a word of the district's pack in the reader's language; what neither knows, data above all,
    as it is."""
    if not text or isinstance(text, Markup):
        return text
    if isinstance(text, Phrase) and text.values:
        return str(gettext(text.msgid) % {name: _said_value(value) for name, value in text.values.items()})
    if isinstance(text, Label) and text.read != text:
        return text.read
    found = gettext(text)
    if found == text and ENGLISH_READER.get():  # a word of the pack that was kept by value: a post's title, a column's
        return str(g.page_frame.english.get(text, found)) if "page_frame" in g else found
    return found


def readable(value: Any) -> Any:
    """Plain data for a page's scripts, the district's words in it in the reader's language."""
    match value:
        case Label():
            return value.read
        case dict():
            return {key: readable(part) for key, part in value.items()}
        case list() | tuple():
            return [readable(part) for part in value]
        case _:
            return value


def choices(words: Mapping[Any, str]) -> list[tuple[str, str]]:
    """(code, title) pairs for a select, in the reader's language."""
    return [(str(code), said(title)) for code, title in words.items()]


def _said_value(value: object) -> object:
    if isinstance(value, list | tuple):
        return gettext("、").join(str(_said_value(part)) for part in value)
    return said(value) if isinstance(value, str) else value
