"""The pack's obligations and reports as duties: the rule, and whom it means among the units that there are. Pure.

A unit is meant by words: the code of its org type, ``~kind`` where it has none, ``#code`` for departments and bodies that
are units themselves. A body without a unit of its own (安委会, 领导小组) is answered for by the department it belongs to, else
by the bureau; a post by the units in which it is held. Who is meant is shown with the duty, so nothing is passed on unseen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from core.kernel.due import Shift
from core.kernel.obligations import Rule, UnitFacts
from core.kernel.periods import Period, Reading
from core.kernel.phrases import Phrase
from core.tenancy.packs.model import GROUPS, Body, BodyKind, EntryEvent, Having, Obligation, OrgKind, Owed, Pack
from core.tenancy.packs.owed import is_report
from core.tenancy.packs.owed import rule as rule_of

TEN_DAYS = 10
_UNITS_THEMSELVES = (BodyKind.AGENCY, BodyKind.THIRD_PARTY)
"""Bodies that became units of their own when the tenant was founded (core.orgs.services.founding)."""


@dataclass(frozen=True, slots=True)
class Duty:
    """One obligation or report of the pack. ``rule.types`` are the words of the units that owe it."""

    rule: Rule
    owed: Owed
    parties: Mapping[str, str]
    """Word of a unit → who is meant there, where that is not the unit itself: 局长, 安委会."""

    @property
    def code(self) -> str:
        return self.rule.code

    @property
    def report(self) -> bool:
        return is_report(self.rule)

    @property
    def having(self) -> Having | None:
        """Of those meant, only the units that have this."""
        return self.owed.having if isinstance(self.owed, Obligation) else None

    @property
    def entry(self) -> EntryEvent | None:
        """After entries of a register: which."""
        return self.owed.entry if isinstance(self.owed, Obligation) else None

    @property
    def group(self) -> str:
        """Duties with the same word are one duty with several sources: as the pack says, else the same activity on the same topics."""
        said = self.owed.duty if isinstance(self.owed, Obligation) else ""
        return said or " ".join([self.rule.activity, *sorted(self.rule.topics)])

    def party(self, words: frozenset[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(label for word, label in self.parties.items() if word in words and label))


@dataclass(frozen=True, slots=True)
class Choices:
    """What the district chose for all of its reports (docs/packs.md, settings)."""

    reading: Reading | None = None
    """Of 「每十日」; None = as the pack says."""
    shift: bool = False
    """Reports due on a free day move to the next working day."""


def duties(pack: Pack, choices: Choices | None = None) -> tuple[Duty, ...]:
    """Every obligation and report of the pack, in its order. Raises ValueError naming one that makes no sense."""
    chosen = choices or Choices()
    return tuple(_duty(pack, owed, chosen) for owed in (*pack.obligations, *pack.reports))


def meant(pack: Pack, duty: Duty) -> str:
    """Who owes it, in the pack's words: 小学、初中 or 局长."""
    labels = {one.code: one.label for one in pack.org_types}
    labels |= {f"#{one.code}": one.label for one in (*pack.departments, *pack.bodies)}
    found = (label or labels.get(word, "") for word, label in duty.parties.items())
    who = Phrase("%(all)s", all=list(dict.fromkeys(label for label in found if label)))
    return Phrase("%(who)s（%(having)s）", who=who, having=duty.having.label) if duty.having else who


def unit_words(*, org_type: str | None, kind: str, code: str) -> frozenset[str]:
    """The words by which a unit can be meant."""
    return frozenset({org_type or f"~{kind}", f"#{code}"})


def unit_facts(words: frozenset[str], **facts: object) -> UnitFacts:
    """For the pure calculus: ``rule.types`` of a duty speak of these words."""
    return UnitFacts(types=words, **facts)  # type: ignore[arg-type]  # handed on as they are


def _duty(pack: Pack, owed: Owed, chosen: Choices) -> Duty:
    parties: dict[str, str] = {}
    for who in owed.who:
        for word, label in _words(pack, who):
            parties[word] = "" if not label or parties.get(word) == "" else label
    rule = replace(_as_chosen(rule_of(pack, owed), chosen), types=frozenset(parties))
    return Duty(_within_domain(pack, rule), owed, parties)


def _as_chosen(rule: Rule, chosen: Choices) -> Rule:
    if not is_report(rule):
        return rule
    if chosen.reading is not None and rule.period is Period.EVERY_DAYS and rule.step == TEN_DAYS:
        rule = replace(rule, reading=chosen.reading)
    if chosen.shift and rule.due.shift is Shift.NONE:
        rule = replace(rule, due=replace(rule.due, shift=Shift.AFTER))
    return rule


def _within_domain(pack: Pack, rule: Rule) -> Rule:
    """A domain that is only for some org types is off for the others."""
    domain = next((one for one in pack.domains if one.code == rule.domain), None)
    if domain is None or not domain.org_types:
        return rule
    return replace(rule, types=rule.types & frozenset(domain.org_types))


def _words(pack: Pack, who: str) -> Iterator[tuple[str, str]]:
    kind, _, code = who.partition(":")
    org_types = {one.code for one in pack.org_types}
    if who in org_types:
        yield who, ""
    elif who in GROUPS:
        yield from ((one.code, "") for one in pack.org_types if one.kind in GROUPS[who])
        yield from ((f"~{one}", "") for one in sorted(GROUPS[who]))
    elif kind == "department":
        yield f"#{code}", ""
    elif kind == "post":
        post = next(one for one in pack.posts if one.code == code)
        yield from ((held_in, post.label) for held_in in post.held_in)
    elif kind == "body":
        body = next(one for one in pack.bodies if one.code == code)
        yield from ((word, body.label) for word in _answering(pack, body))


def _answering(pack: Pack, body: Body) -> list[str]:
    """The words of the units that answer for a body."""
    if body.kind in _UNITS_THEMSELVES and not body.ended:
        return [f"#{body.code}"]
    if any(body.parent == department.code for department in pack.departments):
        return [f"#{body.parent}"]
    above = next((one for one in pack.bodies if one.code == body.parent), None)
    if above is not None:
        return _answering(pack, above)
    return [one.code for one in pack.org_types if one.kind is OrgKind.BUREAU]
