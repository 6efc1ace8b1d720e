"""What may be done with statistical tables. Which units' figures, the posts decide."""

from __future__ import annotations

from core.access.permissions import Permission, declare


class StatisticsPermission(Permission):
    READ = "statistics:table:read"
    TYPE = "statistics:figure:write"
    ARRANGE = "statistics:table:write"


DECLARED = declare(
    StatisticsPermission,
    {
        StatisticsPermission.READ: ("查看统计表", "本岗位所管单位的统计表，下载表格和文书"),
        StatisticsPermission.TYPE: ("填报统计数字", "手工填报台账里没有的数字，如行政强制措施、责任追究的件数"),
        StatisticsPermission.ARRANGE: ("调整统计表的列", "本区改列名、隐藏列、增加手工填报的列"),
    },
)
