"""Cases of a wujin district for tests: reported and moved by the product's own services, as the people of ``world``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from core.db.sessions import TenantSession
from core.files.models import File
from core.hazards.lifecycle import Entry, Machine, PartValue, Verification
from core.hazards.models import Hazard
from core.hazards.record import state_of
from core.hazards.relations import standing_before, ties_of
from core.hazards.services import Found, Written, add_follow_up, move_hazard, report_hazard
from core.hooks.manager import Plugins, build_plugins
from core.kernel.ids import new_id
from core.tenancy import shelf
from core.tenancy.packs.model import Pack
from tests.core.hazards.filling import filled
from tests.factories.world import World

ON = frozenset({"fire", "security", "food", "labchem", "bus", "buildings", "drowning", "bullying"})
WAY = (
    ("keeper_a", "register"), ("safety_a", "start"), ("line_a", "report"), ("principal_a", "close"),
)  # fmt: skip
"""How a hazard of school A goes, and who moves it."""


def bare_plugins() -> Plugins:
    """No plugin at all: the pack's own domains and categories are there."""
    return build_plugins((), points=())


@dataclass
class Ledger:
    """Acts in ``session`` as people of ``world``."""

    world: World
    session: TenantSession
    plugins: Plugins

    @property
    def pack(self) -> Pack:
        pack = shelf.current(self.session)
        assert pack is not None
        return pack

    def args(self, who: str) -> dict[str, Any]:
        return {"actor": self.world.actor(who, self.session), "pack": self.pack}

    def report(self, who: str = "staff_a", unit: str = "school_a", **told: Any) -> Written:
        facts = {
            "place": "教学楼二层",
            "description": "疏散通道堆放课桌",
            "domain": "fire",
            "category": "fire.passage",
            **told,
        }
        files = facts.pop("file_ids", ())
        return report_hazard(
            self.session, **self.args(who), plugins=self.plugins, plugins_on=ON,
            found=Found(unit_id=self.world.units[unit], **facts), file_ids=files,
        )  # fmt: skip

    def move(
        self, written: Written | UUID, who: str, move: str, *, version: int | None = None, **changes: Any
    ) -> Written:
        """With everything filled that the move asks."""
        hazard_id = written.id if isinstance(written, Written) else written
        hazard = self.session.get_one(Hazard, (self.world.tenant.id, hazard_id))
        machine = Machine(self.pack.lifecycle)
        actor = self.world.actor(who, self.session)
        standing = standing_before(self.session, actor, self.pack, ties_of(hazard))
        opened = next(
            (
                own
                for own in machine.moves_open(state_of(hazard, {}), standing, now=self.session.now())
                if own.code == move
            ),
            None,
        )
        responsible = self.world.people["line_a"]
        entry = filled(machine, opened, now=self.session.now(), responsible=responsible, domain="fire")
        if entry.facts and "category" in {str(fact) for fact in entry.facts}:
            entry = replace(
                entry, facts={**entry.facts, **{fact: "fire.passage" for fact in entry.facts if fact == "category"}}
            )
        files = [self.photo(who, str(kind)) for kind, count in entry.evidence.items() for _ in range(count)]
        entry = replace(entry, evidence={}, **changes)
        return move_hazard(
            self.session, actor=actor, pack=self.pack, plugins=self.plugins, plugins_on=ON, hazard_id=hazard_id,
            version=version, move=move, entry=entry, file_ids=files,
        )  # fmt: skip

    def walk(self, written: Written, *, to: str) -> Written:
        """Through the school's own moves until ``to`` was made; 跟踪 is written on the way."""
        for who, move in WAY:
            if move == "close":
                self.follow(written)
            written = self.move(written, who, move)
            if move == to:
                break
        return written

    def follow(self, written: Written, who: str = "keeper_a") -> Written:
        return add_follow_up(
            self.session, **self.args(who), hazard_id=written.id, track="tracking", note="已督促，正在清理"
        )

    def photo(self, who: str, purpose: str = "after") -> UUID:
        """A file row of that person's, hanging on nothing yet."""
        file = File(
            id=new_id(), name="照片.jpg", media_type="image/jpeg", size=1, sha256="0" * 64, key=f"t/{new_id()}",
            uploaded_at=self.session.now(), uploaded_by=self.world.people[who], purpose=purpose,
        )  # fmt: skip
        self.session.add(file)
        self.session.flush()
        return file.id

    def row(self, written: Written) -> Hazard:
        self.session.expire_all()
        return self.session.get_one(Hazard, (self.world.tenant.id, written.id))


def plan(pack: Pack, **parts: PartValue) -> dict[str, PartValue]:
    return {code: part for code, part in parts.items() if code in {own.code for own in pack.lifecycle.parts}}


GONE = Verification(gone=True, note="现场已清空")
NOTHING = Entry()
Files = Sequence[UUID]
