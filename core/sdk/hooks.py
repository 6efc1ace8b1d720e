"""What ``plugin.py`` needs: the hook marker and the dataclasses that hooks answer with. No framework."""

from __future__ import annotations

from core.hooks.evidence import Evidence
from core.hooks.holdings import Holding
from core.hooks.meta import (
    Audited,
    ChecklistOffer,
    ChecklistPoint,
    DeskCard,
    FocusProblem,
    HazardCategory,
    HazardPanel,
    MenuEntry,
    PluginMeta,
    PostNote,
    Refusal,
)
from core.hooks.occasions import Occasion
from core.hooks.searching import Searchable, SearchHit, SearchText
from core.hooks.specs import impl

__all__ = [
    "Audited",
    "ChecklistOffer",
    "ChecklistPoint",
    "DeskCard",
    "Evidence",
    "FocusProblem",
    "HazardCategory",
    "HazardPanel",
    "Holding",
    "MenuEntry",
    "Occasion",
    "PluginMeta",
    "PostNote",
    "Refusal",
    "SearchHit",
    "SearchText",
    "Searchable",
    "impl",
]
