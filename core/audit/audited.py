"""What the log says of itself."""

from __future__ import annotations

from core.hooks.meta import Audited

AUDITED = (
    Audited("audit", "审计日志", {"audit.exported": "导出审计日志"}, facts={"rows": "行数"}, endpoint="audit.index"),
)
