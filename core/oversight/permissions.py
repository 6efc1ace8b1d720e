"""What leaders may see, and who may open a district to a bureau. Checks nothing itself."""

from core.access.permissions import Permission, declare


class OversightPermission(Permission):
    DISTRICT = "dashboard:district:read"
    BUREAU = "dashboard:bureau:read"
    CONSENT = "oversight:consent:write"


DECLARED = declare(
    OversightPermission,
    {
        OversightPermission.DISTRICT: ("看区级驾驶舱", "全区隐患的数量、时限和整改情况，只有数字和台账链接"),
        OversightPermission.BUREAU: ("看上级监测", "已授权区县的汇总数字；明细须另行授权，每次查看双方留痕"),
        OversightPermission.CONSENT: ("授权上级查看", "决定哪个上级能看本区哪些数字、能否看明细，并可随时收回"),
    },
)
