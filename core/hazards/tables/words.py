"""The district's words for the codes of a hazard, without a reader: files speak Chinese."""

from __future__ import annotations

from dataclasses import dataclass

from core.hazards.catalogue import Catalogue, catalogue_of
from core.hooks.tables import TableWork
from core.kernel.clock import local_date
from core.kernel.errors import Refused
from core.tenancy import shelf
from core.tenancy.packs.model import Pack


@dataclass(frozen=True)
class Words:
    """Code → word."""

    pack: Pack
    catalogue: Catalogue

    def stage(self, code: str) -> str:
        return next((stage.label for stage in self.pack.lifecycle.stages if stage.code == code), code)

    def source(self, code: str) -> str:
        return next((source.label for source in self.pack.lifecycle.sources if source.code == code), code)

    def ground(self, code: str | None) -> str:
        return next((ground.label for ground in self.pack.lifecycle.grounds if ground.code == code), "")

    def grade(self, code: str, *, graded: bool = True) -> str:
        return self.pack.lifecycle.grade(code).label if graded else "待定级"


def words_for(work: TableWork) -> Words:
    """Raises Refused for a tenant without a pack, which has no ledger of its own."""
    pack = shelf.current(work.session)
    if pack is None:
        raise Refused("本单位没有区域包，没有自己的隐患台账")
    today = local_date(work.session.now())
    return Words(pack, catalogue_of(pack, work.plugins, work.plugins_on, today=today))
