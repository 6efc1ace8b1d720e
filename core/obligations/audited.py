"""What the audit log says of obligations, in words."""

from __future__ import annotations

from core.audit.words import named
from core.hooks.meta import Audited
from core.orgs.models import OrgUnit

AUDITED = (
    Audited(
        "obligation", "单位的义务",
        {"obligation.number_set": "填写本单位数"},
        facts={"name": "名称", "number": "数"},
        endpoint="due.numbers", names=named(OrgUnit.id, OrgUnit.name),
    ),
    Audited(
        "obligation_feed", "日历订阅",
        {"obligation_feed.made": "建立日历订阅", "obligation_feed.revoked": "收回日历订阅"},
        endpoint="due.feeds",
    ),
)  # fmt: skip
