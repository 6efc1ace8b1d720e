"""The hazard lifecycle a district declares; the machine in core.hazards runs it.

Pure data: no clock, no database, no decision about a particular hazard. The few methods answer
questions about the declaration itself ("which parts must a plan have on this ground?").
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, TypeVar

from core.tenancy.packs.model.base import Coded, Sourced

T = TypeVar("T", bound=Coded)


class Canonical(StrEnum):
    """The stages every district's own stages map to, so that districts can be compared."""

    DISCOVERED = "discovered"
    REGISTERED = "registered"
    PLANNED = "planned"
    RECTIFYING = "rectifying"
    REPORTED = "reported"
    VERIFIED = "verified"
    CLOSED = "closed"
    RISK_CONTROLLED = "risk_controlled"
    """Side state 带险管控: not fixable yet, kept safe by interim controls until a date."""
    CANCELLED = "cancelled"
    """Side state 误报: it was no hazard. Final, with a reason."""

    @property
    def final(self) -> bool:
        """Nothing is due any more."""
        return self in (Canonical.CLOSED, Canonical.CANCELLED)

    @property
    def side(self) -> bool:
        """Stands beside the main line and has no order in it."""
        return self in (Canonical.RISK_CONTROLLED, Canonical.CANCELLED)


MAIN_LINE: tuple[Canonical, ...] = tuple(stage for stage in Canonical if not stage.side)
"""The canonical stages in their order, side states left out."""


class Relation(StrEnum):
    """Who somebody is to this hazard. A relation alone gives nothing: the permission is checked too."""

    FINDER = "finder"
    """The very person who found it (or, after leaving, the successor the finder's unit names)."""
    FINDER_UNIT = "finder_unit"
    """Anyone of the unit that found it: the school itself, the bureau, a third party, an agency."""
    UNIT = "unit"
    """Anyone of the unit where the hazard is (the school)."""
    RECTIFIER = "rectifier"
    """The person the plan names as responsible; before there is a plan, anyone of the unit."""
    KEEPER = "keeper"
    """The ledger keeper (专人) of the unit: who holds the register permission there."""
    CLUSTER = "cluster"
    """The area supervisor of the unit: 片长单位, 中心校, 集团校."""
    DISTRICT = "district"
    """The bureau."""
    DEPARTMENT = "department"
    """The bureau department answerable for the hazard's domain in the responsibility matrix."""


class Party(StrEnum):
    """A part already played in this hazard, for rules of the kind "not the same person"."""

    FINDER = "finder"
    REGISTRAR = "registrar"
    PLANNER = "planner"
    RECTIFIER = "rectifier"
    """Named responsible in the plan, or made a move into ``rectifying`` or ``reported``."""
    VERIFIER = "verifier"


class Origin(StrEnum):
    """Where a hazard came from, canonical; a pack gives its own label to each."""

    SELF_CHECK = "self_check"
    INSPECTION = "inspection"
    CLUSTER = "cluster"
    AGENCY = "agency"
    THIRD_PARTY = "third_party"
    SUPERIOR = "superior"
    PUBLIC = "public"
    REGISTER = "register"
    """A rule of a register raised it (an expired extinguisher, an overdue test)."""


class LegalGrade(StrEnum):
    """The two grades the law knows. A district may label them but not add a third."""

    GENERAL = "general"
    MAJOR = "major"


class DayCount(StrEnum):
    """How the days of a time limit are counted."""

    NATURAL = "natural"
    WORKING = "working"


class PartKind(StrEnum):
    """How a part of the rectification plan is entered and when it counts as filled."""

    TEXT = "text"
    PERSON = "person"
    UNIT = "unit"
    MONEY = "money"
    DATE = "date"
    NUMBER = "number"
    """A running number that the system gives (see :class:`Numbering`)."""


class Need(StrEnum):
    """What a move can demand. The machine knows how to test each; a pack cannot invent one."""

    FIELDS = "fields"
    """The facts of the hazard named in ``of`` are filled: see :class:`Fact`."""
    GROUND = "ground"
    """One of the lifecycle's grounds was chosen."""
    PLAN = "plan"
    """Every plan part that :meth:`Lifecycle.plan_parts` names for this hazard is filled or waived;
    with ``of``, exactly these parts."""
    EVIDENCE = "evidence"
    """At least ``at_least`` files of one of the ``kinds``."""
    FOLLOW_UP = "follow_up"
    """At least ``at_least`` entries in the parallel log named in ``of`` (one code)."""
    VERIFICATION = "verification"
    """Somebody looked and found it gone, after the last rectification. In districts without a stage of
    their own for it, it is given in the same form as the move that demands it."""
    REASON = "reason"
    """A written reason."""
    REPORT_TO = "report_to"
    """To whom it is reported and when."""


class Fact(StrEnum):
    """The facts of a hazard that ``need: fields`` may name."""

    DESCRIPTION = "description"
    PLACE = "place"
    FINDER = "finder"
    FOUND_AT = "found_at"
    LEDGER_NO = "ledger_no"
    DOMAIN = "domain"
    CATEGORY = "category"
    GRADE = "grade"
    SOURCE = "source"
    DUE_ON = "due_on"
    MEASURE_DONE = "measure_done"
    """What was done, in words."""
    DONE_AT = "done_at"
    SUPERVISION_NO = "supervision_no"
    SUPERVISOR = "supervisor"


class EvidenceKind(StrEnum):
    """What a file shows."""

    BEFORE = "before"
    AFTER = "after"
    DOCUMENT = "document"
    VERIFICATION = "verification"


@dataclass(frozen=True, kw_only=True, slots=True)
class When:
    """Which hazards a rule is about. Every list that is filled must match; empty matches all."""

    grades: tuple[LegalGrade, ...] = ()
    """Legal grades."""
    grounds: tuple[str, ...] = ()
    """Codes of grounds."""
    sources: tuple[str, ...] = ()
    """Codes of the pack's sources."""
    domains: tuple[str, ...] = ()
    """Domain slugs."""
    org_types: tuple[str, ...] = ()
    """Codes of org types of the unit where the hazard is."""

    def matches(
        self,
        *,
        grade: str | None = None,
        ground: str | None = None,
        source: str | None = None,
        domain: str | None = None,
        org_type: str | None = None,
    ) -> bool:
        """Does a hazard with these facts fall under the rule? An unknown fact matches only an empty list."""
        pairs = (
            (self.grades, grade),
            (self.grounds, ground),
            (self.sources, source),
            (self.domains, domain),
            (self.org_types, org_type),
        )
        return all(not wanted or value in wanted for wanted, value in pairs)


ALWAYS = When()


@dataclass(frozen=True, kw_only=True, slots=True)
class Requirement(Sourced):
    """One thing that must be there before a move. A bare word in YAML stands for ``{need: word}``."""

    SHORTHAND: ClassVar[str] = "need"

    need: Need
    """What is demanded."""
    of: tuple[str, ...] = ()
    """Facts (for ``fields``), plan parts (for ``plan``) or the log's code (for ``follow_up``)."""
    kinds: tuple[EvidenceKind, ...] = ()
    """For ``evidence``: any of these kinds counts; empty = any file."""
    at_least: int = 1
    """For ``evidence`` and ``follow_up``: how many."""
    when: When = ALWAYS
    """Only for hazards that match."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Actor(Sourced):
    """Who may: a relation to the hazard and a permission there. A bare word stands for ``{who: word}``."""

    SHORTHAND: ClassVar[str] = "who"

    who: Relation
    """What the person must be to the hazard."""
    permission: str = ""
    """The permission the person must hold at the unit of the hazard; empty = the move's own."""
    when: When = ALWAYS
    """Only for hazards that match (wujin: the school closes what it found itself)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Stage(Coded):
    """A stage in the district's words."""

    canonical: Canonical
    """What it is to everybody else: dashboards and rollups count by this."""
    requires: tuple[Requirement, ...] = ()
    """What every move into this stage demands, whatever the move adds."""
    hint: str = ""
    """One line for the person at work: what happens in this stage."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Move(Coded):
    """An action on a hazard that changes its stage. Whatever no move allows is refused."""

    RENAMED: ClassVar[dict[str, str]] = {"from": "from_"}

    from_: tuple[str, ...]
    """Codes of the stages it starts from (``from`` in YAML)."""
    to: str
    """Code of the stage it ends in."""
    permission: str
    """The permission code every actor needs unless the actor names another."""
    by: tuple[Actor, ...]
    """Any one of these actors will do."""
    not_same_person_as: tuple[Party, ...] = ()
    """The acting person must not have played any of these parts in this hazard."""
    requires: tuple[Requirement, ...] = ()
    """What must be there, in addition to what the target stage demands."""
    when: When = ALWAYS
    """The move exists only for hazards that match."""
    hint: str = ""
    """One line for the person at work."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shortcut(Coded):
    """Several moves in one form (立查立改): each move's own rules still hold, in order."""

    moves: tuple[str, ...]
    """Codes of the moves, in order; each starts where the one before ended."""
    when: When = ALWAYS
    """Only for hazards that match."""
    hint: str = ""
    """One line for the person at work."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanPart(Coded):
    """One part of the rectification plan (整改责任, 措施, 资金, 时限, 预案 …): the set is the district's."""

    kind: PartKind
    """How it is entered."""
    zero_ok: bool = False
    """For money: 0 counts as filled."""
    waivable: bool = False
    """"Not needed" with a written reason counts as filled."""
    hint: str = ""
    """Help under the field."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ground(Coded):
    """Why the hazard is not simply gone yet: decides which plan parts are required."""

    parts: tuple[str, ...] = ()
    """Codes of the plan parts required on this ground, in the order they are asked."""
    fixable_now: bool = False
    """立查立改 is meant: shortcuts may be offered on this ground."""
    long_term: bool = False
    """Put under numbered supervision where the district has it."""
    default: bool = False
    """Chosen when nobody chose. Exactly one ground is."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PartRule(Sourced):
    """More plan parts for some hazards (sip: fire adds interim controls). Rules only ever add."""

    when: When
    """Which hazards."""
    parts: tuple[str, ...]
    """Codes of the parts added."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Deadline(Sourced):
    """A time limit; ``days: null`` = the notice sets none and somebody enters a date per hazard."""

    days: int | None = None
    """How many days after the start; the limit is the end of that day (Asia/Shanghai)."""
    count: DayCount = DayCount.NATURAL
    """Natural days unless the notice says 工作日."""
    start: Canonical = Canonical.REGISTERED
    """The day this canonical stage was entered is day 0."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Grade(Coded):
    """How grave. ``code`` is one of the two legal grades."""

    deadline: Deadline
    """Time limit to get from registered to reported."""
    classes: tuple[DeadlineClass, ...] = ()
    """The district's own deadline classes inside this legal grade, if it has any."""
    hint: str = ""
    """How to tell this grade from the other."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DeadlineClass(Coded):
    """A district's own class inside a legal grade (限 3 日, 限 15 日 …). Never a third grade."""

    deadline: Deadline
    """Its time limit."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Source(Coded):
    """Where hazards come from, in the district's words."""

    origin: Origin
    """What it is to everybody else."""
    found_above: bool = False
    """Found by somebody above or outside the unit, not by the unit itself."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Track(Coded):
    """A parallel log that runs beside the stages (wujin's 跟踪)."""

    opens: str
    """Code of the stage whose entry opens it."""
    closes: str
    """Code of the stage whose entry closes it."""
    by: tuple[Actor, ...]
    """Who may write entries."""
    permission: str
    """The permission for it."""
    every_days: int | None = None
    """A reminder when no entry came for so many days; null = none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Extension(Sourced):
    """Putting off the time limit."""

    by: tuple[Actor, ...]
    """Who may grant it."""
    permission: str
    """The permission for it."""
    times: int
    """How often at most for one hazard."""
    max_days: int | None = None
    """How many days at most each time; null = no limit stated."""
    requires: tuple[Requirement, ...] = ()
    """What must be there (usually a reason)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RiskControl(Sourced):
    """带险管控: the terms on which a hazard may wait. Entered and left by ordinary moves."""

    stage: str
    """Code of the stage whose canonical is ``risk_controlled``."""
    parts: tuple[str, ...]
    """Plan parts required before entering it (plan, limit, interim controls, watcher)."""
    max_days: int | None
    """Longest time before it lapses; null = until the date entered."""
    renewals: int = 0
    """How often it may be renewed."""
    check_every_days: int | None = None
    """The watcher confirms the controls at least so often; null = not asked."""
    on_expiry: tuple[str, ...] = ()
    """Codes of escalations that fire by themselves when it lapses."""


class Trigger(StrEnum):
    """What sets off an escalation."""

    MANUAL = "manual"
    OVERDUE = "overdue"
    """The time limit passed and the hazard is neither reported nor closed."""
    CONTROL_EXPIRED = "control_expired"
    """带险管控 lapsed."""
    MAJOR = "major"
    """A hazard was graded major."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Escalation(Coded):
    """Taking a hazard up: raises the escalated flag with an addressee, never changes the stage."""

    trigger: Trigger
    """What sets it off."""
    after_days: int = 0
    """For ``overdue``: so many natural days after the limit."""
    to: str
    """Addressee: a role or body of the pack (org/external code), shown by its label."""
    list_code: str = ""
    """The list the hazard then appears on (tongyu: the supervision focus list); empty = none."""
    list_label: str = ""
    """That list's name in the district's words."""
    by: tuple[Actor, ...] = ()
    """For ``manual``: who may."""
    permission: str = ""
    """For ``manual``: the permission for it."""
    requires: tuple[Requirement, ...] = ()
    """For ``manual``: what must be there."""


class Reset(StrEnum):
    """When a running number starts again at 1."""

    NEVER = "never"
    YEAR = "year"


@dataclass(frozen=True, kw_only=True, slots=True)
class Numbering(Coded):
    """A running number. Placeholders of ``pattern``: slug, year, month, day, unit, domain, seq."""

    pattern: str
    """A Python format string, e.g. ``WJ-{year}-{seq:05d}``; must hold ``{seq}``."""
    reset: Reset = Reset.YEAR
    """When the count starts again."""
    on: str = ""
    """Code of the move that assigns it; empty = another act does (supervision)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Supervision(Coded):
    """督办 by the bureau (sip: 编号督办; elsewhere 挂牌督办): a number and a supervisor on top of the stages."""

    numbering: str
    """Code of the numbering it uses."""
    by: tuple[Actor, ...]
    """Who may put a hazard under it and take it off."""
    permission: str
    """The permission for it."""
    when: When = ALWAYS
    """Hazards it is required for; others may be put under it by hand."""
    required: bool = False
    """A hazard that matches cannot be closed before it has a number and a supervisor."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Recurrence(Sourced):
    """When the same thing turns up again: a new case linked to the old one, never the old one reopened."""

    within_days: int
    """How long after closing a look-alike is offered as a recurrence."""
    same: tuple[str, ...] = ("unit", "domain", "category")
    """What must be equal: unit, domain, category, place."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Lifecycle(Sourced):
    """How a hazard goes from found to gone in this district."""

    closing_word: str
    """销账, 销号, 销案: the one word for closing on all pages."""
    initial: str
    """Code of the stage a new hazard starts in."""
    stages: tuple[Stage, ...]
    """In the order they are shown."""
    moves: tuple[Move, ...]
    """All that can happen."""
    shortcuts: tuple[Shortcut, ...] = ()
    """立查立改 and the like."""
    parts: tuple[PlanPart, ...]
    """The plan's parts, in the order of the notice."""
    grounds: tuple[Ground, ...]
    """At least one; with exactly one there is nothing to choose."""
    part_rules: tuple[PartRule, ...] = ()
    """Parts added for some hazards."""
    sources: tuple[Source, ...]
    """Where hazards come from."""
    grades: tuple[Grade, ...]
    """The two legal grades."""
    tracks: tuple[Track, ...] = ()
    """Parallel logs."""
    extension: Extension | None = None
    """None = the limit cannot be put off."""
    risk_control: RiskControl | None = None
    """None = the district does not know 带险管控."""
    escalations: tuple[Escalation, ...] = ()
    """Manual and by themselves."""
    numberings: tuple[Numbering, ...]
    """``hazard`` must be there."""
    supervision: Supervision | None = None
    """None = no numbered supervision."""
    recurrence: Recurrence | None = None
    """None = look-alikes are not looked for."""

    def stage(self, code: str) -> Stage:
        """The stage of this code; KeyError if the pack has none."""
        return _by_code(self.stages, code)

    def move(self, code: str) -> Move:
        """The move of this code; KeyError if the pack has none."""
        return _by_code(self.moves, code)

    def part(self, code: str) -> PlanPart:
        """The plan part of this code."""
        return _by_code(self.parts, code)

    def ground(self, code: str | None) -> Ground:
        """The ground of this code, or the default one."""
        if code is None:
            return next(ground for ground in self.grounds if ground.default)
        return _by_code(self.grounds, code)

    def grade(self, code: str) -> Grade:
        """The grade of this code."""
        return _by_code(self.grades, code)

    def source(self, code: str) -> Source:
        """The source of this code."""
        return _by_code(self.sources, code)

    def numbering(self, code: str) -> Numbering:
        """The numbering of this code."""
        return _by_code(self.numberings, code)

    def canonical(self, stage: str) -> Canonical:
        """What a stage of this pack is to everybody else."""
        return self.stage(stage).canonical

    def stages_of(self, *canonicals: Canonical) -> tuple[str, ...]:
        """Codes of the stages that map to these canonical ones."""
        return tuple(
            stage.code for stage in self.stages if stage.canonical in canonicals
        )

    def moves_from(self, stage: str) -> tuple[Move, ...]:
        """The moves that start from a stage, in the pack's order."""
        return tuple(move for move in self.moves if stage in move.from_)

    def requirements(self, move: Move) -> tuple[Requirement, ...]:
        """All a move demands: what its target stage demands, then its own."""
        return self.stage(move.to).requires + move.requires

    def plan_parts(
        self,
        *,
        ground: str | None = None,
        grade: str | None = None,
        source: str | None = None,
        domain: str | None = None,
        org_type: str | None = None,
    ) -> tuple[PlanPart, ...]:
        """The plan parts a hazard with these facts must have, in the pack's order.

        The ground's own parts and those of every matching rule together: rules add, never take away.
        """
        chosen = self.ground(ground)
        facts = {
            "grade": grade,
            "source": source,
            "domain": domain,
            "org_type": org_type,
        }
        wanted = set(chosen.parts)
        for rule in self.part_rules:
            if rule.when.matches(ground=chosen.code, **facts):
                wanted.update(rule.parts)
        return tuple(part for part in self.parts if part.code in wanted)


def _by_code(items: tuple[T, ...], code: str) -> T:
    for item in items:
        if item.code == code:
            return item
    raise KeyError(code)
