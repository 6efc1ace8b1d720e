"""What a bureau sees in one request: consents first, then figures, with the read logged before anything is shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from core.db.sessions import BureauSession, TenantSession
from core.http.context import RequestContext
from core.http.guard import Reach, bureau_scope
from core.http.words import said
from core.kernel.errors import NotFound
from core.oversight.queries.consents import IN_FORCE, Opened, opened_to, reach
from core.oversight.queries.rollups import DistrictFigures, figures
from core.oversight.services.reads import log_reads


@dataclass(frozen=True)
class WatchedDistrict:
    """A district beside the others: its consent, and its figures where there is one in force."""

    tenant_id: int
    name: str
    opened: Opened | None
    figures: DistrictFigures | None

    @property
    def state(self) -> str:
        return self.opened.state if self.opened else "none"

    @property
    def rows(self) -> bool:
        return bool(self.opened and self.opened.rows and self.opened.state == IN_FORCE)


@contextmanager
def looking(
    context: RequestContext, *, page: str, rows_of: int | None = None
) -> Iterator[tuple[BureauSession, dict[int, Opened]]]:
    """The bureau's scope with the consents that made it. ``rows_of``: single hazards of that district are wanted.

    Raises NotFound where ``rows_of`` did not grant rows, and in a district.
    """
    if not context.tenant.is_bureau:
        raise NotFound()
    held: dict[int, Opened] = {}

    def resolve(session: BureauSession) -> Reach:
        held.update(opened_to(session))
        tids, rids = reach(held)
        if rows_of is None:
            return tids, frozenset()
        if rows_of not in rids:
            raise NotFound()
        return frozenset(), frozenset({rows_of})

    def log(session: TenantSession, reached: Reach) -> None:
        tids, rids = reached
        log_reads(
            session,
            actor=context.actor,
            bureau=context.tenant.name,
            page=page,
            figures=tids,
            rows=rids,
            names=district_names(context),
        )

    with bureau_scope(context, reach=resolve, log=log) as session:
        yield session, held


def watched(context: RequestContext, *, page: str) -> Sequence[WatchedDistrict]:
    """Every district of the installation by name; those that consented with their figures."""
    known = frozenset(context.runtime.plugins.metas)
    with looking(context, page=page) as (session, opened):
        made = figures(
            session, {tenant_id: one for tenant_id, one in opened.items() if one.state == IN_FORCE}, known_domains=known
        )
    return [
        WatchedDistrict(tenant_id, name, opened.get(tenant_id), made.get(tenant_id))
        for tenant_id, name in district_names(context).items()
    ]


def district_names(context: RequestContext) -> dict[int, str]:
    return {
        card.id: card.name for card in context.runtime.directory.all() if not card.is_bureau and card.status == "active"
    }


def domain_titles(context: RequestContext) -> Mapping[str, Any]:
    """Domains that every district shares: those of the plugins."""
    return {slug: said(meta.title) for slug, meta in context.runtime.plugins.metas.items()}
