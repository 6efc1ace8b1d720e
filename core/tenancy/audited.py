"""What the audit log says of plugins, the pack and the tenant itself, in words. Written by core.switchboard and commands."""

from __future__ import annotations

from core.hooks.meta import Audited

AUDITED = (
    Audited(
        "plugin", "插件", {"plugin.switched": "开关插件", "plugin.quarantined": "隔离插件", "plugin.let_in": "解除插件隔离", "plugin.granted": "授予插件权限", "plugin.withdrawn": "收回插件权限"},
        facts={"on_from": "启用日", "on_until": "停用日", "stages": "学段", "variant": "形式", "grants": "权限组和权限"}, endpoint="switchboard.plugin", argument="slug",
    ),
    Audited(
        "pack", "区域包", {"pack.changed": "修改参数", "pack.applied": "应用区域包", "pack.confirmed": "确认数值"},
        facts={"value": "由—改为", "version": "版本", "number": "第几版", "ended": "结束的本区改动"},
        endpoint="switchboard.settings",
    ),
    Audited(
        "tenant", "单位整体",
        {"demo.loaded": "装入演示数据", "demo.opened": "开通演示单位", "tenant.exported": "导出单位包", "tenant.imported": "导入单位包"},
        facts={"hazards": "隐患数", "rows": "行数", "files": "附件数", "made_at": "导出时间", "head": "审计链末环"},
    ),
)  # fmt: skip
