"""What the audit log says of consents and of what a bureau looked at, in words."""

from __future__ import annotations

from core.hooks.meta import Audited
from core.oversight.services.reads import READ

READS = {"what": "查看内容", "page": "页面", "district": "区县"}
AUDITED = (
    Audited(
        "consent", "上级授权", {"consent.granted": "授权上级查看", "consent.revoked": "收回授权"},
        facts={"bureau": "上级单位", "indicators": "数字", "rows": "含明细", "from": "自", "until": "至"}, endpoint="consents.index",
    ),
    Audited("district", "区县", {READ: "上级查看"}, facts=READS),
    Audited("bureau", "上级单位", {}, facts=READS, endpoint="consents.index"),
)  # fmt: skip
