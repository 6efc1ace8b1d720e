"""The whole answer to a question to the ledger, as a stream, with how many photos each hazard has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, select

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.files.models import File
from core.files.sniff import IMAGES
from core.hazards.models import Hazard
from core.hazards.permissions import HazardPermission
from core.hazards.queries.evidence import SUBJECT
from core.hazards.queries.filters import LedgerFilter, conditions
from core.hazards.queries.ledger import COLUMNS, LedgerLine, School, order, values_of
from core.hazards.scope import visible
from core.kernel.clock import local_date
from core.orgs.models import OrgUnit
from core.tenancy.packs.model import Pack

BATCH = 1000
PHOTOS = (
    select(func.count())
    .select_from(File)
    .where(
        File.tenant_id == Hazard.tenant_id, File.subject_kind == SUBJECT, File.subject_id == Hazard.id,
        File.media_type.in_(sorted(IMAGES)),
    )
    .correlate(Hazard)
    .scalar_subquery()
    .label("photos")
)  # fmt: skip


def exported_count(session: TenantSession, actor: Actor, pack: Pack, *, asked: LedgerFilter) -> int:
    return session.scalar(select(func.count()).select_from(Hazard).where(*_where(session, actor, pack, asked))) or 0


def exported_rows(
    session: TenantSession, actor: Actor, pack: Pack, *, asked: LedgerFilter, sort: str | None = None
) -> Iterator[tuple[LedgerLine, int]]:
    """(line, photos) of all that this actor may export, from a server-side cursor. Raises Invalid for an unknown sort."""
    today = local_date(session.now())
    statement = (
        select(*COLUMNS, PHOTOS)
        .join(OrgUnit, OrgUnit.id == Hazard.unit_id)
        .outerjoin(School, School.id == Hazard.school_id)
        .where(*_where(session, actor, pack, asked))
        .order_by(*order(sort))
        .execution_options(yield_per=BATCH)
    )
    for row in session.execute(statement):
        values = values_of(row, today)
        photos = values.pop("photos")
        yield LedgerLine(**values), photos


def _where(session: TenantSession, actor: Actor, pack: Pack, asked: LedgerFilter) -> list[Any]:
    today = local_date(session.now())
    return [visible(session, actor, pack, HazardPermission.EXPORT), *conditions(asked, actor=actor, today=today)]
