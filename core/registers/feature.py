"""What registers hand to the hooks. An object, not a module: it knows the registers that this process was given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import Select

from core.access.actor import Actor
from core.access.permissions import Declared
from core.db.sessions import TenantSession
from core.files.queries import Subjects
from core.hooks.holdings import REGISTER, Holding
from core.hooks.manager import Plugins
from core.hooks.meta import Audited, DeskCard, MenuEntry
from core.hooks.occasions import Occasion
from core.hooks.searching import Searchable
from core.hooks.specs import impl
from core.hooks.tables import ExportKind, ImportKind
from core.jobs.schedule import Periodic
from core.kernel.events import Event
from core.kernel.phrases import Phrase
from core.kernel.schoolyear import Span
from core.registers import pages, rest, tasks
from core.registers.catalogue import Registers
from core.registers.declared import Register
from core.registers.permissions import DECLARED, RegisterPermission
from core.registers.queries.cards import titles
from core.registers.queries.entries import sums
from core.registers.queries.files import file_subjects
from core.registers.queries.history import ACTIONS, GENERIC
from core.registers.queries.holders import holders
from core.registers.queries.occasions import entered_in
from core.registers.searching import searchables
from core.registers.tables import RegisterExport, RegisterImport
from core.tenancy.packs.model import After, EntryEvent, Having

NAME = "core.registers.feature"


def join(plugins: Plugins) -> Registers:
    """Asks everybody for their registers and registers what follows from them. Call it once, when all plugins are known."""
    registers = Registers.of(plugins)
    plugins.manager.register(RegisterHooks(registers), name=NAME)
    plugins.manager.check_pending()
    return registers


def registers_of(plugins: Plugins) -> Registers:
    """Those that ``join`` made of these plugins."""
    hooks: Any = plugins.manager.get_plugin(NAME)
    found: Registers = hooks.registers
    return found


class RegisterHooks:
    """The hooks of this feature over the registers of one process."""

    def __init__(self, registers: Registers) -> None:
        self.registers = registers

    @impl
    def register_permissions(self) -> Sequence[Declared]:
        return DECLARED

    @impl
    def register_blueprints(self) -> Sequence[Any]:
        return (*pages.blueprints(self.registers), *rest.blueprints(self.registers))

    @impl
    def register_file_subjects(self) -> Subjects:
        return file_subjects(self.registers)

    @impl
    def register_jobs(self) -> Sequence[Callable[..., Any]]:
        return (tasks.daily_job(self.registers),)

    @impl
    def register_occasions(self) -> Sequence[Occasion]:
        return (Occasion(After.ENTRY, "%(no)s", self._entered, asks=True, everybody=True),)

    def _entered(self, session: TenantSession, span: Span, asked: EntryEvent) -> Select[Any] | None:
        return entered_in(self.registers.known(session), span, asked)

    @impl
    def register_holdings(self) -> Sequence[Holding]:
        return (Holding(REGISTER, self._holders),)

    def _holders(self, session: TenantSession, having: Having) -> Select[Any] | None:
        return holders(self.registers.known(session), having)

    @impl
    def register_periodic(self) -> Sequence[Periodic]:
        return (tasks.PERIODIC,)

    @impl
    def register_audited(self) -> Sequence[Audited]:
        coded = [
            _audited(register.slug, register.title, _names(register)) for register in self.registers.coded.values()
        ]
        return (*coded, _audited(GENERIC, "台账条目", None))

    @impl
    def register_searchables(self) -> Sequence[Searchable]:
        return searchables(self.registers)

    @impl
    def on_event(self, session: TenantSession, event: Event) -> None:
        tasks.take_event(session, event, registers=self.registers)

    @impl
    def collect_menu(self, actor: Actor) -> Sequence[MenuEntry]:
        reads = {RegisterPermission.READ, *(register.read for register in self.registers.coded.values())}
        if not any(actor.may(permission) for permission in reads):
            return ()
        return (MenuEntry("台账", "registers.index", "list-check", "ledger", 20),)

    @impl
    def collect_import_kinds(self, session: TenantSession, actor: Actor) -> Sequence[ImportKind]:
        in_force = self.registers.in_force(session).values()
        return [RegisterImport(self.registers, register) for register in in_force if register.keep(actor)]

    @impl
    def collect_export_kinds(self, session: TenantSession, actor: Actor) -> Sequence[ExportKind]:
        in_force = self.registers.in_force(session).values()
        return [RegisterExport(self.registers, register) for register in in_force if register.reach(actor)]

    @impl
    def collect_desk_cards(self, session: TenantSession, actor: Actor) -> Sequence[DeskCard]:
        """What ran out, one query for each register that this person keeps."""
        cards = []
        for register in self.registers.in_force(session).values():
            coverage = register.keep(actor)
            if not coverage or not register.expiring:
                continue
            overdue = sums(session, register, coverage).overdue
            if overdue:
                title = Phrase("%(register)s已过期", register=register.title)
                endpoint, args = address(register)
                cards.append(DeskCard(title, overdue, endpoint, (*args, ("due", "overdue")), "overdue", order=46))
        return tuple(cards)


def address(register: Register) -> tuple[str, tuple[tuple[str, str], ...]]:
    """(endpoint, arguments) of the register's list."""
    if register.generic:
        return "registers.entries", (("register", register.slug),)
    return f"register_{register.slug}.entries", ()


def _audited(kind: str, title: str, names: Any) -> Audited:
    return Audited(
        kind=kind,
        title=title,
        actions={f"{kind}.{act}": word for act, word in ACTIONS.items()},
        facts={"unit_id": "单位", "changes": "修改内容", "register": "台账"},
        names=names,
    )


def _names(register: Register) -> Callable[[TenantSession, frozenset[str]], Mapping[str, str]]:
    return partial(_called, register)


def _called(register: Register, session: TenantSession, ids: frozenset[str]) -> Mapping[str, str]:
    return {str(key): title for key, title in titles(session, register, [UUID(one) for one in ids]).items()}
