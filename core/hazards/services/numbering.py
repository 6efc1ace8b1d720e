"""Running numbers of a tenant: without gaps, because the counter row is locked until the hazard is committed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy.dialects.postgresql import insert

from core.db.sessions import TenantSession
from core.hazards.models import HazardCounter
from core.tenancy.packs.model.lifecycle import Numbering, Reset


def draw(session: TenantSession, *, numbering: Numbering, slug: str, unit_code: str, domain: str, day: date) -> str:
    """The next number in the district's pattern. Draw last: others wait for it until the commit."""
    (number,) = draw_many(session, numbering=numbering, slug=slug, whose=[(unit_code, domain)], day=day)
    return number


def draw_many(
    session: TenantSession, *, numbering: Numbering, slug: str, whose: Sequence[tuple[str, str]], day: date
) -> list[str]:
    """As many numbers as ``whose`` has (unit code, domain) pairs, in their order; one statement. Draw last."""
    if not whose:
        return []
    period = str(day.year) if numbering.reset is Reset.YEAR else ""
    last = take_numbers(session, code=numbering.code, period=period, many=len(whose))
    return [
        numbering.pattern.format(
            slug=slug,
            year=day.year,
            month=day.month,
            day=day.day,
            unit=unit_code,
            domain=domain,
            seq=last - len(whose) + place,
        )
        for place, (unit_code, domain) in enumerate(whose, start=1)
    ]


def take_numbers(session: TenantSession, *, code: str, period: str = "", many: int = 1) -> int:
    """The last of as many numbers, of a counter of the tenant's: without gaps, others wait for it until the commit."""
    statement = insert(HazardCounter).values(tenant_id=session.tenant_id, code=code, period=period, last=many)
    return session.execute(
        statement.on_conflict_do_update(
            index_elements=["tenant_id", "code", "period"], set_={"last": HazardCounter.last + many}
        ).returning(HazardCounter.last)
    ).scalar_one()
