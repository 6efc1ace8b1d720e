"""What the plugin tells of units: who has a building on the way of the third party's report (消防验收，路径 B)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, literal, select

from core.sdk.domain import FOREVER, TenantSession
from core.sdk.hooks import Holding
from plugins.fire.models import Acceptance

PATH_B = "B"


def on_path_b(session: TenantSession, having: Any) -> Select[Any]:
    """Units with such a building, also where the report is there already: then the duty is done, not gone."""
    found: Any = select(
        Acceptance.unit_id.label("unit_id"),
        literal(FOREVER.starts).label("starts"),
        literal(FOREVER.ends).label("ends"),
    ).where(Acceptance.tenant_id == session.tenant_id, Acceptance.path == PATH_B)
    statement: Select[Any] = found
    return statement


HOLDING = Holding(code="fire_third_party_report", holders=on_path_b)
