"""The one blueprint that these pages hang on."""

from __future__ import annotations

from core.http.blueprints import PageBlueprint

bp = PageBlueprint("hazards", "core.hazards")
