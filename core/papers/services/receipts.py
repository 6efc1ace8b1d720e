"""签收 of several papers at once: each is its own locked decision, and what refuses one holds back no other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.kernel.errors import XiaoanError
from core.papers.services.papers import receive_paper


@dataclass(frozen=True)
class Signed:
    """What became of one paper. ``units``: for how many it was signed just now; ``fault``: why not, a msgid or Phrase."""

    paper_id: UUID
    units: int = 0
    fault: str = ""


def receive_papers(session: TenantSession, *, actor: Actor, paper_ids: Iterable[UUID]) -> tuple[Signed, ...]:
    """In the order of the ids, each once, each in a savepoint of its own. Raises nothing for a single one."""
    results = []
    for paper_id in sorted(
        set(paper_ids)
    ):  # one order for everybody: two that sign the same papers never wait for each other
        try:
            with session.begin_nested():
                results.append(Signed(paper_id, receive_paper(session, actor=actor, paper_id=paper_id)))
        except XiaoanError as fault:
            results.append(Signed(paper_id, fault=fault.phrase))
    return tuple(results)
