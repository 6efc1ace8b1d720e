"""What services and queries of hazards take out of a request."""

from __future__ import annotations

from typing import Any

from core.hazards.catalogue import Catalogue, catalogue_of
from core.http.context import RequestContext
from core.kernel.errors import NotFound
from core.orgs.queries import UnitCard
from core.tenancy.packs.model import Pack
from core.tenancy.switches import serving


def pack_of(context: RequestContext) -> Pack:
    """The district's pack. Raises NotFound for a bureau, which has no ledger of its own."""
    pack = context.pack
    if pack is None:
        raise NotFound()
    return pack  # type: ignore[no-any-return]  # the context does not name the class


def who_and_what(context: RequestContext) -> dict[str, Any]:
    """The arguments that writes with a domain take."""
    return {
        "actor": context.actor,
        "pack": pack_of(context),
        "plugins": context.runtime.plugins,
        "plugins_on": context.switched_on,
    }


def catalogue(context: RequestContext, *, at: UnitCard | None = None) -> Catalogue:
    """``at``: what may be chosen for a hazard in that unit; a domain for other stages of schooling is not active there."""
    meant = serving(context.switched_on, context.switches, at.school_stages if at is not None else None)
    return catalogue_of(pack_of(context), context.runtime.plugins, meant, today=context.today)
