"""Decides every move of a hazard: which are open to whom, what they still lack, what follows. Nothing else decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from core.hazards.lifecycle import acts, consequences, extension
from core.hazards.lifecycle.asks import Ask, asked_anew, asks_of, part_asks
from core.hazards.lifecycle.case import CaseState, Entry
from core.hazards.lifecycle.conditions import conditions_of, ground_of
from core.hazards.lifecycle.decision import Decision, OpenMove
from core.hazards.lifecycle.faults import faults_of
from core.hazards.lifecycle.standing import Standing, who_may
from core.kernel.errors import Forbidden, Invalid, Refused
from core.kernel.phrases import Phrase
from core.tenancy.packs.model.lifecycle import Canonical, Fact, Lifecycle, Move, Need, Party, When


@dataclass(frozen=True)
class Chain:
    """A move, or the moves of a shortcut, in order."""

    code: str
    label: str
    hint: str
    moves: tuple[Move, ...]
    when: When


class Machine:
    """A district's lifecycle, ready to decide. Cheap to build; holds no state of any hazard."""

    def __init__(self, life: Lifecycle) -> None:
        self.life = life

    @cached_property
    def _moves(self) -> dict[str, Move]:
        return {move.code: move for move in self.life.moves}

    # ── beginning ────────────────────────────────────────────────────────────────────────────

    def report(self, state: CaseState, *, entry: Entry, now: datetime) -> Decision:
        """A new hazard enters the initial stage. ``state`` holds what was told; raises Invalid naming what is missing."""
        state = replace(state, stage=self.life.initial, entered={self.life.initial: now})
        state = consequences.merged(state, entry, now)
        if state.facts.get(Fact.FOUND_AT) is not None and state.facts[Fact.FOUND_AT] > now:
            raise Invalid(fields={"facts.found_at": "不能晚于现在"})
        stage = self.life.stage(self.life.initial)
        draws = self._draws(state, "")
        asks = asks_of(self.life, stage.requires, state, entry)
        _refuse_missing(stage.label, asked_anew(asks, *(f"facts.{fact}" for fact, _ in draws)))
        return consequences.reported(self.life, state, draws)

    # ── moves ────────────────────────────────────────────────────────────────────────────────

    def moves_open(self, state: CaseState, standing: Standing, *, now: datetime) -> list[OpenMove]:
        """The moves and shortcuts this person may make now, each with its form; barred ones carry the reason."""
        state = consequences.merged(state, Entry(), now)
        found = []
        for chain in self._chains(state.stage):
            # A ground may still be chosen in the form: the move is open if it is on any of them.
            grounds = [
                own.code for own in self.life.grounds if self._fits(chain, replace(state, ground=own.code), standing)
            ]
            if grounds:
                opened = self._open(chain, state, standing, grounds, now)
                if opened is not None:
                    found.append(opened)
        return found

    def waits_for(self, state: CaseState) -> list[tuple[str, str]]:
        """Whose turn it is: (move's label, who may), shortcuts left out."""
        conditions = conditions_of(self.life, state)
        moves = (move for move in self.life.moves_from(state.stage) if move.when.matches(**conditions))
        return [(move.label, who_may(move.by, conditions)) for move in moves]

    def decide(
        self, state: CaseState, code: str, *, entry: Entry, standing: Standing, now: datetime
    ) -> tuple[Decision, ...]:
        """The decisions of a move (one) or a shortcut (one for each of its moves), in order.

        Raises Invalid for an unknown code, wrong values or anything missing (each named), Refused where the stage or a
        two-person rule says no, Forbidden for the wrong person.
        """
        label, chain = self._chain(state, code)
        before, state = state, consequences.merged(state, entry, now)
        asks: list[Ask] = []
        decisions: list[Decision] = []
        at = state
        for move in chain:
            self._refuse_stage(at, move)
            self._refuse_person(at, move, standing)
            decision, more = self._step(at, move, entry, standing, now)
            asks += more
            decisions.append(decision)
            at = decision.after
        faults = faults_of(self.life, before, state, entry, allowed=self._allowed(chain, asks), now=now)
        faults |= consequences.control_faults(self.life, state, chain, now)
        if faults:
            raise Invalid(fields=faults)
        _refuse_missing(label, asks)
        return tuple(decisions)

    # ── acts beside the stages ───────────────────────────────────────────────────────────────

    extend = extension.extend
    may_extend = extension.may_extend
    ask_extension = extension.ask_extension
    may_ask_extension = extension.may_ask_extension
    refuse_extension = extension.refuse_extension
    may_withdraw_extension = extension.may_withdraw_extension
    withdraw_extension = extension.withdraw_extension
    renew_control = acts.renew_control
    may_renew_control = acts.may_renew_control
    escalate = acts.escalate
    manual_escalations = acts.manual_escalations
    escalations_due = acts.escalations_due
    fire = acts.fire
    regrade = acts.regrade
    supervise = acts.supervise
    may_supervise = acts.may_supervise
    follow_up = acts.follow_up
    check = acts.check
    may_check = acts.may_check
    open_tracks = acts.open_tracks

    # ── inside ───────────────────────────────────────────────────────────────────────────────

    def _chains(self, stage: str) -> list[Chain]:
        """Everything that starts from this stage, in the pack's order; shortcuts first, they are the quick way."""
        quick = (
            Chain(own.code, own.label, own.hint, tuple(self._moves[step] for step in own.moves), own.when)
            for own in self.life.shortcuts
        )
        single = (Chain(move.code, move.label, move.hint, (move,), move.when) for move in self.life.moves_from(stage))
        return [*(chain for chain in quick if stage in chain.moves[0].from_), *single]

    def _chain(self, state: CaseState, code: str) -> tuple[str, tuple[Move, ...]]:
        if code in self._moves:
            return self._moves[code].label, (self._moves[code],)
        for shortcut in self.life.shortcuts:
            if shortcut.code == code:
                if not shortcut.when.matches(**conditions_of(self.life, state)):
                    raise Refused("这项隐患的整改情形或等级不适用“%(move)s”", move=shortcut.label)
                return shortcut.label, tuple(self._moves[step] for step in shortcut.moves)
        raise Invalid("没有这个动作", fields={"move": Phrase("可选：%(a)s", a=[move.code for move in self.life.moves])})

    def _applies(self, chain: Chain, state: CaseState) -> bool:
        conditions = conditions_of(self.life, state)
        return chain.when.matches(**conditions) and all(move.when.matches(**conditions) for move in chain.moves)

    def _fits(self, chain: Chain, state: CaseState, standing: Standing) -> bool:
        conditions = conditions_of(self.life, state)
        return self._applies(chain, state) and all(
            standing.fits(move.by, move.permission, conditions) for move in chain.moves
        )

    def _refuse_stage(self, state: CaseState, move: Move) -> None:
        if state.stage in move.from_ and move.when.matches(**conditions_of(self.life, state)):
            return
        here = "、".join(chain.label for chain in self._chains(state.stage) if self._applies(chain, state))
        stage = self.life.stage(state.stage).label
        raise Refused(
            "“%(stage)s”阶段不能%(move)s；现在可以：%(here)s",
            stage=stage,
            move=move.label,
            here=here or "没有可做的动作",
        )

    def _refuse_person(self, state: CaseState, move: Move, standing: Standing) -> None:
        conditions = conditions_of(self.life, state)
        if not standing.fits(move.by, move.permission, conditions):
            raise Forbidden("您不能%(move)s；可以做的是：%(who)s", move=move.label, who=who_may(move.by, conditions))
        refusal = self._barred(state, move, standing)
        if refusal:
            raise Refused(refusal)

    def _barred(self, state: CaseState, move: Move, standing: Standing) -> str:
        """Why this move is barred for this person or for good; empty if it is not.

        Nobody in person (a job) cannot be told apart from anybody: a two-person rule bars it too.
        """
        if consequences.control_used_up(self.life, state, move):
            return consequences.USED_UP
        for party in move.not_same_person_as:
            if standing.person_id is None or standing.person_id in consequences.players(self.life, state, party):
                return consequences.BARRED[party]
        return ""

    def _step(
        self, state: CaseState, move: Move, entry: Entry, standing: Standing, now: datetime
    ) -> tuple[Decision, tuple[Ask, ...]]:
        requirements = self.life.requirements(move)
        if (
            any(requirement.need is Need.VERIFICATION for requirement in requirements)
            and entry.verification is not None
        ):
            verified = entry.verification.gone
            state = replace(state, verified_at=now if verified else None)
            state = state.with_player(Party.VERIFIER, standing.person_id)
        asks = asks_of(self.life, requirements, state, entry) + self._more_asks(state, move)
        draws = self._draws(state, move.code)
        decision = consequences.moved(self.life, state, move, entry, standing, draws, now)
        given = {fact for fact, _ in draws}
        if decision.after.due_on is not None:  # the grade chosen in this very form may set the limit
            given.add(Fact.DUE_ON)
        return decision, asked_anew(asks, *(f"facts.{fact}" for fact in given))

    def _more_asks(self, state: CaseState, move: Move) -> tuple[Ask, ...]:
        """What the lifecycle asks beyond the move itself: terms of risk control, supervision before closing."""
        control = self.life.risk_control
        if control is not None and move.to == control.stage:
            until = Ask(field="control_until", label="管控到期日", kind="date", filled=state.control_until is not None)
            return (*part_asks((self.life.part(code) for code in control.parts), state), until)
        if self.life.canonical(move.to) is Canonical.CLOSED and consequences.needs_supervision(self.life, state):
            return tuple(
                Ask(field=f"facts.{fact}", label=label, kind="number", filled=state.has(fact))
                for fact, label in ((Fact.SUPERVISION_NO, "督办编号"), (Fact.SUPERVISOR, "督办责任人"))
            )
        return ()

    def _draws(self, state: CaseState, move: str) -> tuple[tuple[Fact, str], ...]:
        """Numbers this move draws. The hazard's own is drawn when it is reported, where the pack names no move for it."""
        facts = {"hazard": Fact.LEDGER_NO}
        if self.life.supervision is not None:
            facts.setdefault(self.life.supervision.numbering, Fact.SUPERVISION_NO)
        return tuple(
            (facts[numbering.code], numbering.code)
            for numbering in self.life.numberings
            if numbering.code in facts
            and numbering.on == move
            and not state.has(facts[numbering.code])
            and (move or numbering.code == "hazard")
        )

    def _allowed(self, chain: Sequence[Move], asks: Sequence[Ask]) -> set[str]:
        """The fields these moves take: what they ask, and what belongs to it."""
        fields = {ask.field for ask in asks}
        if any(name.startswith("plan.") for name in fields):
            fields |= {f"plan.{part.code}" for part in self.life.parts} | {"ground"}
        if "facts.grade" in fields:
            fields.add("deadline_class")
        if any(self.life.canonical(move.to) is Canonical.VERIFIED for move in chain):
            fields.add("verification")
        return fields

    def _open(
        self, chain: Chain, state: CaseState, standing: Standing, grounds: list[str], now: datetime
    ) -> OpenMove | None:
        """The form of a move, or None where the present ground rules it out and the form could not change that."""
        asked: dict[str, Ask] = {}
        asked_on: dict[str, list[str]] = {}
        refusal = ""
        rectifies = False
        for ground in grounds:
            at = replace(state, ground=ground)
            before = consequences.players(self.life, at, Party.RECTIFIER)
            for move in chain.moves:
                refusal = refusal or self._barred(at, move, standing)
                decision, asks = self._step(at, move, Entry(), standing, now)
                at = decision.after
                for ask in asks:
                    asked.setdefault(ask.field, ask)
                    if ground not in asked_on.setdefault(ask.field, []):
                        asked_on[ask.field].append(ground)
            becomes = standing.person_id in consequences.players(self.life, at, Party.RECTIFIER)
            rectifies = rectifies or (becomes and standing.person_id not in before)
        choosing = len(self.life.grounds) > 1 and any(name == "ground" or name.startswith("plan.") for name in asked)
        now_on = ground_of(self.life, state)
        if not choosing and now_on not in grounds:
            return None
        if choosing:
            filled = state.ground in grounds
            asked["ground"] = Ask(field="ground", label="整改情形", kind="choice", filled=filled)
            everywhere = set(grounds)
            asks_now = [
                replace(
                    ask, grounds=() if name == "ground" or set(asked_on[name]) == everywhere else tuple(asked_on[name])
                )
                for name, ask in asked.items()
            ]
        else:
            asks_now = [ask for name, ask in asked.items() if now_on in asked_on[name]]
        last = self.life.stage(chain.moves[-1].to)
        return OpenMove(
            code=chain.code, label=chain.label, hint=chain.hint, to=last.code, to_label=last.label, canonical=last.canonical,
            asks=tuple(asks_now), moves=tuple(move.code for move in chain.moves),
            grounds=tuple(grounds) if choosing else (), ground=now_on if now_on in grounds else grounds[0], refusal=refusal,
            closes_off=consequences.barred_for(self.life, Party.RECTIFIER) if rectifies else (),
        )  # fmt: skip


def _refuse_missing(label: str, asks: Sequence[Ask]) -> None:
    missing = {ask.field: ask for ask in asks if not ask.filled}
    if missing:
        raise Invalid(
            "“%(move)s”还缺：%(missing)s",
            fields={name: ask.right for name, ask in missing.items()},
            move=label,
            missing=[ask.label for ask in missing.values()],
        )
