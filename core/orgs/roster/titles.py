"""The titles of the rosters' columns, which pages say in the reader's language. Knows no aliases: those stay as districts write them."""

from __future__ import annotations

UNIT_TITLES = {
    "code": "单位代码",
    "name": "单位名称",
    "short_name": "简称",
    "type": "单位类型",
    "stages": "学段",
    "ownership": "办学性质",
    "student_count": "学生数",
    "staff_count": "教职工数",
    "address": "地址",
    "parent": "上级单位",
    "cluster": "片区",
    "valid_from": "启用日期",
}
PERSON_TITLES = {
    "login": "登录名",
    "name": "姓名",
    "phone": "手机",
    "email": "邮箱",
    "unit": "单位",
    "post": "岗位",
    "title": "职务",
    "valid_from": "任职开始",
    "valid_to": "任职结束",
}
