"""What the workbench takes out of a request."""

from __future__ import annotations

from core.hooks.meta import DeskCard
from core.http.context import RequestContext


def cards(context: RequestContext) -> list[DeskCard]:
    """Of all features, in no order."""
    return context.runtime.plugins.collect(
        "collect_desk_cards", context.plugins_on, session=context.session, actor=context.actor, plugins=context.runtime.plugins,
    )  # fmt: skip
