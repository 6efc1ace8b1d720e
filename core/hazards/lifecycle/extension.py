"""延期: who may put off the time limit, who may ask for it, and until when. Methods of the machine."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from core.hazards.lifecycle.acts import beside, refuse_missing, require
from core.hazards.lifecycle.asks import asks_of
from core.hazards.lifecycle.case import CaseState, Entry
from core.hazards.lifecycle.conditions import conditions_of
from core.hazards.lifecycle.consequences import merged
from core.hazards.lifecycle.dates import STOPPED
from core.hazards.lifecycle.decision import Decision
from core.hazards.lifecycle.standing import Standing
from core.hazards.permissions import HazardPermission
from core.kernel.errors import Forbidden, Invalid, Refused
from core.kernel.phrases import Phrase
from core.tenancy.packs.model.lifecycle import Extension, Relation

if TYPE_CHECKING:
    from core.hazards.lifecycle.machine import Machine

ASKS = frozenset({HazardPermission.REGISTER, HazardPermission.PLAN, HazardPermission.RECTIFY})
"""Any one of these lets the unit's people ask for it: whoever does the work knows first that it takes longer."""
ASKERS = frozenset({Relation.UNIT, Relation.KEEPER, Relation.RECTIFIER})


def may_extend(machine: Machine, state: CaseState, standing: Standing) -> bool:
    """Is an extension possible now, for this person?"""
    rule = machine.life.extension
    return (
        rule is not None
        and _running(machine, state)
        and state.extensions < rule.times
        and standing.fits(rule.by, rule.permission, conditions_of(machine.life, state))
    )


def extend(
    machine: Machine, state: CaseState, *, until: date, entry: Entry, standing: Standing, now: datetime
) -> Decision:
    """Puts off the time limit. Raises Refused, Forbidden or Invalid saying why not."""
    rule = _rule(machine, state)
    require(machine, standing, rule.by, rule.permission, state, "延期")
    _refuse_term(rule, state, until)
    told = merged(state, entry, now)
    refuse_missing("延期", asks_of(machine.life, rule.requires, told, entry))
    after = replace(told.with_facts(due_on=until), extensions=state.extensions + 1)
    return beside(machine, "extension", "extension", "延期", state, after, "hazard.extended")


def may_ask_extension(machine: Machine, state: CaseState, standing: Standing) -> bool:
    """Is there something to ask for now, by this person? Whoever may grant it has nobody to ask."""
    rule = machine.life.extension
    return (
        rule is not None
        and _running(machine, state)
        and state.extensions < rule.times
        and _asks(standing)
        and not may_extend(machine, state, standing)
    )


def ask_extension(machine: Machine, state: CaseState, *, until: date, reason: str, standing: Standing) -> Decision:
    """延期申请: the limit stays until somebody grants it. Raises Refused, Forbidden or Invalid saying why not."""
    rule = _rule(machine, state)
    if not _asks(standing):
        raise Forbidden("您不能申请延期；可以申请的是隐患所在单位的人")
    _refuse_term(rule, state, until)
    if not reason.strip():
        raise Invalid(fields={"reason": "请写明为什么不能按期完成"})
    return beside(machine, "extension_request", "asked", "申请延期", state, state, "hazard.extension_asked")


def refuse_extension(machine: Machine, state: CaseState, *, reason: str, standing: Standing) -> Decision:
    """What was asked for is not granted; only whoever could grant it says so. Raises Forbidden, Refused or Invalid."""
    rule = machine.life.extension
    if rule is None:
        raise Refused("本区的规定中没有延期")
    require(machine, standing, rule.by, rule.permission, state, "审批延期")
    if not reason.strip():
        raise Invalid(fields={"note": "请写明为什么不同意"})
    return beside(machine, "extension_request", "refused", "不同意延期", state, state, "hazard.extension_refused")


def may_withdraw_extension(machine: Machine, state: CaseState, standing: Standing) -> bool:
    """May this person take back what the unit asked for? Whether anything waits, the caller knows."""
    return _asks(standing)


def withdraw_extension(machine: Machine, state: CaseState, *, standing: Standing) -> Decision:
    """撤回: the unit no longer asks. Raises Forbidden."""
    if not _asks(standing):
        raise Forbidden("您不能撤回延期申请；可以撤回的是隐患所在单位的人")
    return beside(machine, "extension_request", "withdrawn", "撤回延期申请", state, state, "hazard.extension_withdrawn")


def _rule(machine: Machine, state: CaseState) -> Extension:
    rule = machine.life.extension
    if rule is None:
        raise Refused("本区的规定中没有延期")
    if not _running(machine, state):
        raise Refused("这项隐患现在没有在走的整改时限，不需要延期")
    return rule


def _refuse_term(rule: Extension, state: CaseState, until: date) -> None:
    assert state.due_on is not None  # noqa: S101  _rule refused before
    if state.extensions >= rule.times:
        raise Refused("已延期 %(times)s 次，不能再延", times=state.extensions)
    if until <= state.due_on:
        raise Invalid(fields={"until": Phrase("应晚于现在的时限 %(due_on)s", due_on=state.due_on)})
    if rule.max_days is not None and until > state.due_on + timedelta(days=rule.max_days):
        last = state.due_on + timedelta(days=rule.max_days)
        raise Invalid(
            fields={"until": Phrase("一次最多延长 %(days)s 天，即到 %(last)s", days=rule.max_days, last=last)}
        )


def _running(machine: Machine, state: CaseState) -> bool:
    """Is there a limit that runs?"""
    return state.due_on is not None and machine.life.canonical(state.stage) not in STOPPED


def _asks(standing: Standing) -> bool:
    return standing.everything or any(role.relation in ASKERS and role.permissions & ASKS for role in standing.roles)
