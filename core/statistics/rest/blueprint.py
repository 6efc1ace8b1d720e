"""The blueprint that all REST of statistics hangs on."""

from __future__ import annotations

from core.http.blueprints import ApiBlueprint

bp = ApiBlueprint("statistics_rest", __name__, url_prefix="/api/v1/statistics", description="统计表")
