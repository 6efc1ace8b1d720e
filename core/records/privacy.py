"""Keeps out of free text what must never stand in a record: numbers by which a person is known. Names no program can find;
the forms ask for numbers of people and say so."""

from __future__ import annotations

import re
from collections.abc import Mapping

from core.kernel.errors import Invalid
from core.tables.cells import narrow

PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
IDENTITY = re.compile(r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])\d{5}[\dXx](?!\d)")
RIGHT = "请勿填写手机号、身份证号；人员只写人数和职务，不写学生姓名"


def refuse_personal(texts: Mapping[str, object]) -> None:
    """``texts``: field → value. Raises Invalid naming each field that holds a mobile or identity number."""
    wrong = {name: RIGHT for name, text in texts.items() if isinstance(text, str) and _personal(text)}
    if wrong:
        raise Invalid(fields=wrong)


def _personal(text: str) -> bool:
    return any(PHONE.search(plain) or IDENTITY.search(plain) for plain in (text, narrow(text)))
