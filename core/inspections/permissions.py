"""What may be done with inspections. Which units, the posts decide; being on the team of a visit gives that visit."""

from __future__ import annotations

from core.access.permissions import Permission, declare


class InspectionPermission(Permission):
    READ = "inspection:visit:read"
    CONDUCT = "inspection:visit:conduct"
    PLAN = "inspection:visit:plan"
    DRAW = "inspection:draw:seal"
    CHECKLIST = "inspection:checklist:write"


DECLARED = declare(
    InspectionPermission,
    {
        InspectionPermission.READ: ("查看检查", "本岗位所管单位的检查、结果和整改通知书"),
        InspectionPermission.CONDUCT: ("做检查", "在本单位自查、日检查，参加安排给自己的检查，填写、签名、出结果"),
        InspectionPermission.PLAN: ("安排检查", "安排专项、联合、互查和回头看，指定检查人员，出具整改通知书"),
        InspectionPermission.DRAW: ("四不两直抽取", "封存抽取名单、开封、公布；检查开始前只有检查人员和本权限知道"),
        InspectionPermission.CHECKLIST: ("编制检查表", "新建、修改、发布本区检查表"),
    },
)
