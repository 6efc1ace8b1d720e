"""Which registers there are: those declared in code, as a district's pack extends them, and those a pack declares itself.

Built once per process from ``register_registers``; asked per tenant. Hands out declarations, reads no entries.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from core.db.sessions import TenantSession
from core.hooks.manager import Plugins
from core.kernel.clock import local_date
from core.kernel.errors import NotFound
from core.kernel.ports import Port
from core.registers.declared import KEPT_IN, Register, fault_of
from core.registers.models import RegisterEntry
from core.registers.permissions import RegisterPermission
from core.tenancy import shelf
from core.tenancy.packs.model import FieldKind, Pack, RegisterField, RegisterRule
from core.tenancy.packs.model import Register as Declared
from core.tenancy.switches import switches

KEY = "registers"


class Registers:
    """The registers of one process. ``coded``: slug → register, of core's features and of plugins."""

    def __init__(self, declared: Iterable[Register] = (), *, plugins: Plugins | None = None) -> None:
        """Raises ValueError for a declaration that makes no sense, or a slug that is taken."""
        self.plugins = plugins
        self.coded: dict[str, Register] = {}
        for register in declared:
            fault = fault_of(register)
            if register.slug in self.coded:
                fault = "is declared twice"
            if fault is not None:
                raise ValueError(f"register {register.slug}: {fault}")
            self.coded[register.slug] = register

    @classmethod
    def of(cls, plugins: Plugins) -> Registers:
        """Asks ``register_registers``; a plugin whose declaration makes no sense is quarantined."""
        taken = cls(plugins=plugins)
        for owner, answer in plugins.at_boot("register_registers"):
            plugin = owner if owner in plugins.metas else ""
            own = [replace(register, plugin=plugin) for register in answer]
            try:
                taken = cls([*taken.coded.values(), *own], plugins=plugins)
            except ValueError as fault:
                if not plugin:
                    raise
                plugins.quarantine(owner, fault, moment="register_registers")
        return taken

    def fields(self) -> dict[str, frozenset[str]]:
        """Slug → codes of fields, for the check of packs."""
        return {slug: frozenset(register.by_code) for slug, register in self.coded.items()}

    def known(self, session: TenantSession) -> Mapping[str, Register]:
        """All of this tenant, those of plugins that are off too. The pack's query at most; kept for the session."""
        pack = shelf.current(session)
        kept = session.info.get(KEY)
        if kept is None or kept[0] is not pack:
            kept = session.info[KEY] = (pack, self._joined(pack))
        found: dict[str, Register] = kept[1]
        return found

    def in_force(self, session: TenantSession) -> Mapping[str, Register]:
        """Those whose plugin is on today. One query more."""
        on = _on(session)
        return {
            slug: register
            for slug, register in self.known(session).items()
            if not register.plugin or register.plugin in on
        }

    def get(self, session: TenantSession, slug: str) -> Register:
        """Raises NotFound."""
        found = self.known(session).get(slug)
        if found is None:
            raise NotFound()
        return found

    def declared_by_pack(self, session: TenantSession, slug: str) -> Register:
        """A register of the pack's own. Raises NotFound, also for one that code declares: it has its own address."""
        if slug in self.coded:
            raise NotFound()
        return self.get(session, slug)

    def offered(self, session: TenantSession, port: Port[Any]) -> Any:
        """What a plugin that is on offers under this port, else its Null form. One query."""
        return port.null() if self.plugins is None else self.plugins.port(port, _on(session), session)

    def _joined(self, pack: Pack | None) -> dict[str, Register]:
        found = dict(self.coded)
        for own in pack.registers if pack is not None else ():
            if not own.extends:
                found.setdefault(own.code, of_pack(own))
            elif own.extends in found:
                found[own.extends] = found[own.extends].with_district(
                    own.fields, own.rules, files=own.files, read_by=own.read_by
                )
        return found


def _on(session: TenantSession) -> frozenset[str]:
    today = local_date(session.now())
    return frozenset(slug for slug, switch in switches(session).items() if switch.on(today))


def of_pack(own: Declared) -> Register:
    """A register that a pack declares: its fields in ``extra``, its dates in columns."""
    dates = []
    validity = own.validity
    if validity is not None and validity.starts:
        dates.append(RegisterField(code="valid_from", label=validity.starts, kind=FieldKind.DATE))
    if validity is not None and validity.ends:
        after = "valid_from" if validity.starts else ""
        dates.append(
            RegisterField(
                code="valid_until",
                label=validity.ends,
                kind=FieldKind.DATE,
                expires=True,
                required=validity.required,
                after=after,
            )
        )
    return Register(
        slug=own.code, title=own.label, model=RegisterEntry, fields=tuple(dates), extra=own.fields,
        named_by=own.named_by or (own.fields[0].code,), read=RegisterPermission.READ, write=RegisterPermission.WRITE, domain=own.domain,
        kept_in=tuple(str(kind) for kind in own.kept_in) or KEPT_IN, rules=own.rules, clauses=own.clauses, note=own.note,
        read_by=own.read_by, files=own.files,
    )  # fmt: skip


def rules_of(session: TenantSession, register: Register) -> tuple[RegisterRule, ...]:
    """Its rules in this district, those that depend on what the district asks too."""
    asked: Any = register.district_rules(session) if register.district_rules is not None else ()
    return (*register.rules, *asked)
