"""What pages and REST of oversight ask of a request."""

from __future__ import annotations

from core.http.context import RequestContext, current
from core.kernel.errors import NotFound


def opened() -> RequestContext:
    """Raises NotFound in a bureau: it has no hazards of its own."""
    context = current()
    if context.tenant.is_bureau:
        raise NotFound()
    return context
