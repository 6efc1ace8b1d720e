"""The district adds tasks of its own and says which of its departments answer for what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select, text

from core.access.actor import Actor
from core.audit.services import record
from core.campaigns.models import LocalTask, TaskAssignment
from core.campaigns.permissions import CampaignPermission
from core.campaigns.services.tasks import task_of
from core.db.sessions import TenantSession
from core.kernel.clock import local_date
from core.kernel.errors import Invalid, NotFound, Stale
from core.kernel.ids import new_id
from core.kernel.phrases import Phrase
from core.tenancy.packs.model import Pack
from core.tenancy.shelf import pack_of

WRITE = CampaignPermission.WRITE
MAIN = "main:"
"""Before the code of a main task, where departments are assigned to one."""


@dataclass(frozen=True)
class TaskFacts:
    """What a task of the district's own asks; ``responsible`` in the words of plans (教育局, 中小学 …)."""

    title: str
    campaign: str
    phase: str = ""
    category: str = ""
    starts: date | None = None
    ends: date | None = None
    responsible: tuple[str, ...] = ()
    open_ended: bool = False
    evidence: bool = False
    sign_off: bool = False
    clauses: tuple[str, ...] = ()


def add_task(session: TenantSession, *, actor: Actor, facts: TaskFacts) -> str:
    """A task beside the pack's; returns its code. Raises Forbidden, Invalid."""
    _require_district(actor)
    _check(pack_of(session), facts)
    # two at once must not take the same number
    session.execute(text("select pg_advisory_xact_lock(hashtext('local_tasks'), :t)"), {"t": session.tenant_id})
    number = (session.scalar(select(func.count()).select_from(LocalTask)) or 0) + 1
    row = LocalTask(
        id=new_id(), code=f"own-{number}", title=facts.title, campaign=facts.campaign, phase=facts.phase,
        category=facts.category, starts=facts.starts, ends=facts.ends, responsible=list(facts.responsible),
        open_ended=facts.open_ended, evidence=facts.evidence, sign_off=facts.sign_off, clauses=list(facts.clauses),
    )  # fmt: skip
    session.add(row)
    session.flush()
    record(session, actor=actor, action="task.added", object_kind="task", object_id=row.code, data={"title": row.title})
    return row.code


def withdraw_task(session: TenantSession, *, actor: Actor, code: str, reason: str) -> None:
    """No longer asked; what was reported stays. Only tasks that the district added. Raises NotFound."""
    _require_district(actor)
    row = session.scalars(
        select(LocalTask).where(LocalTask.code == code, LocalTask.withdrawn_on.is_(None)).with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFound()
    row.withdrawn_on = local_date(session.now())
    session.flush()
    record(session, actor=actor, action="task.withdrawn", object_kind="task", object_id=code, data={"reason": reason})


def assign(
    session: TenantSession, *, actor: Actor, code: str, version: int, responsible: Sequence[str],
    participating: Sequence[str] = (),
) -> None:  # fmt: skip
    """Says which departments answer for a task or a main task (``main:<code>``), in place of what the plan says.

    ``version`` 0: nobody assigned any yet. Raises NotFound, Invalid for a department that the pack does not know, Stale.
    """
    _require_district(actor)
    pack = pack_of(session)
    _require_subject(session, pack, code)
    known = {own.code for own in pack.departments}
    for name, given in (("responsible", responsible), ("participating", participating)):
        if not known.issuperset(given):
            raise Invalid(fields={name: "请从列表中选择"})
    row = session.scalars(select(TaskAssignment).where(TaskAssignment.code == code).with_for_update()).one_or_none()
    if (row.version if row else 0) != version:
        raise Stale()
    if row is None:
        row = TaskAssignment(id=new_id(), code=code)
        session.add(row)
    row.responsible = list(dict.fromkeys(responsible))
    row.participating = [own for own in dict.fromkeys(participating) if own not in row.responsible]
    session.flush()
    record(
        session, actor=actor, action="task.assigned", object_kind="task", object_id=code,
        data={"responsible": "、".join(row.responsible), "participating": "、".join(row.participating)},
    )  # fmt: skip


def _require_district(actor: Actor) -> None:
    """The plan is the whole district's. Raises Forbidden; NotFound for who holds the permission in a part of it only."""
    actor.require(WRITE)
    if not actor.coverage(WRITE).everywhere:
        raise NotFound()


def _require_subject(session: TenantSession, pack: Pack, code: str) -> None:
    if not code.startswith(MAIN):
        task_of(session, code)
    elif code.removeprefix(MAIN) not in {own.code for own in pack.main_tasks}:
        raise NotFound()


def _check(pack: Pack, facts: TaskFacts) -> None:
    campaign = next((own for own in pack.campaigns if own.code == facts.campaign), None)
    if campaign is None:
        raise Invalid(fields={"campaign": "没有这个行动"})
    if facts.phase and facts.phase not in {phase.code for phase in campaign.phases}:
        raise Invalid(fields={"phase": "这个行动没有这个阶段"})
    if facts.starts and facts.ends and facts.ends < facts.starts:
        raise Invalid(fields={"ends": "结束不能早于开始"})
    if unknown := set(facts.clauses).difference(clause.id for clause in pack.clauses):
        raise Invalid(fields={"clauses": Phrase("没有这些条款：%(clauses)s", clauses="、".join(sorted(unknown)))})
