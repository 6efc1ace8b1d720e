"""Hazards as templates want them: codes turned into the district's words, plain data only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import url_for

from core.files.queries import FileCard
from core.hazards.catalogue import Catalogue
from core.hazards.lifecycle import Ask, CaseState, OpenMove
from core.hazards.lifecycle.asks import part_filled, plan_parts
from core.hazards.lifecycle.case import CONTROL
from core.hazards.lifecycle.dates import checks_due, due_part
from core.hazards.queries import HazardCard, HazardEventLine, LedgerLine
from core.hazards.queries.whereabouts import spot
from core.hazards.telling import field_label, part_text
from core.http.templating import current_frame, term
from core.http.words import said
from core.kernel.clock import LOCAL
from core.tenancy.packs.model import Pack
from core.tenancy.packs.model.lifecycle import MAIN_LINE, Canonical, EvidenceKind, Fact

Choices = list[tuple[str, str]]
TONES = {"closed": "good", "verified": "good", "cancelled": "warn", "risk_controlled": "warn"}


@dataclass(frozen=True)
class Labels:
    """The district's words for the codes of a hazard; where they are ours too, in the reader's language."""

    pack: Pack
    catalogue: Catalogue

    def stage(self, code: str) -> str:
        return said(next((stage.label for stage in self.pack.lifecycle.stages if stage.code == code), code))

    def source(self, code: str) -> str:
        return said(next((source.label for source in self.pack.lifecycle.sources if source.code == code), code))

    def ground(self, code: str | None) -> str:
        return said(next((ground.label for ground in self.pack.lifecycle.grounds if ground.code == code), ""))

    def grade(self, code: str, *, graded: bool = True) -> str:
        return said(self.pack.lifecycle.grade(code).label if graded else "待定级")

    def domain(self, code: str) -> str:
        return said(self.catalogue.title(code))

    def category(self, domain: str, code: str | None) -> str:
        return said(self.catalogue.category_title(domain, code))

    @property
    def closing(self) -> str:
        """The word for the end: the pack has it in both languages among its terms."""
        return term("close") if current_frame().locale == "en" else self.pack.lifecycle.closing_word

    def campaign(self, code: str, phase: str) -> str:
        campaign = next((own for own in self.pack.campaigns if own.code == code), None)
        if campaign is None:
            return ""
        label = next((own.label for own in campaign.phases if own.code == phase), "")
        return f"{said(campaign.label)} {said(label)}".strip()


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A line of the ledger and the words for its codes."""

    line: LedgerLine
    url: str
    place: str
    domain: str
    category: str
    grade: str
    source: str
    stage: str
    ground: str


def ledger_row(line: LedgerLine, labels: Labels) -> LedgerRow:
    return LedgerRow(
        line=line,
        url=url_for("hazards.detail", hazard_id=line.id),
        place=spot(line.place, line.school_name),
        domain=labels.domain(line.domain),
        category=labels.category(line.domain, line.category),
        grade=labels.grade(line.grade, graded=line.graded),
        source=labels.source(line.source),
        stage=labels.stage(line.stage),
        ground=labels.ground(line.ground),
    )


def steps(card: HazardCard, state: CaseState, pack: Pack) -> list[dict[str, Any]]:
    """The main line in the district's words, with the day each stage was first entered; side stages only when they are it."""
    life = pack.lifecycle
    stages = [stage for stage in life.stages if not stage.canonical.side or stage.code == card.stage]
    if life.canonical(card.stage) is Canonical.RISK_CONTROLLED:
        stages.sort(key=lambda stage: _order(stage.canonical))
    return [{"key": stage.code, "label": stage.label, "at": state.entered.get(stage.code)} for stage in stages]


def _order(canonical: Canonical) -> float:
    """带险管控 stands between rectifying and reported."""
    return MAIN_LINE.index(canonical) if canonical in MAIN_LINE else MAIN_LINE.index(Canonical.RECTIFYING) + 0.5


def elements(state: CaseState, pack: Pack) -> list[dict[str, Any]]:
    """The parts of the plan this hazard must have, and any other that is filled."""
    life = pack.lifecycle
    asked = {part.code for part in plan_parts(life, state)}
    return [
        {
            "label": part.label,
            "value": part_text(part.kind, state.plan[part.code]) if part.code in state.plan else None,
            "done": part_filled(part, state),
        }
        for part in life.parts
        if part.code in asked or part.code in state.plan
    ]


def events(lines: Iterable[HazardEventLine], files: Sequence[FileCard], labels: Labels) -> list[dict[str, Any]]:
    by_id = {str(card.id): card for card in files}
    return [
        {
            "at": line.at,
            "action": line.label,
            "who": line.actor_name,
            "post": line.actor_post,
            "text": line.note or line.data.get("seen") or None,
            "stage": line.canonical if line.from_stage != line.to_stage else None,
            "stage_label": labels.stage(line.to_stage),
            "tone": TONES.get(line.canonical) if line.from_stage != line.to_stage else None,
            "files": [picture(by_id[file_id]) for file_id in line.data.get("files", ()) if file_id in by_id],
            "changes": changes(labels, line.changes),
        }
        for line in lines
    ]


def changes(labels: Labels, told: Mapping[str, Sequence[Any]]) -> list[tuple[str, Any, Any]]:
    """(field, before, after) in words, also where the log keeps a code."""
    return [
        (field_label(labels.pack, name), _word(labels, name, pair[0]), _word(labels, name, pair[1]))
        for name, pair in told.items()
        if name != "stage"
    ]


def _word(labels: Labels, name: str, value: Any) -> Any:
    match name:
        case "domain" if value:
            return labels.domain(value)
        case "category" if value:  # the domain may have changed in the same move: the code is looked for in each
            return said(
                next(
                    (
                        own.title
                        for domain in labels.catalogue.domains
                        for own in domain.categories
                        if own.code == value
                    ),
                    value,
                )
            )
        case "deadline_class" if value:
            return said(
                next(
                    (own.label for grade in labels.pack.lifecycle.grades for own in grade.classes if own.code == value),
                    value,
                )
            )
        case _:
            return _day(value)


def _day(value: Any) -> Any:
    """Instants as people read them; whatever else as it is."""
    if isinstance(value, str) and len(value) > 18 and value[10:11] == "T":
        try:
            return datetime.fromisoformat(value).astimezone(LOCAL).strftime("%Y-%m-%d %H:%M")
        except ValueError:
            return value
    return value


def picture(card: FileCard, *, outdated: bool = False) -> dict[str, Any]:
    """A file for the gallery macros. ``outdated``: it hung there before the work was last sent back."""
    return {
        "outdated": outdated,
        "url": url_for("files.content", file_id=card.id),
        "thumb_url": url_for("files.thumbnail", file_id=card.id) if card.thumbnail_key else None,
        "name": card.name,
        "size": card.size,
        "kind": card.kind,
        "occurred_at": card.occurred_at,
        "uploaded_at": card.uploaded_at,
        "purpose": card.purpose,
    }


def last_return(lines: Iterable[HazardEventLine]) -> HazardEventLine | None:
    """When the work was last sent back; ``lines`` newest first."""
    return next((line for line in lines if line.data.get("sent_back")), None)


def galleries(files: Iterable[FileCard], lines: Sequence[HazardEventLine]) -> dict[str, list[dict[str, Any]]]:
    """By kind of evidence, in the order of the kinds. What shows the work is outdated unless it came after the last return,
    in the order of events."""
    returned = last_return(lines)
    since = {
        file_id
        for line in lines
        if returned is not None and line.hazard_version > returned.hazard_version
        for file_id in line.data.get("files", ())
    }

    def outdated(card: FileCard) -> bool:
        return returned is not None and card.purpose != EvidenceKind.BEFORE and str(card.id) not in since

    kept = [card for card in files if card.kept]
    return {
        str(kind): [picture(card, outdated=outdated(card)) for card in kept if card.purpose == kind]
        for kind in EvidenceKind
    }


def checks(state: CaseState, pack: Pack, *, today: date) -> list[dict[str, Any]]:
    """What is to be looked at again: controls and logs, with the day and whether it is over."""
    labels = {CONTROL: "管控检查"} | {track.code: track.label for track in pack.lifecycle.tracks}
    return [
        {"what": code, "label": labels[code], "due_on": day, "late": day < today, "last": state.looked_at.get(code)}
        for code, day in sorted(checks_due(pack.lifecycle, state).items(), key=lambda pair: pair[1])
    ]


def form_values(move: OpenMove, state: CaseState, pack: Pack, *, now: datetime, today: date) -> dict[str, Any]:
    """What stands in a move's form before anybody types: what is known already, and what usually is right."""
    values: dict[str, Any] = {"ground": move.ground, "report_to": state.reported_to or pack.term("safety_office")}
    values["facts.done_at"] = values["facts.found_at"] = now.astimezone(LOCAL).strftime("%Y-%m-%dT%H:%M")
    for fact, value in state.facts.items():
        values[f"facts.{fact}"] = value
    for code, part in state.plan.items():
        values |= {f"plan.{code}": part.value, f"plan.{code}.label": part.label, f"plan.{code}.waived": part.waived}
        if isinstance(part.value, int):
            values[f"plan.{code}"] = f"{part.value / 100:.2f}"
    due = due_part(pack.lifecycle)
    if due is not None and not values.get(f"plan.{due}"):
        values[f"plan.{due}"] = (today if len(move.moves) > 1 else state.due_on or today).isoformat()
    if Fact.DONE_AT in state.facts:
        values["facts.done_at"] = state.facts[Fact.DONE_AT].astimezone(LOCAL).strftime("%Y-%m-%dT%H:%M")
    return values


def to_fill(move: OpenMove, *, planned: bool = False) -> list[Ask]:
    """The fields of a move's form: what somebody can type or upload. Parts of the plan also when they are filled, to be
    corrected — but not once the work is told as done (``planned``): sending back changes no plan."""
    return [
        ask
        for ask in move.asks
        if ask.kind not in ("number", "log")
        and (not ask.filled or (not planned and (ask.field.startswith("plan.") or ask.field == "ground")))
    ]


def forward_first(moves: Iterable[OpenMove], pack: Pack, stage: str) -> list[OpenMove]:
    """What leads on stands before what sends back, takes aside or strikes out; what is barred stands last."""
    here = _order(pack.lifecycle.canonical(stage))

    def rank(move: OpenMove) -> tuple[bool, bool, bool]:
        back = not move.canonical.side and _order(move.canonical) <= here
        return bool(move.refusal), move.canonical is Canonical.CANCELLED, back

    return sorted(moves, key=rank)


def to_see_to(move: OpenMove) -> list[Ask]:
    """What is missing and cannot be typed here: numbers, log entries."""
    return [ask for ask in move.missing if ask.kind in ("number", "log")]
