"""The one blueprint that these pages hang on."""

from core.http.blueprints import PageBlueprint

bp = PageBlueprint("papers", "core.papers")
