"""The tenants a person may switch to, as the frame around pages shows them."""

from __future__ import annotations

from collections.abc import Sequence

from core.http.context import RequestContext
from core.http.templating import TenantChoice
from core.identity.queries.links import linked_tenants as linked_accounts


def linked_tenants(context: RequestContext) -> Sequence[TenantChoice]:
    """The present tenant first; empty without links. One query where there are any, none elsewhere."""
    person_id = context.actor.person_id
    linked = context.identity is not None and context.identity.linked
    links = linked_accounts(context.session, person_id) if linked and person_id else ()
    cards = [context.runtime.directory.by_id(link.tenant_id) for link in links]
    others = [TenantChoice(card.id, card.name) for card in cards if card is not None]
    return (TenantChoice(context.tenant.id, context.tenant.name, current=True), *others) if others else ()
