"""The life of one invented hazard, told move by move and decided by the machine: what it refuses does not happen. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from random import Random

from core.demo.cast import Cast, Place, Player, barred
from core.demo.filling import Facts, fill
from core.demo.texts import FOLLOW_UPS, REASONS, RETURNED
from core.hazards.lifecycle import Ask, CaseState, Decision, Entry, Machine, Standing
from core.hazards.lifecycle.asks import asks_of, part_asks
from core.hazards.lifecycle.conditions import conditions_of
from core.kernel.clock import LOCAL, local_date
from core.kernel.errors import XiaoanError
from core.tenancy.packs.model import MAIN_LINE, Canonical, EvidenceKind, Fact, Move, Need

SYSTEM = Standing(None, everything=True)
MOST_STEPS = 24
SLOWNESS = 3.5
"""How much longer the slow ones take: these are the overdue."""
SPOT, CANCELLED, CONTROLLED, SLOW, USUAL = "spot", "cancelled", "controlled", "slow", "usual"


@dataclass(frozen=True)
class Step:
    """One thing that happened. ``player`` None: the system."""

    decision: Decision
    at: datetime
    player: Player | None
    entry: Entry
    note: str = ""


@dataclass
class Story:
    """A hazard with its past up to today. ``fate`` is what was meant for it, the steps are what the machine let happen."""

    place: Place
    finder: Player
    facts: Facts
    fate: str
    state: CaseState
    steps: list[Step] = field(default_factory=list)

    @property
    def canonical(self) -> Canonical:
        return self.steps[-1].decision.canonical if self.steps else Canonical.DISCOVERED


@dataclass(frozen=True)
class Pace:
    """How quickly things go: ``until`` is the present."""

    until: datetime
    factor: float


class Teller:
    """Tells stories of one district. Draws numbers in the order in which they were due."""

    def __init__(self, machine: Machine, cast: Cast, pace: Pace, rng: Random) -> None:
        self.machine, self.cast, self.pace, self.rng = machine, cast, pace, rng
        self.life = machine.life

    def tell(self, place: Place, finder: Player, facts: Facts, found_at: datetime, fate: str) -> Story:
        told = {
            Fact.DESCRIPTION: facts.text[1], Fact.PLACE: facts.text[0], Fact.FINDER: finder.name, Fact.FOUND_AT: found_at,
            Fact.SOURCE: facts.source, Fact.DOMAIN: facts.domain, Fact.CATEGORY: facts.category,
        }  # fmt: skip
        state = CaseState(stage=self.life.initial, facts=told, org_type=place.org_type)
        story = Story(place, finder, facts, fate, state)
        entry = Entry(evidence={EvidenceKind.BEFORE: 1})
        now = found_at + timedelta(minutes=self.rng.randint(1, 40))
        self._add(story, self.machine.report(state, entry=entry, now=now), now, finder, entry)
        if fate == SPOT:
            self._spot(story, now + timedelta(minutes=self.rng.randint(5, 30)))
        for _ in range(MOST_STEPS):
            later = self._next(story, now)
            if later is None:
                break
            now = later
        self._overdue(story, self.pace.until)
        return story

    # ── one step ─────────────────────────────────────────────────────────────────────────────

    def _next(self, story: Story, now: datetime) -> datetime | None:
        """Makes the next move and returns its time; None at the end of the story or of the past."""
        if self.life.canonical(story.state.stage).final:
            return None
        for move in self._wanted(story):
            at = self._time(story, move, now)
            if at >= self.pace.until:
                return None
            self._overdue(story, at)
            if self._act(story, move.code, move, at):
                return at
        return None

    def _wanted(self, story: Story) -> Iterator[Move]:
        """Moves from here, the one that the fate wants first."""
        state = story.state
        here = self.life.canonical(state.stage)
        moves = [
            move for move in self.life.moves_from(state.stage) if move.when.matches(**conditions_of(self.life, state))
        ]

        def rank(move: Move) -> tuple[int, int]:
            goes = self.life.canonical(move.to)
            if goes is Canonical.CANCELLED:
                return (0 if story.fate == CANCELLED else 9, 0)
            if goes is Canonical.RISK_CONTROLLED:
                return (0 if story.fate == CONTROLLED and self.life.stage(move.to).code not in state.entered else 8, 0)
            if here.side:
                return (1, 0)
            ahead = MAIN_LINE.index(goes) - MAIN_LINE.index(here)
            back = ahead <= 0
            if back:
                once = sum(step.decision.code == move.code for step in story.steps) == 0
                return (0 if once and self.rng.random() < 0.07 else 7, 0)
            return (2, ahead)

        yield from sorted(moves, key=rank)[:3]

    def _act(self, story: Story, code: str, move: Move, at: datetime) -> bool:
        """Tries the people who may; the machine decides. False if nobody can do it now."""
        if any(requirement.need is Need.FOLLOW_UP for requirement in self.life.requirements(move)):
            self._follow_up(story, at)
        if self.life.canonical(move.to) is Canonical.CLOSED:
            self._supervise(story, at)
        goes_back = self._goes_back(story, move)
        for player, standing in self._people(story, move):
            asks = self._asks(story, move) if code == move.code else self._shortcut_asks(story, code, standing, at)
            entry = fill(self.machine, asks, story.state, story.facts, at, self.rng)
            if self._chooses_ground(story, move, entry):
                entry = replace(entry, ground=story.facts.ground)
            if goes_back and entry.reason:
                entry = replace(entry, reason=self.rng.choice(RETURNED))
            try:
                decisions = self.machine.decide(story.state, code, entry=entry, standing=standing, now=at)
            except XiaoanError:
                continue
            for index, decision in enumerate(decisions):
                self._add(story, decision, at, player, entry if index == 0 else Entry(), entry.reason or entry.note)
            return True
        return False

    def _goes_back(self, story: Story, move: Move) -> bool:
        here, goes = self.life.canonical(story.state.stage), self.life.canonical(move.to)
        return goes in MAIN_LINE and here in MAIN_LINE and MAIN_LINE.index(goes) < MAIN_LINE.index(here)

    def _people(self, story: Story, move: Move) -> list[tuple[Player, Standing]]:
        found = self.cast.who(move.by, move.permission, story.state, story.place, story.finder, story.facts.responsible)
        fit = [
            (player, standing)
            for player, standing in found
            if not barred(self.machine, story.state, move.not_same_person_as, player)
        ]
        return fit[:6]

    def _asks(self, story: Story, move: Move) -> tuple[Ask, ...]:
        """What the form of one move asks; ``moves_open`` would work out those of all moves."""
        state = story.state if story.state.ground else replace(story.state, ground=story.facts.ground)
        asks = asks_of(self.life, self.life.requirements(move), state, Entry())
        control = self.life.risk_control
        if control is not None and move.to == control.stage:
            until = Ask(field="control_until", label="", kind="date", filled=False)
            return (*asks, *part_asks((self.life.part(code) for code in control.parts), story.state), until)
        return asks

    def _chooses_ground(self, story: Story, move: Move, entry: Entry) -> bool:
        """Whether the form of this move is where the ground is chosen."""
        if entry.ground or story.state.ground or len(self.life.grounds) == 1:
            return False
        return bool(entry.plan) or any(requirement.need is Need.GROUND for requirement in self.life.requirements(move))

    def _shortcut_asks(self, story: Story, code: str, standing: Standing, at: datetime) -> tuple[Ask, ...]:
        opened = (move for move in self.machine.moves_open(story.state, standing, now=at) if move.code == code)
        return next((move.asks for move in opened), ())

    def _add(
        self, story: Story, decision: Decision, at: datetime, player: Player | None, entry: Entry, note: str = ""
    ) -> None:
        """Keeps the step; numbers are only marked as drawn here, the real ones are given when all stories are in order."""
        drawn = {str(fact): "…" for fact, _ in decision.draws}
        if story.steps and at <= story.steps[-1].at:
            at = story.steps[-1].at + timedelta(minutes=2)
        story.state = decision.after.with_facts(**drawn) if drawn else decision.after
        story.steps.append(Step(decision, at, player, entry, note))

    # ── beside the stages ────────────────────────────────────────────────────────────────────

    def _spot(self, story: Story, now: datetime) -> bool:
        """立查立改 in one go, where the district has such a shortcut for this hazard."""
        if now >= self.pace.until:
            return False
        for shortcut in self.life.shortcuts:
            moves = [self.life.move(code) for code in shortcut.moves]
            if shortcut.when.matches(**conditions_of(self.life, story.state)) and story.state.stage in moves[0].from_:
                return self._act(story, shortcut.code, moves[-1], now)
        return False

    def _follow_up(self, story: Story, at: datetime) -> None:
        last = story.steps[-1].at
        for track in self.life.tracks:
            for text in self.rng.sample(FOLLOW_UPS, self.rng.randint(1, 2)):
                for player, standing in self.cast.who(
                    track.by, track.permission, story.state, story.place, story.finder, story.facts.responsible
                ):
                    when = last + (at - last) * self.rng.uniform(0.2, 0.9)
                    try:
                        decision = self.machine.follow_up(story.state, track.code, standing=standing, now=when)
                    except XiaoanError:
                        continue
                    self._add(story, decision, when, player, Entry(note=text), text)
                    last = when
                    break

    def _supervise(self, story: Story, at: datetime) -> None:
        rule = self.life.supervision
        if rule is None or story.state.has(Fact.SUPERVISION_NO):
            return
        wanted = self.life.ground(story.state.ground).long_term or (
            rule.required and rule.when.matches(**conditions_of(self.life, story.state))
        )
        if not wanted:
            return
        for player, standing in self.cast.who(
            rule.by, rule.permission, story.state, story.place, story.finder, story.facts.responsible
        ):
            try:
                decision = self.machine.supervise(
                    story.state,
                    supervisor=player.name,
                    supervisor_id=player.person_id,
                    entry=Entry(),
                    standing=standing,
                    now=at,
                )
            except XiaoanError:
                continue
            self._add(story, decision, at - timedelta(hours=2), player, Entry(), "列入督办")
            return

    def _overdue(self, story: Story, at: datetime) -> None:
        """Extends now and then just before the limit; escalates what the pack escalates by itself."""
        state = story.state
        due = state.due_on
        if due is None or self.life.canonical(state.stage).final:
            return
        if self.life.extension and not state.extensions and local_date(at) > due and self.rng.random() < 0.25:
            self._extend(story, datetime.combine(due, time(15), LOCAL).astimezone(UTC))
        for code in self.machine.escalations_due(story.state, now=at):
            last = story.steps[-1].at
            when = max(
                last + timedelta(minutes=5),
                min(at, datetime.combine(due + timedelta(days=1), time(2, 30), LOCAL).astimezone(UTC)),
            )
            self._add(story, self.machine.fire(story.state, code), when, None, Entry())

    def _extend(self, story: Story, at: datetime) -> None:
        rule = self.life.extension
        if rule is None or story.state.due_on is None or at <= story.steps[-1].at or at >= self.pace.until:
            return
        until = story.state.due_on + timedelta(days=min(10, rule.max_days or 10))
        entry = Entry(reason=self.rng.choice(REASONS))
        for player, standing in self.cast.who(
            rule.by, rule.permission, story.state, story.place, story.finder, story.facts.responsible
        ):
            try:
                decision = self.machine.extend(story.state, until=until, entry=entry, standing=standing, now=at)
            except XiaoanError:
                continue
            self._add(story, decision, at, player, entry, entry.reason)
            return

    # ── time ─────────────────────────────────────────────────────────────────────────────────

    def _time(self, story: Story, move: Move, now: datetime) -> datetime:
        if story.fate == SPOT and self.life.canonical(move.to) is not Canonical.CLOSED:
            return now + timedelta(minutes=self.rng.randint(5, 50))
        days = self._days(story, self.life.canonical(move.to), now)
        return working_hour(now + timedelta(days=days), self.rng, after=now)

    def _days(self, story: Story, goes: Canonical, now: datetime) -> float:
        rng, slow = self.rng, self.pace.factor * (SLOWNESS if story.fate == SLOW else 1)
        if self.life.canonical(story.state.stage).side:
            return rng.uniform(15, 75)
        match goes:
            case Canonical.REGISTERED:
                return rng.expovariate(1 / (0.7 * slow))
            case Canonical.PLANNED | Canonical.RECTIFYING:
                return rng.expovariate(1 / (1.2 * slow))
            case Canonical.REPORTED:
                left = max(2, (story.state.due_on - local_date(now)).days) if story.state.due_on else 8
                return min(left, 40) * min(4.0, rng.lognormvariate(-0.8, 0.7)) * slow
            case Canonical.RISK_CONTROLLED:
                return rng.uniform(2, 9)
            case _:
                return rng.expovariate(1 / (1.8 * slow))


def working_hour(at: datetime, rng: Random, *, after: datetime) -> datetime:
    """Moved into a school day's hours, never before ``after``."""
    local = at.astimezone(LOCAL)
    if not 7 <= local.hour < 18:
        local = local.replace(hour=rng.randint(8, 16), minute=rng.randint(0, 59))
    while local.weekday() == 6:
        local += timedelta(days=1)
    moved = local.astimezone(UTC)
    return moved if moved > after else after + timedelta(minutes=rng.randint(20, 180))
