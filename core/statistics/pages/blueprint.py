"""The blueprint that all pages of statistics hang on."""

from __future__ import annotations

from core.http.blueprints import PageBlueprint

bp = PageBlueprint("statistics", __name__, template_folder="../templates")
