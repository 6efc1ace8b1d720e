"""The columns of the two rosters, in the words that districts use."""

from __future__ import annotations

from core.identity.services.people import LOGIN, LOGIN_RULE
from core.orgs.roster import cells
from core.orgs.roster.titles import PERSON_TITLES, UNIT_TITLES
from core.tables.cells import narrow
from core.tables.columns import Column, Type


def _login(cell: str) -> str | None:
    login = narrow(cell).lower()
    if login and not LOGIN.match(login):
        raise ValueError(cell)
    return login or None


UNIT_COLUMNS = (
    Column("code", UNIT_TITLES["code"], Type.CODE, required=True, most=40, example="S001", aliases=(
        "学校代码", "机构代码", "单位编码", "学校编码", "学校标识码", "标识码", "代码", "编码", "unit code")),
    Column("name", UNIT_TITLES["name"], required=True, most=80, width=28, example="第一实验小学", aliases=(
        "学校名称", "机构名称", "单位全称", "学校全称", "名称", "单位", "学校", "unit", "unit name")),
    Column("short_name", UNIT_TITLES["short_name"], most=40, example="一小", aliases=("单位简称", "学校简称", "short name")),
    Column("type", UNIT_TITLES["type"], required=True, example="小学", aliases=(
        "类型", "单位类别", "类别", "学校类型", "学校类别", "办学类型", "机构类型", "kind")),
    Column("stages", UNIT_TITLES["stages"], example="小学", aliases=("办学层次", "stage"), parse=cells.stages,
           hint="请填学前、小学、初中、高中、中职、特教，几个之间用顿号"),
    Column("ownership", UNIT_TITLES["ownership"], example="公办", aliases=("性质", "公办民办", "公民办", "举办者"), parse=cells.ownership,
           hint="请填公办或民办"),
    Column("student_count", UNIT_TITLES["student_count"], Type.INTEGER, example="1200", hint="请填整数", aliases=(
        "在校生数", "在校学生数", "学生人数", "students", "student count")),
    Column("staff_count", UNIT_TITLES["staff_count"], Type.INTEGER, example="86", hint="请填整数", aliases=(
        "教职工人数", "教职工", "教师数", "staff", "staff count")),
    Column("address", UNIT_TITLES["address"], most=200, width=28, example="示例路1号", aliases=("单位地址", "学校地址", "办学地址")),
    Column("parent", UNIT_TITLES["parent"], most=80, aliases=("上级", "主管单位", "隶属单位", "隶属", "所属学校", "所属单位")),
    Column("cluster", UNIT_TITLES["cluster"], most=80, example="第一片区", aliases=(
        "责任片区", "所属片区", "督导片区", "督导责任区", "中心校", "监管单位")),
    Column("valid_from", UNIT_TITLES["valid_from"], Type.DATE, example="2015-09-01", aliases=("成立日期", "建校日期", "开办日期", "from")),
)  # fmt: skip
PERSON_COLUMNS = (
    Column("login", PERSON_TITLES["login"], required=True, parse=_login, hint=LOGIN_RULE, example="safety.s001", personal=True, aliases=(
        "账号", "帐号", "用户名", "登录账号", "工号", "account", "user")),
    Column("name", PERSON_TITLES["name"], required=True, most=40, example="示例人员", personal=True, aliases=("人员姓名", "名字")),
    Column("phone", PERSON_TITLES["phone"], Type.CODE, most=20, personal=True, aliases=("手机号", "手机号码", "联系电话", "电话", "mobile")),
    Column("email", PERSON_TITLES["email"], Type.CODE, most=120, personal=True, aliases=("电子邮箱", "电子邮件", "mail")),
    Column("unit", PERSON_TITLES["unit"], required=True, most=80, example="S001", aliases=(
        "单位代码", "学校代码", "机构代码", "单位名称", "学校", "学校名称", "所在单位", "任职单位", "school")),
    Column("post", PERSON_TITLES["post"], required=True, example="安全副校长", aliases=("岗位名称", "安全岗位", "责任岗位", "角色", "role")),
    Column("title", PERSON_TITLES["title"], most=60, aliases=("职位", "行政职务")),
    Column("valid_from", PERSON_TITLES["valid_from"], Type.DATE, example="2020-09-01", aliases=(
        "任职日期", "任职时间", "开始日期", "起始日期", "自", "from")),
    Column("valid_to", PERSON_TITLES["valid_to"], Type.DATE, hint="请填日期，如2021-08-31；长期留空", aliases=(
        "结束日期", "截止日期", "免职日期", "至", "to")),
)  # fmt: skip
