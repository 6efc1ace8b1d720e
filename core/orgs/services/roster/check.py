"""Says for each row of a roster what is wrong with it, and resolves the words in it. Writes nothing."""

from __future__ import annotations

from collections.abc import Sequence

from core.hooks.tables import ImportRow
from core.identity.permissions import PersonPermission
from core.kernel.phrases import Phrase
from core.orgs.permissions import OrgPermission
from core.orgs.services.roster.known import Known


def check_units(rows: Sequence[ImportRow], known: Known) -> dict[int, dict[str, str]]:
    """By row number, what would be right. ``values`` get org_type and kind, and codes for the units they name."""
    return {row.no: _unit(row, known) for row in rows}


def check_people(rows: Sequence[ImportRow], known: Known) -> dict[int, dict[str, str]]:
    """By row number, what would be right. ``values`` get post_code, and codes for the units they name."""
    return {row.no: _person(row, known) for row in rows}


def _unit(row: ImportRow, known: Known) -> dict[str, str]:
    values = row.values
    faults: dict[str, str] = {}
    code = values["code"]
    word = values.get("type") or ""
    if word in known.types:
        values["org_type"], values["kind"] = known.types[word]
        if values["kind"] == "bureau" and code not in known.codes:
            faults["type"] = "教育局本身已登记，不能再新增"
    else:
        faults["type"] = Phrase("没有这种类型，可填：%(types)s", types=known.type_labels)
    _refer(row, known, "parent", faults)
    _refer(row, known, "cluster", faults)
    if values.get("parent") and values["parent"] == code:
        faults["parent"] = "上级不能是自己"
    coverage = known.actor.coverage(OrgPermission.UNIT_WRITE)
    existing = known.codes.get(code)
    if existing is not None and existing not in coverage:
        faults.setdefault("code", "这个代码属于您管理范围以外的单位")
    above = known.codes.get(values.get("parent") or "")
    if not coverage.everywhere and existing is None and above is None and "parent" not in faults:
        faults["parent"] = "请填您管理范围内的上级单位"
    for name in ("parent", "cluster"):
        unit_id = known.codes.get(values.get(name) or "")
        if unit_id is not None and unit_id not in coverage:
            faults.setdefault(name, "不在您的管理范围内")
    return faults


def _person(row: ImportRow, known: Known) -> dict[str, str]:
    values = row.values
    faults: dict[str, str] = {}
    login, name = values["login"], values["name"]
    taken = known.people[login][1] if login in known.people else known.named.setdefault(login, name)
    if taken != name:
        faults["login"] = Phrase("这个登录名已用于%(name)s，请换一个或改正姓名", name=taken)
    phone, email = values.get("phone") or "", values.get("email") or ""
    if phone and not phone.lstrip("+").replace("-", "").isdigit():
        faults["phone"] = "请填数字"
    if email and ("@" not in email or email.startswith("@") or email.endswith("@")):
        faults["email"] = "应为电子邮箱地址"
    _refer(row, known, "unit", faults)
    _post(row, known, faults)
    start, end = values.get("valid_from"), values.get("valid_to")
    if start and end and end < start:
        faults["valid_to"] = "不能早于任职开始"
    identity = f"{login}|{values.get('unit') or ''}|{values.get('post_code') or ''}"
    first = known.seen.setdefault(identity, row.no)
    if first != row.no and not faults:
        faults["login"] = Phrase("与第%(row)s行重复，请删去一行", row=first)
    return faults


def _post(row: ImportRow, known: Known, faults: dict[str, str]) -> None:
    post = known.posts.get(row.values.get("post") or "")
    unit_id = known.codes.get(row.values.get("unit") or "")
    if post is None:
        faults["post"] = Phrase(
            "没有这个岗位，可填：%(posts)s", posts=list(dict.fromkeys(post.label for post in known.posts.values()))
        )
        return
    row.values["post_code"] = post.code
    if unit_id is None:
        return
    if unit_id not in known.actor.coverage(PersonPermission.ROLE_GRANT):
        faults["unit"] = "不在您的管理范围内"
    elif not known.may_give(post, unit_id):
        faults["post"] = "这个岗位的权限超出您在该单位的权限"


def _refer(row: ImportRow, known: Known, name: str, faults: dict[str, str]) -> None:
    """A code stands in the values afterwards: ids of units that the file itself brings are not known yet."""
    text = row.values.get(name)
    if not text:
        return
    try:
        row.values[name] = known.unit(str(text))
    except LookupError as fault:
        faults[name] = str(fault)
        row.values[name] = None
