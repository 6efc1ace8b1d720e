"""The contract between core and whoever extends it.

The first word of a hook is its protocol: ``register_*`` at boot, pure; ``collect_*`` per request and tenant, read-only,
answers joined; ``refuse_*`` before a write; ``on_*`` after the commit, each in its own transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pluggy

from core.access.permissions import Declared
from core.hooks.evidence import Evidence
from core.hooks.holdings import Holding
from core.hooks.meta import Audited, ChecklistOffer, DeskCard, HazardPanel, MenuEntry, PostNote, Refusal
from core.hooks.occasions import Occasion
from core.hooks.papers import PaperKind
from core.hooks.searching import Searchable
from core.kernel.events import Event
from core.kernel.ports import Port

if TYPE_CHECKING:
    from core.access.actor import Actor
    from core.db.sessions import TenantSession
    from core.hooks.manager import Plugins
    from core.hooks.tables import ExportKind, ImportKind

NAMESPACE = "xiaoan"
spec = pluggy.HookspecMarker(NAMESPACE)
impl = pluggy.HookimplMarker(NAMESPACE)


@spec
def register_permissions() -> Sequence[Declared]:
    """The permissions that this feature checks.

    When: once at boot. Tenant: none. Args: none.
    Returns: declarations; core joins them into one catalogue, a code declared twice stops the boot.
    If it raises: a plugin is quarantined; a core feature stops the boot.
    """
    raise NotImplementedError


@spec
def register_audited() -> Sequence[Audited]:
    """Words for what this feature writes into the audit log.

    When: once at boot; ``names`` of an answer runs when the log is read. Tenant: none; ``names`` gets the reader's session.
    Args: none.
    Returns: one entry for each kind of thing; core joins them, an action worded twice stops the boot.
    If it raises: a plugin is quarantined; a core feature stops the boot.
    """
    raise NotImplementedError


@spec
def register_blueprints() -> Sequence[Any]:
    """Guarded blueprints (PageBlueprint, ApiBlueprint) with pages and REST.

    When: once at boot. Tenant: none; routes of a plugin that is off for the tenant answer 404 centrally.
    Args: none. Returns: blueprints; core registers all, a route without guard stops the boot.
    If it raises: a plugin is quarantined; a core feature stops the boot.
    """
    raise NotImplementedError


@spec
def register_registers() -> Sequence[Any]:
    """Registers (台账): a model and what is said of its fields. Core makes list, form, history, REST, tables and rules of it.

    When: once at boot. Tenant: none; a register of a plugin that is off answers 404 and its rules are not asked. Args: none.
    Returns: registers; a plugin's slug begins with its own and a low line: ``fire_facilities``.
    If it raises: or declares what its model does not have, a plugin is quarantined; a core feature stops the boot.
    """
    raise NotImplementedError


@spec
def register_jobs() -> Sequence[Callable[..., Any]]:
    """Functions decorated with ``@job(kind)``.

    When: once at boot of web, worker and beat. Tenant: none; each run gets its tenant's session. Args: none.
    Returns: functions; core joins them, a kind registered twice stops the boot.
    If it raises: a plugin is quarantined; a core feature stops the boot.
    """
    raise NotImplementedError


@spec
def register_periodic() -> Sequence[Any]:
    """``Periodic`` entries: which job kind falls due how often, for each tenant.

    When: once at boot of beat. Tenant: none. Args: none.
    Returns: entries; core joins them. If it raises: a plugin is quarantined; a core feature stops the boot.
    """
    raise NotImplementedError


@spec
def register_file_subjects() -> dict[str, Callable[[TenantSession, Actor, UUID], bool]]:
    """For each kind of thing that files hang on: may this actor see the files of that thing?

    When: once at boot; the functions run at every download. Tenant: theirs is the session's. Args: none.
    Returns: subject kind → check; core joins them; a kind nobody registered is refused.
    If it raises: at boot a plugin is quarantined; a check that raises refuses the download.
    """
    raise NotImplementedError


@spec
def register_checklists() -> Sequence[ChecklistOffer]:
    """Checklists that a plugin brings along; each district gets them as versions that never change.

    When: once at boot. Tenant: none; taken over where the plugin is on. Args: none.
    Returns: checklists, codes unique in the plugin; core joins them, prefixed with the plugin's slug.
    If it raises: a plugin is quarantined; a core feature stops the boot.
    """
    raise NotImplementedError


@spec
def register_ports() -> Mapping[Port[Any], Callable[[TenantSession], Any]]:
    """What this plugin offers to others: a port of core.sdk.domain and what makes it for a session.

    When: once at boot; what makes it runs when somebody asks for the port. Tenant: the session's, only where the plugin is on.
    Args: none.
    Returns: port → function of a session; a port that another offers already, or that META does not name in ``offers``,
    quarantines the plugin.
    If it raises: at boot the plugin is quarantined; later the Null form answers and the plugin is kept out of the tenant.
    """
    raise NotImplementedError


@spec
def register_searchables() -> Sequence[Searchable]:
    """Kinds of things that people may search for by words and numbers (core.hooks.searching).

    When: once at boot, and cheaply again: pure. Tenant: none; found only where the plugin is on. Args: none.
    Returns: searchables, kinds unique; core indexes their texts, and asks them what an actor may see.
    If it raises: a plugin is quarantined; a core feature stops the boot.
    """
    raise NotImplementedError


@spec
def register_papers() -> Sequence[PaperKind]:
    """Kinds of official papers (core.hooks.papers): names that templates may use, and the built-in template.

    When: once at boot: pure. Tenant: none; shown only where the plugin is on. Args: none.
    Returns: kinds, codes unique and beginning with the feature's name; a district may put its own template in the place of each.
    If it raises: a plugin is quarantined; a core feature stops the boot.
    """
    raise NotImplementedError


@spec
def register_evidence() -> Sequence[Evidence]:
    """Facts that count for obligations (core.hooks.evidence): records, visits, filings, what a plugin keeps.

    When: once at boot: pure. Tenant: none; counted only where the plugin is on. Args: none.
    Returns: evidence, kinds unique; core.obligations joins all selects with what is owed, set-based.
    If it raises: a plugin is quarantined; a core feature stops the boot.
    """
    raise NotImplementedError


@spec
def register_occasions() -> Sequence[Occasion]:
    """Events after which something may be due (core.hooks.occasions): incidents, major hazards, matters.

    When: once at boot: pure. Tenant: none; told only where the plugin is on. Args: none.
    Returns: occasions, codes unique and known to the pack language; core.obligations makes the duties of them.
    If it raises: a plugin is quarantined; a core feature stops the boot.
    """
    raise NotImplementedError


@spec
def register_holdings() -> Sequence[Holding]:
    """Things that units have (core.hooks.holdings), for duties that only those owe that have one: entries of registers, buildings.

    When: once at boot: pure. Tenant: none; asked only where the plugin is on. Args: none.
    Returns: holdings, codes unique; core.obligations joins their selects with what is owed, set-based.
    If it raises: a plugin is quarantined; a core feature stops the boot.
    """
    raise NotImplementedError


@spec
def collect_menu(actor: Actor) -> Sequence[MenuEntry]:
    """Entries of the left menu.

    When: at every page. Tenant: only plugins that are on. Args: the actor, to leave out what it may not open.
    Returns: entries; core drops those whose permission the actor lacks and sorts by section and order.
    If it raises: its entries are left out, the fault is logged and the plugin kept out of this tenant until lifted.
    """
    raise NotImplementedError


@spec
def collect_desk_cards(session: TenantSession, actor: Actor, plugins: Plugins) -> Sequence[DeskCard]:
    """Cards of the 工作台: what this person has to do.

    When: at the desk page. Tenant: only plugins that are on. Args: a read-only session, the actor, and (for core features that
    serve others) what was registered in this process.
    Returns: cards; core shows the most urgent seven. If it raises: its cards are left out, the fault
    is logged and the plugin kept out of this tenant until lifted.
    """
    raise NotImplementedError


@spec
def collect_import_kinds(session: TenantSession, actor: Actor) -> Sequence[ImportKind]:
    """Kinds of tables that can be imported (导入中心): rosters, ledgers, registers.

    When: at the pages, REST and jobs of the import centre. Tenant: only plugins that are on; a kind may be the tenant's own
    (a register of its pack). Args: session, the actor. A plugin's kind bears its slug: ``fire.facilities``.
    Returns: kinds; core drops those whose permission the actor lacks. If it raises: its kinds are left out, the fault is logged.
    """
    raise NotImplementedError


@spec
def collect_export_kinds(session: TenantSession, actor: Actor) -> Sequence[ExportKind]:
    """Kinds of tables that can be taken away (导出中心).

    When: at the pages, REST, jobs and downloads of the export centre. Tenant: as collect_import_kinds.
    Args: session, the actor. A plugin's kind bears its slug.
    Returns: kinds; core drops those whose permission the actor lacks. If it raises: its kinds are left out, the fault is logged.
    """
    raise NotImplementedError


@spec
def collect_hazard_panels(session: TenantSession, actor: Actor, hazard_id: UUID, domain: str) -> Sequence[HazardPanel]:
    """Panels that a domain adds to a hazard's page.

    When: at the detail page. Tenant: only plugins that are on. Args: read-only session, actor, hazard, its domain.
    Returns: panels in order. If it raises: its panels are left out, the fault is logged and the plugin
    kept out of this tenant until lifted.
    """
    raise NotImplementedError


@spec
def collect_post_notes(session: TenantSession, actor: Actor, post_ids: Sequence[UUID]) -> Sequence[PostNote]:
    """What is to be said of appointments on the page of a person or a unit, e.g. 未达标 with what is missing.

    When: at these pages. Tenant: only plugins that are on. Args: read-only session, actor, appointments shown.
    Returns: notes on some of them; what the actor may not know there is left out. If it raises: its notes are left out, the fault
    is logged and the plugin kept out of this tenant until lifted.
    """
    raise NotImplementedError


@spec
def refuse_hazard_move(session: TenantSession, actor: Actor, hazard_id: UUID, domain: str, move: str) -> Refusal | None:
    """A domain's own bar before a hazard moves (e.g. fire: no acceptance document, no closing).

    When: in the transaction of the move, after the district's own rules. Tenant: only plugins that are on.
    Args: session of the write, actor, hazard, its domain, the pack's move code.
    Returns: Refusal or None; the first refusal wins. If it raises: the move is refused, and the plugin kept out of this tenant
    until lifted; this hook is asked all the same.
    """
    raise NotImplementedError


@spec
def on_event(session: TenantSession, event: Event, plugins: Plugins) -> None:
    """Something happened and is committed.

    When: after the commit, from a job. Tenant: only plugins that are on. Args: a session of its own, the event, and (for
    core features that serve others, such as the search) what was registered in this process.
    Returns: nothing. If it raises: its savepoint is rolled back, the fault is logged, it is tried again; others go on. The plugin
    is kept out of this tenant until lifted, and told all the same: no event is lost.
    """
    raise NotImplementedError


@spec
def on_tenant_onboarded(session: TenantSession) -> None:
    """A tenant got its pack, or a new version of it.

    When: in a job after onboarding. Tenant: the new one. Args: a session of its own. Returns: nothing.
    If it raises: as on_event.
    """
    raise NotImplementedError
