"""The one blueprint that these operations hang on."""

from __future__ import annotations

from core.http.blueprints import ApiBlueprint

bp = ApiBlueprint(
    "exams_api", __name__, url_prefix="/api/v1/exams",
    description="Question bank, exams, one's own sittings, results by unit, what posts ask for",
)  # fmt: skip
