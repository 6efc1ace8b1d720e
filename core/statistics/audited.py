"""What the audit log says of statistics, in words."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select

from core.db.sessions import TenantSession
from core.hooks.meta import Audited
from core.orgs.models import OrgUnit
from core.statistics.models import Entry


def _entries(session: TenantSession, ids: frozenset[str]) -> Mapping[str, str]:
    rows = session.execute(
        select(Entry.id, OrgUnit.name, Entry.starts, Entry.ends)
        .join(OrgUnit, OrgUnit.id == Entry.unit_id)
        .where(Entry.id.in_([UUID(one) for one in ids]))
    )
    return {str(row.id): f"{row.name} {row.starts}—{row.ends}" for row in rows}


AUDITED = (
    Audited(
        "statistics_entry", "统计填报",
        {"statistics_entry.typed": "填报统计数字", "statistics_entry.corrected": "更正统计数字"},
        facts={
            "table": "统计表", "unit_id": "单位", "starts": "开始日期", "ends": "结束日期", "figures": "数字", "words": "选项",
            "reasons": "差异原因",
        },
        names=_entries,
    ),
)  # fmt: skip
