"""The one blueprint that these pages hang on, and what their templates share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.exams.permissions import ExamPermission
from core.exams.words import AUDIENCES, KINDS, STANDING_TONES, STANDINGS, STATES, TONES
from core.http.blueprints import PageBlueprint
from core.http.context import RequestContext
from core.tenancy.packs.model import Pack

bp = PageBlueprint("exams", "core.exams")
WORDS: Mapping[str, Mapping[str, str]] = {
    "kinds": KINDS, "audiences": AUDIENCES, "states": STATES, "tones": TONES, "standings": STANDINGS, "standing_tones": STANDING_TONES,
}  # fmt: skip


def shared(context: RequestContext, pack: Pack | None) -> dict[str, Any]:
    """Words, labels of the district, and what this person may do."""
    return {
        "words": WORDS,
        "posts": {post.code: post.label for post in pack.posts} if pack is not None else {},
        "domains": {domain.code: domain.label for domain in pack.domains} if pack is not None else {},
        "may_write": context.actor.may(ExamPermission.WRITE),
        "may_read": context.actor.may(ExamPermission.RESULTS),
    }
