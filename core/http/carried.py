"""What a request carries, before any handler sees it: not too much, and no text that the database cannot hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from flask import request
from werkzeug.exceptions import BadRequest

from core.kernel.errors import Invalid, NotFound

BODY_MAX = 2 * 1024 * 1024
"""Of anything but an upload, which streams to disk; JSON takes twenty times its size in memory."""
DEEPEST = 32
UNFIT = re.compile("[\0\ud800-\udfff]")
"""NUL and halves of characters: a JSON text may hold them, a PostgreSQL text may not."""
MESSAGE = "含有无法保存的字符"


def limit_body(*, uploads: bool) -> None:
    """Before the body is read: a larger one is answered with 413. ``uploads``: files may come, as large as the settings say."""
    if not uploads or request.mimetype != "multipart/form-data":
        request.max_content_length = min(BODY_MAX, request.max_content_length or BODY_MAX)


def refuse_unfit() -> None:
    """Raises NotFound for such an address, Invalid for a query, form or JSON body."""
    if UNFIT.search(request.path):
        raise NotFound()
    # werkzeug gives a part of a form that bears no name as None
    if None in request.form or None in request.files:
        raise Invalid(fields={"body": "表单里有一项没有名称"})
    for sent in (request.args, request.form):
        for name, value in sent.items(multi=True):
            if UNFIT.search(name) or UNFIT.search(value):
                raise Invalid(fields={UNFIT.sub("", name): MESSAGE})
    if request.is_json and request.get_data():
        for name, text in _texts(_json()):
            if UNFIT.search(text):
                raise Invalid(fields={UNFIT.sub("", name): MESSAGE})


def _json() -> Any:
    try:
        return request.get_json()
    except (BadRequest, RecursionError) as fault:
        raise Invalid(fields={"body": "内容不是有效的 JSON"}) from fault


def _texts(body: Any) -> Iterator[tuple[str, str]]:
    """(field, text) for every text and every name in it; the field is the outermost name."""
    left: list[tuple[str, Any, int]] = [("", body, 0)]
    while left:
        field, value, depth = left.pop()
        if depth > DEEPEST:
            raise Invalid(fields={field: "嵌套太深"})
        if isinstance(value, str):
            yield field, value
        elif isinstance(value, dict):
            yield from ((field, name) for name in value)
            left.extend((field or name, inner, depth + 1) for name, inner in value.items())
        elif isinstance(value, list):
            left.extend((field, inner, depth + 1) for inner in value)
