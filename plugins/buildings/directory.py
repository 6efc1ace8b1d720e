"""The port that this plugin offers: the buildings of the ledger, for whoever has things that stand in one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, select

from core.sdk.domain import BuildingCard, TenantSession
from plugins.buildings.models import Building
from plugins.buildings.words import STRUCTURES, USES


class Ledger:
    """The ledger of one session as a BuildingDirectory."""

    def __init__(self, session: TenantSession) -> None:
        self._session = session

    def of_units(self, unit_ids: Iterable[UUID]) -> Sequence[BuildingCard]:
        wanted = set(unit_ids)
        return self._cards(Building.unit_id.in_(wanted), Building.retired_on.is_(None)) if wanted else ()

    def by_id(self, ids: Iterable[UUID]) -> Mapping[UUID, BuildingCard]:
        wanted = set(ids)
        return {card.id: card for card in self._cards(Building.id.in_(wanted))} if wanted else {}

    def _cards(self, *where: ColumnElement[bool]) -> tuple[BuildingCard, ...]:
        rows = self._session.scalars(select(Building).where(*where).order_by(Building.unit_id, Building.name))
        return tuple(
            BuildingCard(
                id=row.id, unit_id=row.unit_id, name=row.name, use=USES.get(row.use, row.use),
                structure=STRUCTURES.get(row.structure or "", ""), storeys=row.storeys, built_year=row.built_year, area=row.area,
                grade=row.appraisal_grade or "", in_use=row.in_use and row.retired_on is None,
            )
            for row in rows
        )  # fmt: skip
