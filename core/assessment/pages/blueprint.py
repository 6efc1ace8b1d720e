"""The one blueprint that these pages hang on, and what they share: words, points as they are written, the pages of facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for

from core.access.actor import Actor
from core.accountability.permissions import AccountabilityPermission
from core.assessment.sources import Fact
from core.assessment.words import (
    APPEAL_STATES,
    APPEAL_TONES,
    GOALS,
    LEAVINGS,
    ROUND_STATES,
    ROUND_TONES,
    SOURCES,
    VERDICT_TONES,
    VERDICTS,
    VERSION_KINDS,
)
from core.campaigns.permissions import CampaignPermission
from core.hazards.permissions import HazardPermission
from core.http.blueprints import PageBlueprint
from core.inspections.permissions import InspectionPermission
from core.obligations.permissions import ObligationPermission
from core.records.permissions import RecordPermission

bp = PageBlueprint("assessment", "core.assessment")
WORDS = {
    "sources": SOURCES, "goals": GOALS, "verdicts": VERDICTS, "verdict_tones": VERDICT_TONES, "rounds": ROUND_STATES, "round_tones": ROUND_TONES,
    "appeals": APPEAL_STATES, "appeal_tones": APPEAL_TONES, "versions": VERSION_KINDS, "leavings": LEAVINGS,
}  # fmt: skip
PAGES: Mapping[str, tuple[str, str, str]] = {
    "hazard": ("hazards.detail", "hazard_id", HazardPermission.READ), "visit": ("inspections.visit", "visit_id", InspectionPermission.READ),
    "record": ("records.record", "record_id", RecordPermission.READ),
    "incident": ("records.incident", "incident_id", RecordPermission.INCIDENT_READ),
    "letter": ("campaigns.letter", "letter_id", CampaignPermission.READ), "matter": ("accountability.matter", "matter_id", AccountabilityPermission.READ),
    "duty": ("due.rows", "code", ObligationPermission.READ),
}  # fmt: skip
"""Kind of a fact → its page, the argument that takes its id, who may open it."""


@dataclass(frozen=True)
class Linked:
    """A fact with the address of its page; empty where it has none or the reader may not open it."""

    fact: Fact
    url: str


def linked(actor: Actor, facts: Iterable[Fact], **more: object) -> tuple[Linked, ...]:
    """``more``: further arguments of the pages of duties (unit, span)."""
    return tuple(Linked(fact, _url(actor, fact, more)) for fact in facts)


def _url(actor: Actor, fact: Fact, more: Mapping[str, object]) -> str:
    endpoint, argument, permission = PAGES.get(fact.kind, ("", "", ""))
    if not endpoint or not fact.id or not actor.may(permission):
        return ""
    arguments: dict[str, Any] = {argument: fact.id, **(more if fact.kind == "duty" else {})}
    return url_for(endpoint, **arguments)
