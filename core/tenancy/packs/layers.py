"""Who set a value: country, province, city, district and school laid over each other, each word with its source.

Where a key has a strict direction the strictest stated value binds, wherever it stands; a level may put itself
above the others only with ``overrides`` and a reason, and never below the key's floor. A value that is only
inferred (待确认) gives way to any stated one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from core.kernel.phrases import Phrase
from core.tenancy.packs.keys import KEYS, Key, Stricter
from core.tenancy.packs.model import Level, Pack, Setting

PRODUCT = "product"
LOCAL = "local"
"""``set_by`` of a value the district entered itself, on top of its pack."""


@dataclass(frozen=True, slots=True)
class Word:
    """What one level says about one key."""

    value: Any
    """Its value."""
    set_by: str
    """Layer code, the pack's slug, a reading's id, ``local``, ``school`` or ``product``."""
    level: Level
    """Whose word it is."""
    source: str = ""
    """Instrument and article."""
    clauses: tuple[str, ...] = ()
    """Clauses of the notice."""
    confirm: bool = False
    """Inferred: 待确认."""
    note: str = ""
    """Why."""
    overrides: bool = False
    """Sets aside every level above."""


@dataclass(frozen=True, slots=True)
class Value:
    """The value in force, and who else said what."""

    key: str
    """Its key."""
    value: Any
    """The value in force."""
    set_by: str
    """Who set it."""
    source: str
    """On what ground."""
    clauses: tuple[str, ...]
    """Clauses of the notice that say so."""
    confirm: bool
    """待确认."""
    note: str
    """Why."""
    others: tuple[Word, ...]
    """What the others said, top level first."""


class Layers:
    """All the words about a tenant's values. Build once per pack version and tenant; ask often."""

    def __init__(
        self,
        pack: Pack,
        *,
        readings: Mapping[str, str] | None = None,
        local: Mapping[str, Any] | None = None,
        school: Mapping[str, Any] | None = None,
        on: date | None = None,
    ) -> None:
        """``readings``: reading id → option code the tenant chose. ``local``, ``school``: key → value.

        ``on``: only what is in force on that day; None = whatever its dates.
        """
        self._pack = pack
        self._readings = dict(readings or {})
        self._local = dict(local or {})
        self._school = dict(school or {})
        self._on = on

    def effective(self, key: str) -> Value:
        """The value in force for a key; KeyError for a key that does not exist."""
        declared = KEYS[key]
        words = tuple(self._words(declared))
        heard = _not_overridden(words)
        chosen = _bound(declared, heard)
        others = tuple(word for word in words if word is not chosen)
        value, note = chosen.value, chosen.note
        if declared.stricter is Stricter.UNION:
            value = tuple(
                dict.fromkeys(item for word in heard if not word.confirm or word is chosen for item in word.value)
            )
        elif declared.floor is not None and declared.looser(value, declared.floor):
            value, note = declared.floor, Phrase("不得宽于 %(floor)s", floor=declared.floor)
        return Value(key, value, chosen.set_by, chosen.source, chosen.clauses, chosen.confirm, note, others)

    def all(self) -> tuple[Value, ...]:
        """Every key, in the order of the list."""
        return tuple(self.effective(key) for key in KEYS)

    def _words(self, key: Key) -> Iterable[Word]:
        """From the top level down; the product's own default stands above all and counts least."""
        yield Word(key.default, PRODUCT, Level.COUNTRY, confirm=True, note="产品默认值")
        for layer in self._pack.base:
            for setting in layer.settings:
                if setting.key == key.name and self._in_force(setting):
                    yield _word(setting, layer.code, layer.level)
        yield from self._pack_words(key)
        if key.name in self._local:
            yield Word(self._local[key.name], LOCAL, Level.DISTRICT)
        if key.name in self._school:
            yield Word(self._school[key.name], "school", Level.SCHOOL)

    def _in_force(self, setting: Setting) -> bool:
        started = self._on is None or setting.valid_from is None or setting.valid_from <= self._on
        return started and (self._on is None or setting.valid_to is None or self._on <= setting.valid_to)

    def _pack_words(self, key: Key) -> Iterable[Word]:
        slug = self._pack.slug
        if key.reads and (said := key.reads(self._pack.lifecycle)):
            yield Word(said.value, slug, Level.DISTRICT, clauses=said.clauses, confirm=said.confirm, note=said.note)
        for setting in self._pack.settings:
            if setting.key == key.name and self._in_force(setting):
                yield _word(setting, slug, Level.DISTRICT)
        for reading in self._pack.readings:
            chosen = self._readings.get(reading.id)
            option = next((option for option in reading.options if option.code == chosen), reading.shipped)
            if option and key.name in option.sets:
                yield Word(
                    option.sets[key.name],
                    reading.id,
                    Level.DISTRICT,
                    clauses=reading.clauses,
                    confirm=chosen is None,
                    note=option.label,
                )


def _word(setting: Setting, set_by: str, level: Level) -> Word:
    return Word(
        setting.value,
        set_by,
        level,
        source=setting.source,
        clauses=setting.clauses,
        confirm=setting.confirm,
        note=setting.note,
        overrides=setting.overrides,
    )


def _not_overridden(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """The last word that sets the levels above aside, and what comes after it."""
    last = max((index for index, word in enumerate(words) if word.overrides), default=0)
    return words[last:]


def _bound(key: Key, words: tuple[Word, ...]) -> Word:
    """The binding word: stated before inferred, then strictest, then nearest to the school."""
    said = [word for word in words if word.value is not None] or list(words)
    stated = [word for word in said if not word.confirm]
    if not stated:
        return said[-1]  # defaults do not compete: the nearest one is the best guess
    binding = stated[0]
    for word in stated[1:]:
        if not key.looser(word.value, binding.value):
            binding = word
    return binding
