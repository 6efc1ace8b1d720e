"""Values that several levels of government set, as plugins ask for them."""

from __future__ import annotations

from typing import Any

from core.tenancy.packs.layers import Layers
from core.tenancy.packs.model import Pack


def layered(pack: Pack, key: str) -> Any:
    """The value in force for a key of core.tenancy.packs.keys; None where nobody says anything. KeyError for no key."""
    return Layers(pack).effective(key).value
