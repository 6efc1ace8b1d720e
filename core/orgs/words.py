"""Words for kinds, stages, trees and actions, as pages show them and imports understand them."""

from __future__ import annotations

KIND_WORDS = {
    "bureau": "教育局", "department": "科室", "cluster": "片区", "school": "学校", "kindergarten": "幼儿园", "campus": "校区",
    "place": "重点部位", "training_institution": "培训机构", "agency": "成员单位", "third_party": "第三方机构",
    "provider": "服务单位", "external": "外部单位",
}  # fmt: skip
STAGE_WORDS = {
    "kindergarten": "学前", "primary": "小学", "junior": "初中", "senior": "高中", "vocational": "中职", "special": "特教",
}  # fmt: skip
OWNERSHIP_WORDS = {"public": "公办", "private": "民办"}
TREE_WORDS = {"administrative": "行政隶属", "cluster": "片区监管", "group": "集团", "department": "业务指导"}
ACTION_WORDS = {
    "unit.created": "新增单位", "unit.updated": "修改信息", "unit.renamed": "更名", "unit.moved": "调整隶属",
    "unit.supervised": "调整监管关系", "unit.closed": "停用", "person.created": "新增用户", "person.updated": "修改信息",
    "person.disabled": "停用", "person.enabled": "启用", "person.password_reset": "发放一次性密码",
    "person.password_changed": "修改密码", "post.appointed": "任命", "post.changed": "修改任职", "post.dismissed": "免去",
    "auth.signed_in": "登录", "auth.refused": "登录被拒", "auth.switched_in": "从其他单位切换登录", "session.ended": "退出登录",
    "person.linked": "关联其他单位账号", "person.unlinked": "解除关联",
}  # fmt: skip
FIELD_WORDS = {
    "code": "代码", "name": "名称", "short_name": "简称", "kind": "类型", "org_type": "单位类别", "stages": "学段", "ownership": "办学性质",
    "student_count": "学生数", "staff_count": "教职工数", "address": "地址", "valid_from": "启用日期", "valid_to": "截止日期",
    "parent_id": "上级单位", "title": "职务",
}  # fmt: skip
