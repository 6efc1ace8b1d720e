"""What a district may change about itself: which plugins are on, how its pack is read."""

from __future__ import annotations

from core.access.permissions import Permission, declare


class TenancyPermission(Permission):
    SWITCH = "plugin:switch:write"
    SETTING_READ = "pack:setting:read"
    SETTING_WRITE = "pack:setting:write"


DECLARED = declare(
    TenancyPermission,
    {
        TenancyPermission.SWITCH: ("管理插件", "启用、停用插件，定起止日期、适用学段和做法；停用只冻结数据，不删除"),
        TenancyPermission.SETTING_READ: ("查看通知与参数", "通知原文、各项参数由谁规定、依据哪一条"),
        TenancyPermission.SETTING_WRITE: ("调整参数", "在上级规定的范围内修改本区参数，选择有歧义条文的读法"),
    },
)
