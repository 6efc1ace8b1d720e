"""Acts beside the stages: follow-up, renewal of risk control, escalation, supervision."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.hazards.lifecycle import Decision, Entry
from core.hazards.permissions import HazardPermission
from core.hazards.queries.addressees import supervisors
from core.hazards.services.notices import tell_failed_check, tell_supervisor
from core.hazards.services.writing import Case, Written, add_event, locked, save, settle, with_evidence, written
from core.kernel.errors import Forbidden, Invalid, Refused
from core.tenancy.packs.model import Pack
from core.tenancy.packs.model.lifecycle import LegalGrade


def add_follow_up(
    session: TenantSession, *, actor: Actor, pack: Pack, hazard_id: UUID, version: int | None = None, track: str | None,
    note: str, file_ids: Sequence[UUID] = (),
) -> Written:  # fmt: skip
    """One entry in a parallel log (跟踪); ``track`` None: a remark of whoever sees the hazard, until it is over.

    Raises NotFound, Stale, Invalid, Forbidden, Refused.
    """
    if not note.strip():
        raise Invalid(fields={"note": "请写明情况"})
    case = locked(session, actor=actor, pack=pack, hazard_id=hazard_id, version=version, file_ids=file_ids)
    if track is not None:
        decision = case.machine.follow_up(case.state, track, standing=case.standing, now=case.now)
        return settle(case, (decision,), with_evidence(Entry(), case.attached), note=note.strip())
    if pack.lifecycle.canonical(case.hazard.stage).final:
        raise Refused("已经办结，不能再修改")
    save(case)
    add_event(
        case,
        kind="note",
        code="note",
        label="备注",
        changes={},
        note=note.strip(),
        topics=(),
        version=case.hazard.version,
    )
    session.flush()
    return written(case)


def renew_control(
    session: TenantSession, *, actor: Actor, pack: Pack, hazard_id: UUID, version: int | None, until: date, reason: str,
    file_ids: Sequence[UUID] = (),
) -> Written:  # fmt: skip
    """带险管控 goes on until a later day. Raises NotFound, Stale, Invalid, Forbidden, Refused."""
    return _act(
        session, actor, pack, hazard_id, version, file_ids, reason,
        lambda case, entry: case.machine.renew_control(
            case.state, until=until, entry=entry, standing=case.standing, now=case.now
        ),
    )  # fmt: skip


def escalate(
    session: TenantSession, *, actor: Actor, pack: Pack, hazard_id: UUID, version: int | None, escalation: str, reason: str,
    file_ids: Sequence[UUID] = (),
) -> Written:  # fmt: skip
    """Takes the hazard up by hand. Raises NotFound, Stale, Invalid, Forbidden, Refused."""
    return _act(
        session, actor, pack, hazard_id, version, file_ids, reason,
        lambda case, entry: case.machine.escalate(
            case.state, escalation, entry=entry, standing=case.standing, now=case.now
        ),
    )  # fmt: skip


def supervise(
    session: TenantSession, *, actor: Actor, pack: Pack, hazard_id: UUID, version: int | None, supervisor_id: UUID,
    reason: str = "",
) -> Written:  # fmt: skip
    """Puts the hazard under numbered supervision and tells the supervisor, one of ``supervisors``.

    Raises NotFound, Stale, Invalid, Forbidden, Refused.
    """

    case = locked(session, actor=actor, pack=pack, hazard_id=hazard_id, version=version)
    entry = Entry(reason=reason.strip())
    name = next((own.name for own in supervisors(session, pack, person_id=supervisor_id)), "")
    decision = case.machine.supervise(
        case.state, supervisor=name, supervisor_id=supervisor_id, entry=entry, standing=case.standing, now=case.now
    )
    supervised = settle(case, (decision,), entry, note=entry.reason)
    tell_supervisor(session, row=case.hazard)
    return supervised


def check_controls(
    session: TenantSession, *, actor: Actor, pack: Pack, hazard_id: UUID, version: int | None = None, holds: bool, note: str,
    file_ids: Sequence[UUID] = (),
) -> Written:  # fmt: skip
    """A check of the controls of 带险管控: do they hold, and what was found. What does not hold is told to the responsible.

    Raises NotFound, Stale, Invalid, Forbidden, Refused.
    """
    if not note.strip():
        raise Invalid(fields={"note": "请写明看到了什么"})
    case = locked(session, actor=actor, pack=pack, hazard_id=hazard_id, version=version, file_ids=file_ids)
    decision = case.machine.check(case.state, standing=case.standing, now=case.now)
    checked = settle(case, (decision,), with_evidence(Entry(), case.attached), note=note.strip(), data={"holds": holds})
    if not holds:
        tell_failed_check(session, row=case.hazard)
    return checked


def regrade(
    session: TenantSession, *, actor: Actor, pack: Pack, hazard_id: UUID, version: int | None, grade: str, reason: str,
    deadline_class: str | None = None,
) -> Written:  # fmt: skip
    """Judges the grade anew. Raising it is the ledger keeper's, lowering it needs whoever may grant extensions.

    Raises NotFound, Stale, Invalid, Forbidden, Refused.
    """

    def decide(case: Case, entry: Entry) -> Decision:
        lowers = case.state.grade == LegalGrade.MAJOR and grade != LegalGrade.MAJOR
        needed = HazardPermission.EXTEND if lowers else HazardPermission.REGISTER
        if not actor.may(needed, case.hazard.unit_id):
            raise Forbidden("降低等级由教育局办理" if lowers else None)
        return case.machine.regrade(case.state, grade=grade, deadline_class=deadline_class, entry=entry, now=case.now)

    return _act(session, actor, pack, hazard_id, version, (), reason, decide)


def _act(
    session: TenantSession, actor: Actor, pack: Pack, hazard_id: UUID, version: int | None, file_ids: Sequence[UUID],
    reason: str, decide: Callable[[Case, Entry], Decision],
) -> Written:  # fmt: skip
    case = locked(session, actor=actor, pack=pack, hazard_id=hazard_id, version=version, file_ids=file_ids)
    entry = replace(with_evidence(Entry(), case.attached), reason=reason.strip())
    return settle(case, (decide(case, entry),), entry, note=reason.strip())
