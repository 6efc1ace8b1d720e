"""Which column is what: headers in the words that districts use, wherever in the first rows they stand."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.kernel.errors import Invalid
from core.kernel.phrases import Phrase
from core.orgs.roster.reading import Rows

SEARCHED = 20
UNIT_FIELDS: Mapping[str, tuple[str, ...]] = {
    "code": (
        "单位代码",
        "学校代码",
        "机构代码",
        "单位编码",
        "学校编码",
        "学校标识码",
        "标识码",
        "代码",
        "编码",
        "code",
        "unit code",
    ),
    "name": (
        "单位名称",
        "学校名称",
        "机构名称",
        "单位全称",
        "学校全称",
        "名称",
        "单位",
        "学校",
        "name",
        "unit",
        "unit name",
    ),
    "short_name": ("简称", "单位简称", "学校简称", "short name"),
    "type": ("单位类型", "类型", "单位类别", "类别", "学校类型", "学校类别", "办学类型", "机构类型", "type", "kind"),
    "stages": ("学段", "办学层次", "stages", "stage"),
    "ownership": ("办学性质", "性质", "公办民办", "公民办", "举办者", "ownership"),
    "student_count": ("学生数", "在校生数", "在校学生数", "学生人数", "students", "student count"),
    "staff_count": ("教职工数", "教职工人数", "教职工", "教师数", "staff", "staff count"),
    "address": ("地址", "单位地址", "学校地址", "办学地址", "address"),
    "parent": ("上级单位", "上级", "主管单位", "隶属单位", "隶属", "所属学校", "所属单位", "parent"),
    "cluster": ("片区", "责任片区", "所属片区", "督导片区", "督导责任区", "中心校", "监管单位", "cluster"),
    "valid_from": ("启用日期", "成立日期", "建校日期", "开办日期", "valid from", "from"),
}
PERSON_FIELDS: Mapping[str, tuple[str, ...]] = {
    "login": ("登录名", "账号", "帐号", "用户名", "登录账号", "工号", "login", "account", "user"),
    "name": ("姓名", "人员姓名", "名字", "name"),
    "phone": ("手机", "手机号", "手机号码", "联系电话", "电话", "phone", "mobile"),
    "email": ("邮箱", "电子邮箱", "电子邮件", "email", "mail"),
    "unit": (
        "单位代码",
        "学校代码",
        "机构代码",
        "单位",
        "单位名称",
        "学校",
        "学校名称",
        "所在单位",
        "任职单位",
        "unit",
        "school",
    ),
    "post": ("岗位", "岗位名称", "安全岗位", "责任岗位", "角色", "post", "role"),
    "title": ("职务", "职位", "行政职务", "title"),
    "valid_from": ("任职开始", "任职日期", "任职时间", "开始日期", "起始日期", "自", "from", "valid from"),
    "valid_to": ("任职结束", "结束日期", "截止日期", "免职日期", "至", "to", "valid to"),
}
REQUIRED = {"units": ("code", "name", "type"), "people": ("login", "name", "unit", "post")}
FIELDS = {"units": UNIT_FIELDS, "people": PERSON_FIELDS}


@dataclass(frozen=True)
class Columns:
    """Where each field stands; ``row`` counts from 1, as the spreadsheet shows it."""

    row: int
    places: Mapping[str, int]
    headers: Mapping[str, str]
    """Field → header as in the file."""
    ignored: tuple[str, ...]


def find_columns(sheets: Sequence[Rows], kind: str) -> tuple[Rows, Columns]:
    """The sheet and the row in which most headers are known. Raises Invalid naming what is missing."""
    best: tuple[int, Rows, Columns] | None = None
    for rows in sheets:
        for number, row in enumerate(rows[:SEARCHED], start=1):
            columns = _columns(row, number, FIELDS[kind])
            if best is None or len(columns.places) > best[0]:
                best = (len(columns.places), rows, columns)
    wanted = REQUIRED[kind]
    if best is None or best[0] < 2:
        raise Invalid(
            "没有找到表头行",
            fields={
                "file": Phrase("前%(rows)s行中要有一行写明：%(columns)s", rows=SEARCHED, columns=_said(kind, wanted))
            },
        )
    missing = [name for name in wanted if name not in best[2].places]
    if missing:
        raise Invalid("缺少必需的列", fields={"file": Phrase("请补上列：%(columns)s", columns=_said(kind, missing))})
    return best[1], best[2]


def _columns(row: Sequence[str], number: int, fields: Mapping[str, tuple[str, ...]]) -> Columns:
    known = {plain(alias): (name, rank) for name, aliases in fields.items() for rank, alias in enumerate(aliases)}
    found: dict[str, tuple[int, int]] = {}
    for place, header in enumerate(row):
        match = known.get(plain(header))
        # of two columns for one field (单位代码, 单位名称) the better alias counts, and it stands first in the list
        if match and (match[0] not in found or match[1] < found[match[0]][0]):
            found[match[0]] = (match[1], place)
    places = {name: place for name, (_, place) in found.items()}
    used = set(places.values())
    ignored = tuple(header.strip() for place, header in enumerate(row) if header.strip() and place not in used)
    return Columns(number, places, {name: row[place].strip() for name, place in places.items()}, ignored)


def plain(header: str) -> str:
    """A header without remarks in brackets, stars, colons, spaces; half-width, lower case."""
    text = unicodedata.normalize("NFKC", header)
    text = re.sub(r"\(.*?\)|【.*?】|\[.*?\]", "", text)
    return re.sub(r"[\s*:：、_\-]+", "", text).lower()


def _said(kind: str, names: Sequence[str]) -> str:
    return "、".join(FIELDS[kind][name][0] for name in names)
