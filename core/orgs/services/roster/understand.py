"""Turns rows of texts into values, and says for each cell at fault what would be right. Writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from core.identity.permissions import PersonPermission
from core.identity.services.people import LOGIN, LOGIN_RULE
from core.kernel.phrases import Phrase
from core.orgs.permissions import OrgPermission
from core.orgs.roster import cells
from core.orgs.roster.headers import REQUIRED, Columns
from core.orgs.roster.reading import Rows
from core.orgs.services.roster.known import Known

MOST = {"code": 40, "name": 80, "short_name": 40, "address": 200, "title": 60, "phone": 20, "email": 120}
WRONG = {
    "stages": "请填学前、小学、初中、高中、中职、特教，几个之间用顿号", "ownership": "请填公办或民办", "student_count": "请填整数",
    "staff_count": "请填整数", "valid_from": "请填日期，如2020-09-01", "valid_to": "请填日期，如2021-08-31；长期留空",
}  # fmt: skip
PARSERS: dict[str, Callable[[str], Any]] = {
    "stages": cells.stages, "ownership": cells.ownership, "student_count": cells.count, "staff_count": cells.count,
    "valid_from": cells.day, "valid_to": cells.day, "code": cells.narrow, "login": lambda cell: cells.narrow(cell).lower(),
    "phone": cells.narrow, "email": cells.narrow,
}  # fmt: skip


@dataclass
class Row:
    """``identity`` is what makes it the same row when it is sent again."""

    no: int
    cells: dict[str, str]
    values: dict[str, Any] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    identity: str = ""


def understand(rows: Rows, columns: Columns, kind: str, known: Known) -> list[Row]:
    """Blank rows are left out."""
    found = [_parsed(row, kind) for row in _filled(rows, columns)]
    if kind == "units":
        for row in found:
            code = row.values.get("code")
            if code:
                known.brought.setdefault(code, row.no)
                for name in {row.values.get("name"), row.values.get("short_name")} - {None, ""}:
                    known.names.setdefault(str(name), set()).add(code)
    seen: dict[str, int] = {}
    names: dict[str, str] = {}
    for row in found:
        if kind == "units":
            _unit(row, known)
        else:
            _person(row, known, names)
        if row.identity in seen and not row.faults:
            row.faults["code" if kind == "units" else "login"] = Phrase(
                "与第%(row)s行重复，请删去一行", row=seen[row.identity]
            )
        seen.setdefault(row.identity, row.no)
    return found


def _filled(rows: Rows, columns: Columns) -> Iterator[Row]:
    for no, row in enumerate(rows, start=1):
        texts = {name: row[place] if place < len(row) else "" for name, place in columns.places.items()}
        if no > columns.row and any(text.strip() for text in texts.values()):
            yield Row(no, {name: cells.text(text)[:500] for name, text in texts.items()})


def _parsed(row: Row, kind: str) -> Row:
    for name, cell in row.cells.items():
        try:
            row.values[name] = PARSERS.get(name, cells.text)(cell)
        except ValueError:
            row.faults[name] = WRONG.get(name, "请核对内容")
        if name in MOST and len(cell) > MOST[name]:
            row.faults[name] = Phrase("不超过%(a)s个字", a=MOST[name])
    for name in REQUIRED[kind]:
        if not row.values.get(name):
            row.faults.setdefault(name, "必填")
    for name in ("valid_from", "valid_to"):
        if isinstance(row.values.get(name), date):
            row.values[name] = row.values[name].isoformat()
    return row


def _unit(row: Row, known: Known) -> None:
    values = row.values
    row.identity = str(values.get("code", ""))
    word = values.pop("type", "")
    if word in known.types:
        values["org_type"], values["kind"] = known.types[word]
        if values["kind"] == "bureau" and values.get("code") not in known.codes:
            row.faults["type"] = "教育局本身已登记，不能再新增"
    elif word:
        row.faults["type"] = Phrase("没有这种类型，可填：%(types)s", types=known.type_labels)
    _refer(row, known, "parent")
    _refer(row, known, "cluster")
    if values.get("parent") and values["parent"] == values.get("code"):
        row.faults["parent"] = "上级不能是自己"
    coverage = known.actor.coverage(OrgPermission.UNIT_WRITE)
    existing = known.codes.get(row.identity)
    if existing is not None and existing not in coverage:
        row.faults.setdefault("code", "这个代码属于您管理范围以外的单位")
    above = known.codes.get(values.get("parent") or "")
    if not coverage.everywhere and existing is None and above is None and "parent" not in row.faults:
        row.faults["parent"] = "请填您管理范围内的上级单位"
    for name in ("parent", "cluster"):
        unit_id = known.codes.get(values.get(name) or "")
        if unit_id is not None and unit_id not in coverage:
            row.faults.setdefault(name, "不在您的管理范围内")


def _person(row: Row, known: Known, names: dict[str, str]) -> None:
    values = row.values
    login, name = str(values.get("login", "")), str(values.get("name", ""))
    if login and not LOGIN.match(login):
        row.faults["login"] = LOGIN_RULE
    taken = known.people[login][1] if login in known.people else names.setdefault(login, name)
    if name and taken != name:
        row.faults.setdefault("login", Phrase("这个登录名已用于%(name)s，请换一个或改正姓名", name=taken))
    if len(name) > 40:
        row.faults["name"] = Phrase("不超过%(a)s个字", a=40)
    phone, email = values.get("phone") or "", values.get("email") or ""
    if phone and not phone.lstrip("+").replace("-", "").isdigit():
        row.faults["phone"] = "请填数字"
    if email and ("@" not in email or email.startswith("@") or email.endswith("@")):
        row.faults["email"] = "应为电子邮箱地址"
    _refer(row, known, "unit")
    _post(row, known)
    start, end = values.get("valid_from"), values.get("valid_to")
    if start and end and end < start:
        row.faults["valid_to"] = "不能早于任职开始"
    row.identity = f"{login}|{values.get('unit') or ''}|{values.get('post_code') or ''}"


def _post(row: Row, known: Known) -> None:
    word = row.values.pop("post", "")
    post = known.posts.get(word)
    unit_id = known.codes.get(row.values.get("unit") or "")
    if post is None:
        if word:
            row.faults["post"] = Phrase(
                "没有这个岗位，可填：%(posts)s", posts=list(dict.fromkeys(post.label for post in known.posts.values()))
            )
        return
    row.values["post_code"] = post.code
    if unit_id is None:
        return
    if unit_id not in known.actor.coverage(PersonPermission.ROLE_GRANT):
        row.faults["unit"] = "不在您的管理范围内"
    elif not known.may_give(post, unit_id):
        row.faults["post"] = "这个岗位的权限超出您在该单位的权限"


def _refer(row: Row, known: Known, name: str) -> None:
    """A code stands in the values afterwards: ids of units that the file itself brings are not known yet."""
    text = row.values.get(name)
    if not text:
        return
    try:
        row.values[name] = known.unit(str(text))
    except LookupError as fault:
        row.faults[name] = str(fault)
        row.values[name] = None
