"""The one blueprint that the pages of the filings hang on, and what their templates share."""

from __future__ import annotations

from typing import Any

from flask import url_for

from core.access.actor import Actor
from core.http.blueprints import PageBlueprint
from core.http.words import said
from core.kernel.errors import XiaoanError
from core.reports import words
from core.reports.permissions import ReportPermission

bp = PageBlueprint("reports", "core.reports")
WORDS = {
    "standings": words.STANDINGS, "tones": words.TONES, "late": words.LATE, "zero": words.ZERO, "not_owed": words.NOT_OWED,
    "kinds": words.KINDS, "verdicts": words.VERDICTS, "steps": words.STEPS, "reminders": words.REMINDERS, "explained": words.EXPLAINED,
}  # fmt: skip


def faults_of(fault: XiaoanError) -> tuple[dict[str, str], str]:
    """(field → what is right, message), in the reader's language."""
    return {name: said(right) for name, right in fault.fields.items()}, said(fault.phrase)


def tabs(actor: Actor, active: str) -> list[dict[str, Any]]:
    """The pages of the filings that this person has a use for."""
    files = actor.may(ReportPermission.WRITE) or actor.may(ReportPermission.SIGN)
    reviews = actor.may(ReportPermission.REVIEW)
    pages = (
        ("mine", "reports.mine", "待报", files), ("done", "reports.mine", "已报", files), ("grid", "reports.grid", "完整与及时", True),
        ("review", "reports.review", "待审", reviews), ("rounds", "reports.rounds", "各期报送", True),
    )  # fmt: skip
    return [
        {
            "title": said(title),
            "url": url_for(endpoint, done=1 if name == "done" else None),
            "active": name == active,
        }
        for name, endpoint, title, shown in pages
        if shown
    ]
