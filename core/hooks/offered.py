"""Ports as whoever uses them meets them: the plugin's own where it is on, the Null form where it is not or where it raises."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from core.kernel.errors import XiaoanError
from core.kernel.ports import Port

Told = Callable[[str, Exception], None]
"""``told(hook, fault)``."""


class Careful:
    """Stands before a port of a plugin: a method that raises is answered by the Null form, and the fault is told.

    What one plugin does wrong must not take the pages of another with it. Refusals in words pass through.
    """

    def __init__(self, port: Port[Any], make: Callable[[Any], Any], session: Any, told: Told) -> None:
        self._port, self._make, self._session, self._told = port, make, session, told
        self._null = port.null()

    def __getattr__(self, name: str) -> Any:
        null = getattr(self._null, name)  # a word that the port does not have is a fault of the caller

        def ask(*args: Any, **kwargs: Any) -> Any:
            try:
                # In a savepoint: a statement that fails must leave the caller's transaction usable.
                with self._session.begin_nested():
                    return getattr(self._make(self._session), name)(*args, **kwargs)
            except XiaoanError:
                raise
            except Exception as fault:  # noqa: BLE001  whatever a plugin does wrong stops only itself
                self._told(f"register_ports: {self._port.name}.{name}", fault)
                return null(*args, **kwargs)

        return ask
