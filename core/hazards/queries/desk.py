"""What waits for a person: counted in one query for the 工作台."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.hazards.models import Hazard
from core.hazards.queries.filters import TODOS, open_, soon, todo
from core.hazards.scope import visible
from core.kernel.clock import local_date
from core.tenancy.packs.model import Pack


@dataclass(frozen=True)
class Waiting:
    """How many wait for whom; see ``todo``."""

    register: int
    rectify: int
    verify: int
    overdue: int
    control: int
    found: int
    check: int
    extension: int
    soon: int


def waiting(session: TenantSession, actor: Actor, pack: Pack) -> Waiting:
    today = local_date(session.now())
    count = func.count()
    row = session.execute(
        select(
            *(count.filter(todo(kind, actor=actor, today=today)).label(kind) for kind in TODOS),
            count.filter(open_(), soon(today)).label("soon"),
        )
        .select_from(Hazard)
        .where(visible(session, actor, pack), open_())
    ).one()
    return Waiting(**row._mapping)
