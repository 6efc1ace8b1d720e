"""What may be done with filings. Whose, the units of a post decide; nobody files in a school's name from above."""

from __future__ import annotations

from core.access.permissions import Permission, declare


class ReportPermission(Permission):
    READ = "report:filing:read"
    WRITE = "report:filing:write"
    SIGN = "report:filing:sign"
    REVIEW = "report:filing:review"
    MANAGE = "report:round:manage"


DECLARED = declare(
    ReportPermission,
    {
        ReportPermission.READ: ("查看报送", "看到本岗位所管单位每期应报什么、报了没有、报了什么"),
        ReportPermission.WRITE: ("填写报表", "填写本单位的报表，送负责人签报"),
        ReportPermission.SIGN: ("签报", "以本人姓名签署并报出本单位的报表、零报告和更正"),
        ReportPermission.REVIEW: ("审核报表", "片区核转，区级审核或退回；不能审核本人签报的"),
        ReportPermission.MANAGE: ("催报与转报", "催报，临时发起一期报送，登记向上转报和回执编号"),
    },
)
