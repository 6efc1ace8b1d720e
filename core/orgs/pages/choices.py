"""What selects and check boxes of these pages offer."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _

from core.http.context import RequestContext
from core.orgs.queries.units import unit_options
from core.orgs.words import KIND_WORDS, OWNERSHIP_WORDS, STAGE_WORDS
from core.tenancy.packs.model import Pack

Choices = list[tuple[str, str]]


def kinds() -> Choices:
    return [(code, _(word)) for code, word in KIND_WORDS.items() if code != "bureau"]


def stages() -> Choices:
    return [(code, _(word)) for code, word in STAGE_WORDS.items()]


def ownerships() -> Choices:
    return [(code, _(word)) for code, word in OWNERSHIP_WORDS.items()]


def org_types(pack: Pack | None) -> Choices:
    """In the district's own words."""
    return [(kind.code, kind.label) for kind in pack.org_types] if pack else []


def unit_choices(context: RequestContext, permission: str, *, kinds: Sequence[str] = ()) -> Choices:
    """Units in which the actor has the permission, with their parent's name where names repeat."""
    options = unit_options(context.session, context.actor.coverage(permission), kinds)
    names = [option.name for option in options]
    return [
        (
            str(option.id),
            f"{option.name}（{option.parent_name}）"
            if names.count(option.name) > 1 and option.parent_name
            else option.name,
        )
        for option in options
    ]
