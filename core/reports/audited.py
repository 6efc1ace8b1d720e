"""What the audit log says of rounds and filings, in words."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from core.audit.words import named
from core.db.sessions import TenantSession
from core.hooks.meta import Audited
from core.orgs.models import OrgUnit
from core.reports.models import Filing, ReportRound


def _filings(session: TenantSession, ids: frozenset[str]) -> Mapping[str, str]:
    rows = session.execute(
        select(Filing.id, OrgUnit.short_name, ReportRound.title, ReportRound.period_title)
        .join(ReportRound, ReportRound.id == Filing.round_id)
        .join(OrgUnit, OrgUnit.id == Filing.unit_id)
        .where(Filing.id.in_(ids))
    )
    return {str(row.id): f"{row.short_name} {row.title}{row.period_title}" for row in rows}


AUDITED = (
    Audited(
        "report_round", "报送期次",
        {
            "report_round.opened": "开始一期报送", "report_round.forwarded": "登记转报", "report_round.urged": "催报",
            "report_round.exempted": "免报", "report_round.owed_again": "恢复应报", "report_round.cancelled": "取消本期",
        },
        facts={"key": "期次", "units": "单位数", "recipient": "报给", "receipt_no": "回执编号", "filed": "已报数", "reason": "理由"},
        endpoint="reports.round", argument="report_round_id", names=named(ReportRound.id, ReportRound.title),
    ),
    Audited(
        "report_filing", "报送",
        {
            "report_filing.begun": "开始填报", "report_filing.saved": "保存草稿", "report_filing.ready": "送签", "report_filing.signed": "签报",
            "report_filing.reopened": "办理更正或补充", "report_filing.dropped": "放弃更正", "report_filing.passed": "片区核转",
            "report_filing.accepted": "审核通过", "report_filing.returned": "退回",
        },
        facts={"no": "第几版", "kind": "类型", "late": "迟报", "reason": "理由", "step": "环节"},
        endpoint="reports.filing", argument="filing_id", names=_filings,
    ),
)  # fmt: skip
