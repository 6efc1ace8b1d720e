"""Every look of a bureau into a district is written down on both sides. Nobody writes across: the other side is told."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from core.access.actor import Actor
from core.audit.services import record
from core.db.sessions import TenantSession
from core.jobs.relay import ADDRESSEE
from core.jobs.services import emit
from core.kernel.events import Event, Scalar

READ = "oversight.read"
FIGURES, ROWS = "figures", "rows"


@dataclass(frozen=True)
class Bureau:
    """The bureau as a district's log names it; which person it was, the bureau's own log says."""

    name: str
    kind: str = "system"
    person_id: UUID | None = None


def log_reads(
    session: TenantSession,
    *,
    actor: Actor,
    bureau: str,
    page: str,
    figures: Collection[int],
    rows: Collection[int],
    names: Mapping[int, str],
) -> None:
    """In the bureau's own tenant: one entry and one message per district and page view. ``names``: of districts by id."""
    for district in sorted({*figures, *rows}):
        what = ROWS if district in rows else FIGURES
        data = {"district": names.get(district, ""), "what": what, "page": page}
        record(session, actor=actor, action=READ, object_kind="district", object_id=district, data=data)
        payload: dict[str, Scalar] = {
            ADDRESSEE: district,
            "bureau_id": session.tenant_id,
            "bureau": bureau,
            "what": what,
            "page": page,
        }
        emit(session, Event(topic=READ, tenant_id=session.tenant_id, at=session.now(), payload=payload))


def note_read(session: TenantSession, event: Event) -> None:
    """In the district's tenant, when the message arrives: its own entry of who looked at what."""
    told = event.payload
    record(
        session, actor=Bureau(str(told["bureau"])), action=READ, object_kind="bureau", object_id=str(told["bureau_id"]),
        data={"what": told["what"], "page": told["page"], "seen_at": event.at.isoformat()},
    )  # fmt: skip
