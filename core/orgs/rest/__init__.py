"""REST of the organisation."""

from __future__ import annotations

from collections.abc import Sequence

from core.http.blueprints import ApiBlueprint
from core.orgs.rest import people, posts, units


def blueprints() -> Sequence[ApiBlueprint]:
    return (units.bp, posts.bp, people.bp)
