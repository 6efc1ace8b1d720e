"""The blueprint that all pages of the switchboard hang on."""

from __future__ import annotations

from core.http.blueprints import PageBlueprint

bp = PageBlueprint("switchboard", "core.switchboard")
