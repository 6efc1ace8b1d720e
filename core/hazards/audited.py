"""What the audit log says of hazards, in words."""

from __future__ import annotations

from core.audit.words import named
from core.hazards.models import Hazard
from core.hooks.meta import Audited

AUDITED = (
    Audited(
        "hazard", "隐患",
        {
            "hazard.report": "上报隐患", "hazard.move": "推进隐患", "hazard.amend": "修改隐患", "hazard.extension": "隐患延期", "hazard.extension_request": "隐患延期申请",
            "hazard.control": "带险管控", "hazard.escalation": "隐患上报协调", "hazard.supervision": "编号督办", "hazard.follow_up": "隐患跟踪",
            "hazard.recurrence": "认定复发", "hazard.files": "补充附件", "hazard.note": "隐患备注",
        },
        facts={"label": "事项", "no": "编号", "note": "说明", "changes": "改动"},
        endpoint="hazards.detail", argument="hazard_id", names=named(Hazard.id, Hazard.title),
    ),
    Audited(
        "ledger", "隐患台账", {"hazard.exported": "导出台账"}, facts={"rows": "行数", "query": "条件"}, endpoint="hazards.ledger",
    ),
    Audited("import_batch", "导入批次", {"hazard.history_imported": "记入历史台账"}, facts={"rows": "行数"}),
)  # fmt: skip
