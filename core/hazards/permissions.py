"""What may be done with hazards, each act with its reason. Whose hazards, the units of a post decide."""

from __future__ import annotations

from core.access.permissions import Permission, declare


class HazardPermission(Permission):
    READ = "hazard:case:read"
    REPORT = "hazard:case:report"
    RECORD = "hazard:case:record"
    REGISTER = "hazard:case:register"
    PLAN = "hazard:case:plan"
    RECTIFY = "hazard:case:rectify"
    VERIFY = "hazard:case:verify"
    CLOSE = "hazard:case:close"
    EXTEND = "hazard:case:extend"
    CONTROL = "hazard:case:control"
    ESCALATE = "hazard:case:escalate"
    SUPERVISE = "hazard:case:supervise"
    EXPORT = "hazard:case:export"


PERMISSIONS = declare(
    HazardPermission,
    {
        HazardPermission.READ: ("查看隐患", "看到本岗位所管单位的隐患台账与详情"),
        HazardPermission.REPORT: ("上报隐患", "随手拍和登记新发现的隐患"),
        HazardPermission.RECORD: ("代录隐患", "把群众、部门、第三方或上级反映的隐患记入台账，按实选择来源"),
        HazardPermission.REGISTER: ("登记隐患", "台账专人核对、分类、定级，给隐患编号"),
        HazardPermission.PLAN: ("制定整改方案", "落实责任、措施、资金、时限、预案"),
        HazardPermission.RECTIFY: ("整改隐患", "开始整改、填报整改结果、上传整改后照片"),
        HazardPermission.VERIFY: ("复核隐患", "到现场核查，确认已消除或退回整改"),
        HazardPermission.CLOSE: ("销号", "把已消除的隐患从台账上销去"),
        HazardPermission.EXTEND: ("批准延期", "推迟整改时限，次数和天数以本区规定为限"),
        HazardPermission.CONTROL: ("带险管控", "一时难以整改的，落实管控措施和到期日"),
        HazardPermission.ESCALATE: ("上报协调", "报请上级或党委政府协调解决"),
        HazardPermission.SUPERVISE: ("编号督办", "给重点难点隐患编号并指定督办责任人"),
        HazardPermission.EXPORT: ("导出台账", "导出的表格带姓名和时间水印"),
    },
)
