"""The one blueprint that these pages hang on, and what their forms share."""

from __future__ import annotations

from core.http.blueprints import PageBlueprint

bp = PageBlueprint("accountability", "core.accountability")
