"""What a plugin says of its registers (台账): the declaration, its fields and rules, the base of its models. No web framework."""

from __future__ import annotations

from core.registers.declared import Completing, OfferedTarget, Register, Target
from core.registers.models import Registered
from core.tenancy.packs.model import (
    FieldKind,
    FileSort,
    RegisterChoice,
    RegisterCondition,
    RegisterField,
    RegisterFiles,
    RegisterRule,
    RuleKind,
)
from core.tenancy.packs.model.orgs import OrgKind


def choices(words: dict[str, str]) -> tuple[RegisterChoice, ...]:
    """Code → word as choices of a field."""
    return tuple(RegisterChoice(code=code, label=word) for code, word in words.items())


__all__ = [
    "Completing", "FieldKind", "FileSort", "OfferedTarget", "OrgKind", "Register", "RegisterChoice", "RegisterCondition",
    "RegisterField", "RegisterFiles", "RegisterRule", "Registered", "RuleKind", "Target", "choices",
]  # fmt: skip
