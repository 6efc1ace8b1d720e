"""Stories become rows: hazards, their timelines, audit entries, evidence. Set-based; the columns are those the services write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from core.demo.history import Told
from core.demo.pictures import Album
from core.demo.story import SPOT, Step, Story
from core.hazards.queries.evidence import SUBJECT
from core.hazards.record import columns_of, phase_at, signatures
from core.kernel.clock import local_date
from core.kernel.ids import new_id
from core.tenancy.packs.model import Numbering, Pack, Reset

Row = dict[str, Any]


@dataclass
class Rows:
    """Everything to insert, by table."""

    hazards: list[Row] = field(default_factory=list)
    events: list[Row] = field(default_factory=list)
    entries: list[Row] = field(default_factory=list)
    pending: list[Row] = field(default_factory=list)
    files: list[Row] = field(default_factory=list)
    counters: list[Row] = field(default_factory=list)


@dataclass
class Numbers:
    """Running numbers given in the order in which they were drawn, as the counters would have."""

    pack: Pack
    last: dict[tuple[str, str], int] = field(default_factory=dict)

    def draw(self, numbering: Numbering, *, unit: str, domain: str, at: datetime) -> str:
        day = local_date(at)
        key = (numbering.code, str(day.year) if numbering.reset is Reset.YEAR else "")
        self.last[key] = self.last.get(key, 0) + 1
        return numbering.pattern.format(
            slug=self.pack.slug,
            year=day.year,
            month=day.month,
            day=day.day,
            unit=unit,
            domain=domain,
            seq=self.last[key],
        )


def chronicle(tenant: int, pack: Pack, told: Sequence[Told], album: Album) -> Rows:
    """``told`` in the order of finding. Ids grow with time, so that storage and log lie in the order of the events."""
    rows = Rows()
    ids = [new_id() for _ in told]
    steps = sorted(((step.at, index, at) for index, one in enumerate(told) for at, step in enumerate(one.story.steps)))
    numbers, last = _numbered(pack, told, steps)
    rows.counters = [
        {"tenant_id": tenant, "code": code, "period": period, "last": count} for (code, period), count in last.items()
    ]
    for index, one in enumerate(told):
        rows.hazards.append(_hazard(tenant, pack, one, ids, index, numbers[index]))
    for _at, index, at in steps:
        story, step = told[index].story, told[index].story.steps[at]
        event = _event(tenant, ids[index], step, at, numbers[index])
        entry = _entry(tenant, ids[index], step, event)
        rows.events.append(event)
        rows.entries.append(entry)
        rows.pending.append({"tenant_id": tenant, "audit_id": entry["id"]})
        rows.files += _files(tenant, ids[index], story, step, album)
    return rows


def _numbered(
    pack: Pack, told: Sequence[Told], steps: Sequence[tuple[datetime, int, int]]
) -> tuple[list[dict[str, str]], dict[tuple[str, str], int]]:
    """Numbers of each hazard by fact, and the last one given of each numbering."""
    drawn: list[dict[str, str]] = [{} for _ in told]
    numbers = Numbers(pack)
    for at, index, number in steps:
        story = told[index].story
        for fact, code in story.steps[number].decision.draws:
            drawn[index][str(fact)] = numbers.draw(
                pack.lifecycle.numbering(code), unit=story.place.unit_code, domain=story.facts.domain, at=at
            )
    return drawn, numbers.last


def _hazard(tenant: int, pack: Pack, one: Told, ids: Sequence[UUID], index: int, numbers: dict[str, str]) -> Row:
    story = one.story
    state = story.state.with_facts(**numbers)
    signed: Row = dict.fromkeys(("rectified_by", "rectified_at", "verified_by", "closed_by", "closed_at"))
    signed |= {f"{name}_by_name": "" for name in ("rectified", "verified", "closed")}
    for step in story.steps:
        player = step.player
        signed |= signatures(
            step.decision,
            step.entry,
            person_id=player.person_id if player else None,
            name=player.name if player else "系统",
            now=step.at,
        )
    escalations = _escalations(pack, story)
    campaign, phase = phase_at(pack.campaigns, local_date(one.found_at))
    category = pack_category(pack, story.facts.domain, story.facts.category)
    return {
        "tenant_id": tenant, "id": ids[index], "unit_id": story.place.unit_id, "school_id": story.place.school_id,
        "org_type": story.place.org_type, "title": story.facts.text[1][:60], "source_note": "", "found_by": story.finder.person_id,
        "found_by_name": story.finder.name, "finder_unit_id": story.finder.unit_id, "on_the_spot": story.fate == SPOT and _same_day(story),
        "control_lapsed_on": None, "escalated_to": escalations[-1]["to"] if escalations else None, "escalations": escalations,
        "recurrence_of": ids[one.returns_of] if one.returns_of is not None else None, "parent_id": None, "campaign": campaign, "phase": phase,
        "clauses": list(category), "extra": {}, "reminded_on": None, "created_at": story.steps[0].at, "updated_at": story.steps[-1].at,
        "version": len(story.steps), **columns_of(pack.lifecycle, state), **signed,
    }  # fmt: skip


def pack_category(pack: Pack, domain: str, code: str) -> tuple[str, ...]:
    """Clauses of a category."""
    return next((own.clauses for own in pack.domain(domain).categories if own.code == code), ())


def _same_day(story: Story) -> bool:
    return len(story.steps) > 1 and local_date(story.steps[1].at) == local_date(story.steps[0].at)


def _escalations(pack: Pack, story: Story) -> list[Row]:
    rules = {rule.code: rule for rule in pack.lifecycle.escalations}
    found = []
    for step in story.steps:
        fired = step.decision.escalations or ((step.decision.code,) if step.decision.kind == "escalation" else ())
        for code in fired:
            rule = rules[code]
            found.append(
                {
                    "code": code,
                    "label": rule.label,
                    "to": addressee(pack, rule.to),
                    "list": rule.list_label,
                    "at": step.at.isoformat(),
                }
            )
    return found


def addressee(pack: Pack, code: str) -> str:
    """The label of the department, body or post with this code."""
    return next((own.label for own in (*pack.departments, *pack.bodies, *pack.posts) if own.code == code), code)


def _event(tenant: int, hazard_id: UUID, step: Step, at: int, numbers: dict[str, str]) -> Row:
    decision, player = step.decision, step.player
    drawn = {str(fact): numbers[str(fact)] for fact, _ in decision.draws}
    return {
        "tenant_id": tenant, "id": new_id(), "hazard_id": hazard_id, "at": step.at, "kind": decision.kind, "code": decision.code,
        "label": decision.label, "actor_id": player.person_id if player else None, "actor_name": player.name if player else "系统",
        "actor_post": player.title if player else "", "from_stage": decision.before.stage if decision.before else None,
        "to_stage": decision.after.stage, "canonical": str(decision.canonical), "note": step.note, "changes": _changes(step), "data": drawn,
        "hazard_version": at + 1,
    }  # fmt: skip


def _changes(step: Step) -> Row:
    """The time limit, where the step put it off; stages speak for themselves."""
    before, after = step.decision.before, step.decision.after
    if before is None or before.due_on == after.due_on:
        return {}
    return {"整改时限": [str(before.due_on) if before.due_on else None, str(after.due_on) if after.due_on else None]}


def _entry(tenant: int, hazard_id: UUID, step: Step, event: Row) -> Row:
    player = step.player
    data = {
        "code": step.decision.code, "label": event["label"], "from": event["from_stage"], "to": event["to_stage"],
        "changes": event["changes"], "note": event["note"], **event["data"],
    }  # fmt: skip
    return {
        "tenant_id": tenant, "id": new_id(), "at": step.at, "actor_kind": "person" if player else "system",
        "actor_id": player.person_id if player else None, "actor_name": player.name if player else "hazards.watch",
        "action": f"hazard.{step.decision.kind}", "object_kind": "hazard", "object_id": str(hazard_id), "data": data, "request_id": None,
    }  # fmt: skip


def _files(tenant: int, hazard_id: UUID, story: Story, step: Step, album: Album) -> list[Row]:
    files = []
    for kind, count in step.entry.evidence.items():
        for number in range(count):
            picture = album.picture(story.facts.domain, str(kind), (hazard_id.int + number) % 7)
            files.append(
                {
                    "tenant_id": tenant, "id": new_id(), "name": picture.name, "media_type": picture.media_type, "size": picture.size,
                    "sha256": picture.sha256, "key": picture.key, "thumbnail_key": picture.thumbnail_key, "occurred_at": step.at,
                    "uploaded_at": step.at, "uploaded_by": step.player.person_id if step.player else None, "subject_kind": SUBJECT,
                    "subject_id": hazard_id, "purpose": str(kind), "width": picture.width, "height": picture.height, "state": "kept",
                }
            )  # fmt: skip
    return files
