"""What part of the district a reader looks at: everything that is covered, or one unit and what is under it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import InstrumentedAttribute

from core.access.actor import Actor, Coverage
from core.campaigns.parties import Parties
from core.campaigns.permissions import CampaignPermission
from core.db.sessions import TenantSession
from core.kernel.clock import local_date
from core.kernel.errors import NotFound
from core.orgs.models import OrgUnit
from core.orgs.models.units import SCHOOL_KINDS
from core.orgs.queries import closure_of, open_on, root_unit_id


@dataclass(frozen=True)
class Scope:
    """``counts``: open units that answer for themselves, by org type, among those looked at. ``whole``: the bureau is among
    them, so its own parts count."""

    root: UUID | None
    coverage: Coverage
    under: UUID | None
    counts: dict[str, int]
    whole: bool

    def filter(self, column: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
        """SQL: the unit is looked at."""
        covered = self.coverage.filter(column)
        return covered if self.under is None else and_(covered, column.in_(closure_of(self.under)))

    def expected(self, parties: Parties) -> int:
        """How many units looked at answer for a task of these parties."""
        return sum(self.counts.get(code, 0) for code in parties.types)

    def concerns(self, parties: Parties) -> bool:
        """Whether anything of such a task is done by what is looked at."""
        return (self.whole and parties.bureau) or any(self.counts.get(code) for code in parties.types | parties.some)


def scope_of(session: TenantSession, actor: Actor, *, unit_id: UUID | None = None) -> Scope:
    """Two queries. Raises NotFound for a unit out of reach."""
    coverage = actor.coverage(CampaignPermission.READ)
    root = root_unit_id(session)
    if unit_id is not None and unit_id not in coverage:
        raise NotFound()
    under = None if unit_id == root else unit_id
    found = Scope(root, coverage, under, {}, under is None and root is not None and root in coverage)
    rows = session.execute(
        select(OrgUnit.org_type, func.count())
        .where(found.filter(OrgUnit.id), *answering(session))
        .group_by(OrgUnit.org_type)
    )
    found.counts.update({code: number for code, number in rows if code})
    return found


def answering(session: TenantSession) -> tuple[ColumnElement[bool], ...]:
    """SQL: open units that report tasks of their own."""
    return OrgUnit.kind.in_(SCHOOL_KINDS), open_on(local_date(session.now()))
