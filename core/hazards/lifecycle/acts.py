"""Acts beside the stages: renewal of risk control, escalation, supervision, follow-up. Methods of the machine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from core.hazards.lifecycle.asks import Ask, asks_of
from core.hazards.lifecycle.case import CONTROL, CaseState, Entry
from core.hazards.lifecycle.conditions import conditions_of
from core.hazards.lifecycle.consequences import USED_UP, control_limit_fault, escalated_by_grade, merged, watcher
from core.hazards.lifecycle.dates import clock_on, runs, settled
from core.hazards.lifecycle.decision import Decision
from core.hazards.lifecycle.faults import faults_of
from core.hazards.lifecycle.standing import Standing, who_may
from core.hazards.permissions import HazardPermission
from core.kernel.calendar import is_overdue
from core.kernel.clock import local_date
from core.kernel.errors import Forbidden, Invalid, Refused
from core.tenancy.packs.model.lifecycle import Actor, Canonical, Escalation, Fact, Track, Trigger

if TYPE_CHECKING:
    from core.hazards.lifecycle.machine import Machine

CHECKS = frozenset({HazardPermission.RECTIFY, HazardPermission.REGISTER, HazardPermission.CONTROL})
"""Any one of these, in any relation to the hazard, lets somebody record a check of its controls."""


def may_renew_control(machine: Machine, state: CaseState, standing: Standing) -> bool:
    """Is a renewal possible now? Whoever may put it under control may also renew."""
    rule = machine.life.risk_control
    return (
        rule is not None
        and state.stage == rule.stage
        and state.control_renewals < rule.renewals
        and bool(_enters(machine, state, standing))
    )


def renew_control(
    machine: Machine, state: CaseState, *, until: date, entry: Entry, standing: Standing, now: datetime
) -> Decision:
    """带险管控 goes on until a later day. Raises Refused, Forbidden or Invalid saying why not."""
    rule = machine.life.risk_control
    if rule is None or state.stage != rule.stage:
        raise Refused("这项隐患不在带险管控中")
    if not _enters(machine, state, standing):
        raise Forbidden("您不能办理带险管控")
    if state.control_renewals >= rule.renewals:
        raise Refused(USED_UP)
    faults = control_limit_fault(rule.max_days, until, now)
    if until <= local_date(now):
        faults["control_until"] = "应晚于今天"
    if not entry.reason.strip():
        faults["reason"] = "请写明为什么还不能整改到位"
    if faults:
        raise Invalid(fields=faults)
    after = replace(merged(state, entry, now), control_until=until, control_renewals=state.control_renewals + 1)
    return beside(machine, "control", "renewal", "续期管控", state, after, "hazard.control_renewed")


def manual_escalations(machine: Machine, state: CaseState, standing: Standing) -> list[Escalation]:
    """What this person may take up by hand."""
    if machine.life.canonical(state.stage).final:
        return []
    return [
        own for own in machine.life.escalations
        if own.trigger is Trigger.MANUAL and own.code not in state.escalated and standing.fits(own.by, own.permission, conditions_of(machine.life, state))
    ]  # fmt: skip


def escalate(
    machine: Machine, state: CaseState, code: str, *, entry: Entry, standing: Standing, now: datetime
) -> Decision:
    """Takes the hazard up by hand. Raises Refused, Forbidden or Invalid saying why not."""
    rule = next((own for own in machine.life.escalations if own.code == code and own.trigger is Trigger.MANUAL), None)
    if rule is None:
        raise Invalid(fields={"escalation": "没有这种上报，请从列表中选择"})
    if machine.life.canonical(state.stage).final:
        raise Refused("已经办结，不需要上报")
    require(machine, standing, rule.by, rule.permission, state, rule.label)
    if code in state.escalated:
        raise Refused("已经%(label)s", label=rule.label)
    told = merged(state, entry, now)
    refuse_missing(rule.label, asks_of(machine.life, rule.requires, told, entry))
    return machine.fire(told, code)


def escalations_due(machine: Machine, state: CaseState, *, now: datetime) -> list[str]:
    """Escalations that fire by themselves now and have not fired yet."""
    day = clock_on(machine.life, state)
    if day is None or not is_overdue(day, now=now):
        return []
    controlled = machine.life.canonical(state.stage) is Canonical.RISK_CONTROLLED
    control = machine.life.risk_control
    due = [
        own.code for own in machine.life.escalations
        if (own.trigger is Trigger.CONTROL_EXPIRED and controlled)
        or (own.trigger is Trigger.OVERDUE and not controlled and is_overdue(day + timedelta(days=own.after_days), now=now))
    ]  # fmt: skip
    if controlled and control is not None:
        due += [code for code in control.on_expiry if code not in due]
    return [code for code in due if code not in state.escalated]


def fire(machine: Machine, state: CaseState, code: str) -> Decision:
    """An escalation happens; whether it may was asked before."""
    rule = next(own for own in machine.life.escalations if own.code == code)
    after = replace(state, escalated=state.escalated | {code})
    return beside(machine, "escalation", code, rule.label, state, after, "hazard.escalated")


def regrade(
    machine: Machine, state: CaseState, *, grade: str, deadline_class: str | None, entry: Entry, now: datetime
) -> Decision:
    """Judged anew: the limit follows the new grade unless it was put off. Who may, the service asks."""
    if machine.life.canonical(state.stage).final:
        raise Refused("已经办结，不能再改等级")
    if not state.has(Fact.GRADE):
        raise Refused("还没有定级，请在登记时确定等级")
    given = replace(entry, facts={Fact.GRADE: grade}, deadline_class=deadline_class)
    told = replace(merged(state, given, now), deadline_class=deadline_class)
    faults = faults_of(machine.life, state, told, given, allowed={"facts.grade", "deadline_class"}, now=now)
    if not faults and (grade, deadline_class) == (state.grade, state.deadline_class):
        faults["facts.grade"] = "与现在的等级相同"
    if not entry.reason.strip():
        faults["reason"] = "请写明为什么改等级"
    if faults:
        raise Invalid(fields=faults)
    after, fired = escalated_by_grade(machine.life, settled(machine.life, told))
    decision = beside(machine, "grade", grade, "改定等级", state, after, "hazard.graded")
    return replace(decision, escalations=fired)


def may_supervise(machine: Machine, state: CaseState, standing: Standing) -> bool:
    rule = machine.life.supervision
    return (
        rule is not None
        and _registered(machine, state)
        and not machine.life.canonical(state.stage).final
        and not state.has(Fact.SUPERVISION_NO)
        and standing.fits(rule.by, rule.permission, conditions_of(machine.life, state))
    )


def supervise(
    machine: Machine, state: CaseState, *, supervisor: str, supervisor_id: UUID | None = None, entry: Entry, standing: Standing,
    now: datetime,
) -> Decision:  # fmt: skip
    """Puts a registered hazard under numbered supervision; who ``supervisor_id`` is and whether they may, the service knows.

    Raises Refused, Forbidden or Invalid saying why not.
    """
    rule = machine.life.supervision
    if rule is None:
        raise Refused("本区的规定中没有编号督办")
    if machine.life.canonical(state.stage).final:
        raise Refused("已经办结，不需要督办")
    if not _registered(machine, state):
        raise Refused("还没有登记，登记以后才能督办")
    require(machine, standing, rule.by, rule.permission, state, rule.label)
    if state.has(Fact.SUPERVISION_NO):
        raise Refused("已在督办中，编号 %(no)s", no=state.facts[Fact.SUPERVISION_NO])
    if not supervisor.strip():
        raise Invalid(fields={"supervisor_id": "请从列表中选择督办责任人"})
    after = replace(merged(state, entry, now).with_facts(supervisor=supervisor.strip()), supervisor_id=supervisor_id)
    decision = beside(machine, "supervision", rule.code, rule.label, state, after, "hazard.supervised")
    return replace(decision, draws=((Fact.SUPERVISION_NO, rule.numbering),))


def open_tracks(machine: Machine, state: CaseState, standing: Standing) -> list[Track]:
    """Logs that run beside the stages now and that this person may write into."""
    return [
        track
        for track in machine.life.tracks
        if runs(track, state) and standing.fits(track.by, track.permission, conditions_of(machine.life, state))
    ]


def follow_up(
    machine: Machine, state: CaseState, code: str, *, standing: Standing, now: datetime | None = None
) -> Decision:
    """One more entry in a parallel log (跟踪), which puts off the next one from ``now``.

    Raises Refused, Forbidden or Invalid saying why not.
    """
    track = next((own for own in machine.life.tracks if own.code == code), None)
    if track is None:
        raise Invalid(fields={"track": "没有这种跟踪记录，请从列表中选择"})
    if not runs(track, state):
        raise Refused("现在不在%(track)s的期间内", track=track.label)
    require(machine, standing, track.by, track.permission, state, track.label)
    after = replace(state, follow_ups={**state.follow_ups, code: state.follow_ups.get(code, 0) + 1})
    if now is not None:
        after = replace(after, looked_at={**state.looked_at, code: now})
    return beside(machine, "follow_up", code, track.label, state, after, "hazard.followed_up")


def may_check(machine: Machine, state: CaseState, standing: Standing) -> bool:
    """May this person record a check of the controls: the watcher whom the plan names, and whoever works on it or above it?"""
    if machine.life.canonical(state.stage) is not Canonical.RISK_CONTROLLED:
        return False
    if standing.everything or (standing.person_id is not None and standing.person_id == watcher(machine.life, state)):
        return True
    return any(role.permissions & CHECKS for role in standing.roles)


def check(machine: Machine, state: CaseState, *, standing: Standing, now: datetime) -> Decision:
    """Somebody looked whether the controls hold. Raises Refused or Forbidden saying why not."""
    if machine.life.canonical(state.stage) is not Canonical.RISK_CONTROLLED:
        raise Refused("这项隐患不在带险管控中")
    if not may_check(machine, state, standing):
        raise Forbidden("您不能登记管控检查；可以做的是盯防人、所在单位和教育局")
    after = replace(state, looked_at={**state.looked_at, CONTROL: now})
    return beside(machine, "check", CONTROL, "管控检查", state, after, "hazard.checked")


def _registered(machine: Machine, state: CaseState) -> bool:
    """Was it entered in the ledger? What nobody has confirmed yet cannot be supervised."""
    return machine.life.canonical(state.stage) is not Canonical.DISCOVERED


def beside(
    machine: Machine, kind: str, code: str, label: str, before: CaseState, after: CaseState, topic: str
) -> Decision:
    """A decision that leaves the stage as it is."""
    canonical = machine.life.canonical(after.stage)
    return Decision(kind=kind, code=code, label=label, before=before, after=after, canonical=canonical, topics=(topic,))


def _enters(machine: Machine, state: CaseState, standing: Standing) -> bool:
    """May this person make any move into risk control?"""
    rule = machine.life.risk_control
    into = (move for move in machine.life.moves if rule is not None and move.to == rule.stage)
    return any(standing.fits(move.by, move.permission, conditions_of(machine.life, state)) for move in into)


def require(
    machine: Machine, standing: Standing, rules: Iterable[Actor], permission: str, state: CaseState, label: str
) -> None:
    """Raises Forbidden naming who may."""
    rules, conditions = tuple(rules), conditions_of(machine.life, state)
    if not standing.fits(rules, permission, conditions):
        raise Forbidden("您不能%(move)s；可以做的是：%(who)s", move=label, who=who_may(rules, conditions))


def refuse_missing(label: str, asks: Iterable[Ask]) -> None:
    """Raises Invalid naming what is missing."""
    missing = [ask for ask in asks if not ask.filled]
    if missing:
        raise Invalid(
            "“%(move)s”还缺：%(missing)s",
            fields={ask.field: ask.right for ask in missing},
            move=label,
            missing=[ask.label for ask in missing],
        )
