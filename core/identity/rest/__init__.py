"""REST of identity: me, own sessions, own tokens."""

from __future__ import annotations

from collections.abc import Sequence

from core.http.blueprints import ApiBlueprint
from core.identity.rest import me, sessions, tokens


def blueprints() -> Sequence[ApiBlueprint]:
    return (me.bp, sessions.bp, tokens.bp)
