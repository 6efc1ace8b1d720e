"""What may be done with units and rosters."""

from __future__ import annotations

from core.access.permissions import Permission, declare


class OrgPermission(Permission):
    UNIT_READ = "org:unit:read"
    UNIT_WRITE = "org:unit:write"
    ROSTER_IMPORT = "org:roster:import"


DECLARED = declare(
    OrgPermission,
    {
        OrgPermission.UNIT_READ: ("查看组织机构", "查看辖内单位、上下级关系和任职情况"),
        OrgPermission.UNIT_WRITE: ("维护组织机构", "新增、修改、调整隶属、停用辖内单位"),
        OrgPermission.ROSTER_IMPORT: ("导入名册", "用表格批量登记单位、人员和任职，并可整批撤销"),
    },
)
