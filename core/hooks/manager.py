"""Builds the plugin manager of a process: discover, register, check, freeze. A plugin at fault stops only itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from importlib.metadata import EntryPoint, entry_points
from importlib.metadata import version as package_version
from types import ModuleType
from typing import Any, TypeVar, cast

import pluggy
import structlog
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from core.hooks import specs
from core.hooks.admission import claims, collision
from core.hooks.meta import PluginMeta
from core.hooks.offered import Careful
from core.kernel.errors import Refused, XiaoanError
from core.kernel.ports import Port

log = structlog.get_logger(__name__)
GROUP = "xiaoan.plugins"
CORE_FEATURES = "core"


IMPORT, META, CONTRACT = "import", "META", "hooks"
"""Moments before any hook: the module is loaded, what it says of itself is read, its hooks are compared with the contract."""
Offered = TypeVar("Offered")
Witness = Callable[[str, str, Exception], None]
"""``witness(slug, hook, fault)``: told of a plugin that raised in a hook while it served somebody."""


@dataclass(frozen=True)
class Quarantined:
    """A plugin that is kept out of this installation and why; shown on the plugin page, the core serves on.

    ``moment``: IMPORT, META, CONTRACT, the register_* hook or ``migration``. ``since`` (aware): None until it is known.
    """

    slug: str
    fault: str
    moment: str = ""
    since: datetime | None = None


@dataclass
class Plugins:
    """The hooks of one process. ``metas`` by slug; calls go through ``boot`` and ``for_tenant``."""

    manager: pluggy.PluginManager
    metas: dict[str, PluginMeta] = field(default_factory=dict)
    quarantined: dict[str, Quarantined] = field(default_factory=dict)
    witness: Witness | None = None

    def at_boot(self, hook: str) -> list[tuple[str, Any]]:
        """Calls a register_* hook owner by owner: (owner, answer). A plugin that raises is quarantined."""
        answers: list[tuple[str, Any]] = []
        for name, module in self.manager.list_name_plugin():
            function = getattr(module, hook, None)
            if function is None or name in self.quarantined:
                continue
            try:
                answers.append((name, function()))
            except Exception as fault:
                if name not in self.metas:
                    raise
                self.quarantine(name, fault, moment=hook)
        return answers

    def quarantine(self, slug: str, fault: BaseException | str, *, moment: str, since: datetime | None = None) -> None:
        log.error("plugin quarantined", plugin=slug, moment=moment, fault=repr(fault))
        self.quarantined[slug] = Quarantined(slug, _in_words(fault), moment, since)

    def collect(self, hook: str, active: Iterable[str], **args: Any) -> list[Any]:
        """Joins the answers of a collect_* hook; one that raises is left out and logged, whatever it did to the session."""
        joined: list[Any] = []
        for name, function in self._callers(hook, active):
            try:
                joined.extend(function(**args) or ())
            except Exception as fault:
                log.exception("collect hook failed", hook=hook, plugin=name)
                _recover(args.get("session"))
                if self.witness is not None and name in self.metas:
                    self.witness(name, hook, fault)
        return joined

    def first_refusal(self, hook: str, active: Iterable[str], **args: Any) -> Any:
        """The first answer that is not None; an exception passes through, and so refuses the write.

        A plugin that is kept out but could be loaded is asked too: a bar does not fall because something else broke.
        """
        for name, function in self._callers(hook, active, also_kept_out=True):
            try:
                refusal = function(**args)
            except Exception as fault:
                if self.witness is not None and name in self.metas:
                    self.witness(name, hook, fault)
                raise
            if refusal is not None:
                return refusal
        return None

    def port(self, port: Port[Offered], active: Iterable[str], session: Any) -> Offered:
        """What a plugin that is on offers under this port, for this session; else its Null form."""
        allowed = set(active)
        for name, offered in self.at_boot("register_ports"):
            if port in offered and name in allowed:
                return cast("Offered", Careful(port, offered[port], session, partial(self.raised, name)))
        return port.null()

    def raised(self, name: str, hook: str, fault: Exception) -> None:
        log.error("plugin raised", hook=hook, plugin=name, exc_info=fault)
        if self.witness is not None and name in self.metas:
            self.witness(name, hook, fault)

    def subscribers(self, hook: str, active: Iterable[str]) -> list[tuple[str, Callable[..., Any]]]:
        """(owner, function) for on_* hooks; the job runner isolates each."""
        return self._callers(hook, active)

    def _callers(
        self, hook: str, active: Iterable[str], *, also_kept_out: bool = False
    ) -> list[tuple[str, Callable[..., Any]]]:
        allowed = set(active)
        callers = []
        for implementation in reversed(getattr(self.manager.hook, hook).get_hookimpls()):
            name = implementation.plugin_name
            if (name in allowed or name not in self.metas) and (also_kept_out or name not in self.quarantined):
                callers.append((name, _with_wanted(implementation)))
        return callers


@contextmanager
def left_usable(session: Any) -> Iterator[None]:
    """Around SQL of a plugin: a statement that fails leaves the session usable, back at a savepoint, or at the start where
    nothing can be written. What raised is raised."""
    if not session.read_only:
        with session.begin_nested():
            yield
        return
    try:
        yield
    except Exception:
        _recover(session)
        raise


def _recover(session: Any) -> None:
    """A failed statement aborts the transaction for everybody after it; where nothing was written, a new one is as good."""
    if session is not None and session.read_only:
        session.rollback()


def _with_wanted(implementation: Any) -> Callable[..., Any]:
    wanted = implementation.argnames
    return lambda **args: implementation.function(**{name: args[name] for name in wanted})


def build_plugins(core_features: Sequence[ModuleType], *, points: Iterable[EntryPoint] | None = None) -> Plugins:
    """Registers core's features (a fault stops the boot), then the plugins found by entry point (a fault stops that one)."""
    manager = pluggy.PluginManager(specs.NAMESPACE)
    manager.add_hookspecs(specs)
    plugins = Plugins(manager)
    for module in core_features:
        manager.register(module, name=module.__name__)
    manager.check_pending()
    for point in sorted(entry_points(group=GROUP) if points is None else points, key=lambda point: point.name):
        moment = IMPORT
        try:
            module = point.load()
            moment = META
            meta = module.META
            _check_meta(point.name, meta)
            moment = CONTRACT
            manager.register(module, name=meta.slug)
            _check_hooks(manager, module, meta.slug)
            plugins.metas[meta.slug] = meta
        except Exception as fault:  # noqa: BLE001  whatever a plugin does wrong stops only itself
            if manager.has_plugin(point.name):
                manager.unregister(name=point.name)
            plugins.quarantine(point.name, fault, moment=moment)
    _admit(plugins)
    return plugins


def _admit(plugins: Plugins) -> None:
    """Keeps out the plugin whose registrations fail, lack its name or are somebody's already; core's come first."""

    asked = ""

    def answers(module: Any) -> Callable[[str], Any]:
        def answer(hook: str) -> Any:
            nonlocal asked
            asked = hook
            return getattr(module, hook, tuple)()

        return answer

    owners = plugins.manager.list_name_plugin()
    taken = {
        claim for name, module in owners if name not in plugins.metas for claim in claims(answers(module), slug=None)
    }
    for name, module in owners:
        if name not in plugins.metas:
            continue
        try:
            mine = set(claims(answers(module), slug=name))
            if strange := {own for own, _ in plugins.metas[name].suggested} - {
                code for what, code in mine if what == "permission"
            }:
                raise ValueError(f"META.suggested names what register_permissions does not: {sorted(strange)}")
            if (offered := {offer for what, offer in mine if what == "port"}) != set(plugins.metas[name].offers):
                raise ValueError(f"META.offers and register_ports differ: {sorted(offered)}")
            if (already := collision(mine, taken)) is not None:
                raise ValueError(already)
            taken |= mine
        except Exception as fault:  # noqa: BLE001  whatever a plugin does wrong stops only itself
            plugins.quarantine(name, fault, moment=asked)


def _in_words(fault: BaseException | str) -> str:
    """An error of ours as it is; of others with its kind, for «'x'» alone tells nobody that a key is missing."""
    if isinstance(fault, XiaoanError):
        return fault.phrase
    if isinstance(fault, str | ValueError):
        return str(fault) or repr(fault)
    return f"{type(fault).__name__}: {fault}" if str(fault) else repr(fault)


def _check_meta(name: str, meta: PluginMeta) -> None:
    if meta.slug != name:
        raise ValueError(f"entry point {name} names a plugin that calls itself {meta.slug}")
    try:
        fits = package_version("xiaoan") in SpecifierSet(meta.core_range, prereleases=True)
    except InvalidSpecifier as fault:
        raise ValueError(f"{name}: core_range {meta.core_range!r} is no version range") from fault
    if not fits:
        raise Refused(
            "版本 %(version)s 适用于平台 %(range)s，本平台为 %(core)s",
            version=meta.version,
            range=meta.core_range,
            core=package_version("xiaoan"),
        )


def _check_hooks(manager: pluggy.PluginManager, module: ModuleType, slug: str) -> None:
    try:
        manager.check_pending()
    except pluggy.PluginValidationError as fault:
        manager.unregister(module)
        raise ValueError(f"{slug}: {fault}") from fault
