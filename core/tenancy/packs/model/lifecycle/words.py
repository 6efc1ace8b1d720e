"""The closed lists of words the lifecycle is written in; each word is one the machine understands."""

from __future__ import annotations

from enum import StrEnum


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


class Trigger(StrEnum):
    """What sets off an escalation."""

    MANUAL = "manual"
    OVERDUE = "overdue"
    """The time limit passed and the hazard is neither reported nor closed."""
    CONTROL_EXPIRED = "control_expired"
    """带险管控 lapsed."""
    MAJOR = "major"
    """A hazard was graded major."""


class Reset(StrEnum):
    """When a running number starts again at 1."""

    NEVER = "never"
    YEAR = "year"
