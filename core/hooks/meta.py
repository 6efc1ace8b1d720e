"""What a plugin says of itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from core.db.sessions import TenantSession


@dataclass(frozen=True)
class HazardCategory:
    """``code`` is unique in the tenant, e.g. ``fire.exit``; ``focus`` marks a notice's focus problem."""

    code: str
    title: str
    clauses: tuple[str, ...] = ()
    focus: bool = False


@dataclass(frozen=True)
class FocusProblem:
    """A problem that a notice singles out, in its own words; ``variant`` names the form of the plugin that it belongs to.

    ``parts``: inner parts of a run-on wording, so that the failed part can be said.
    """

    code: str
    no: int
    title: str
    variant: str
    parts: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True)
class PluginMeta:
    """``slug`` = folder = table prefix = URL prefix = permission prefix = template folder = migration folder.

    ``core_range``: versions of core it was written for, e.g. ">=0.1,<1". ``needs``/``offers``: names of ports.
    """

    slug: str
    title: str
    summary: str
    version: str
    core_range: str
    icon: str = "puzzle"
    needs: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    categories: tuple[HazardCategory, ...] = ()
    """The hazard categories of the domain, where a district's pack does not cut them its own way."""
    variants: tuple[str, ...] = field(default=())
    """Forms of the plugin that a district's pack may choose; "" is the plain one."""
    focus: tuple[FocusProblem, ...] = ()
    """Focus problems by variant, where the pack does not state its own."""
    suggested: tuple[tuple[str, str], ...] = ()
    """(permission of this plugin, permission of core): whoever may do the second should do the first. For districts whose pack
    does not know the plugin; their administrator grants it with one confirm, nothing is granted by itself."""


@dataclass(frozen=True)
class MenuEntry:
    """``section``: work | campaign | daily | ledger | domain | district | bureau | admin. ``endpoint`` is a Flask endpoint name."""

    title: str
    endpoint: str
    icon: str
    section: str
    order: int = 50
    permission: str | None = None


@dataclass(frozen=True)
class Refusal:
    """Why a write is refused, in words a person can act on; ``source``: clause id or law."""

    message: str
    source: str | None = None


@dataclass(frozen=True)
class DeskCard:
    """One card of the 工作台: what has to be done, how often, until when."""

    title: str
    count: int
    endpoint: str
    args: tuple[tuple[str, str], ...] = ()
    tone: str = "normal"
    """normal | soon | overdue: the colour scale of time."""
    hint: str = ""
    order: int = 50


@dataclass(frozen=True)
class PostNote:
    """What a feature says of one appointment, beside it on the person's and the unit's page: a word with its tone."""

    post_id: UUID
    text: str
    """A msgid or Phrase."""
    tone: str = "warn"
    """good | warn | bad | off."""


@dataclass(frozen=True)
class HazardPanel:
    """A tab that a domain adds to a hazard's page: ``template`` with primitive ``values``."""

    title: str
    template: str
    values: dict[str, object]


@dataclass(frozen=True)
class Audited:
    """A kind of thing that the audit log speaks of, in words: every kind and action that is recorded has its own.

    ``actions``: action → words; a feature that writes of another's things repeats kind and title with its own actions.
    ``facts``: name in an entry's data → words. ``endpoint``: the page of one such thing, which takes its id as
    ``argument``, or of all of them where that is empty. ``names``: id → what the thing is called, in one query.
    """

    kind: str
    title: str
    actions: Mapping[str, str]
    facts: Mapping[str, str] = field(default_factory=dict)
    endpoint: str = ""
    argument: str = ""
    names: Callable[[TenantSession, frozenset[str]], Mapping[str, str]] | None = None


@dataclass(frozen=True)
class ChecklistPoint:
    """One thing to look at on an inspection. ``points`` 0: pass or fail; ``category``, ``grade``: of a hazard from it."""

    code: str
    content: str
    standard: str = ""
    section: str = ""
    law: str = ""
    points: int = 0
    weight: int = 1
    photo_on_fail: bool = False
    category: str = ""
    grade: str = ""
    place: str = ""


@dataclass(frozen=True)
class ChecklistOffer:
    """A checklist that a plugin brings along for its domain. ``kinds``: of inspection it is meant for; empty: all."""

    code: str
    title: str
    items: tuple[ChecklistPoint, ...]
    kinds: tuple[str, ...] = ()
    pass_percent: int = 0
    basis: str = ""
