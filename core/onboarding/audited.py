"""What the audit log says of first steps and of proposed versions of the pack."""

from __future__ import annotations

from core.hooks.meta import Audited

AUDITED = (
    Audited(
        "pack_proposal", "区域包新版本", {"pack.proposed": "提供新版本", "pack.declined": "不采用新版本"},
        facts={"version": "版本"}, endpoint="onboarding.update", argument="proposal_id",
    ),
    Audited(
        "onboarding_step", "开通步骤", {"onboarding.confirmed": "确认开通步骤"}, facts={"version": "版本"},
        endpoint="onboarding.overview",
    ),
)  # fmt: skip
