"""Nothing in a pack leads to a person: no telephone numbers, no mail addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from core.tenancy.packs.checks.report import Report, check
from core.tenancy.packs.faults import Path
from core.tenancy.packs.model import Pack
from core.tenancy.packs.shape import fields_of

_NUMBER = re.compile(r"(?<![\d.-])(1[3-9]\d{9}|0\d{2,3}-?\d{7,8}|[2-9]\d{6,7})(?![\d.-])")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")


@check()
def personal_data(pack: Pack, report: Report) -> None:
    """Every text of the pack."""
    for field in fields_of(Pack):
        if field.name == "base":
            continue
        for path, text in _texts(getattr(pack, field.name), (field.key,)):
            found = _MAIL.search(text) or _NUMBER.search(text)
            if found:
                kind = "电子邮箱" if "@" in found[0] else "电话号码"
                report.fault(path, "personal-data", f"含有{kind}", "区域包不写个人联系方式，改写科室名称")


def _texts(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, (tuple, list)):
        for index, item in enumerate(value):
            yield from _texts(item, (*path, index))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(item, (*path, key))
    elif hasattr(value, "__dataclass_fields__"):
        cls: Any = type(value)
        for field in fields_of(cls):
            yield from _texts(getattr(value, field.name), (*path, field.key))


CHECKS = (personal_data,)
