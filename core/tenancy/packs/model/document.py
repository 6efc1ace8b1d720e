"""The notice itself, its clauses and the readings taken of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from core.tenancy.packs.model.base import Coded


class ParagraphKind(StrEnum):
    """How a paragraph is set on the page."""

    TITLE = "title"
    HEADING = "heading"
    TEXT = "text"
    ROW = "row"
    """A row of a table; cells are separated by tabs."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Paragraph:
    """One paragraph of a document, as printed."""

    no: int
    """Running number from 1; the address of the paragraph, never reused."""
    kind: ParagraphKind = ParagraphKind.TEXT
    """How it is set."""
    text: str
    """As printed; names, telephone numbers and mail addresses of persons are replaced by the office's name."""
    clauses: tuple[str, ...] = ()
    """Ids of the clauses it holds, in their order."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SuperiorDocument(Coded):
    """A document of a higher level (or a law, a standard) that the notice rests on."""

    number: str = ""
    """文号; empty = not stated in the notice."""
    level: str = ""
    """national, province, city, district, standard …"""
    text_held: bool = False
    """Do we hold its text? No requirement is ever derived from a text that is not held."""
    superseded_by: str = ""
    """A later edition, as the tenant notes it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Annex(Coded):
    """An annex of the document."""

    text_held: bool = True
    """False: the notice names it, its form was not with it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Document(Coded):
    """A notice. ``label`` is its full title."""

    number: str = ""
    """文号; empty = not stated; never invented."""
    issuer: str
    """Who issued it."""
    issued_on: date | None = None
    """Null = not stated."""
    valid_from: date | None = None
    """First day it applies."""
    valid_to: date | None = None
    """Last day it applies."""
    superseded_by: str = ""
    """Number or title of what replaced it."""
    contact: str = ""
    """The office to ask; never a person."""
    superior: tuple[SuperiorDocument, ...] = ()
    """What it rests on or cites."""
    annexes: tuple[Annex, ...] = ()
    """Its annexes."""
    paragraphs: tuple[Paragraph, ...] = ()
    """The whole text."""


class ClauseKind(StrEnum):
    """What a clause asks of a product that carries it."""

    PHASE = "phase"
    ROLE = "role"
    ASSIGNMENT = "assignment"
    CADENCE = "cadence"
    DEADLINE = "deadline"
    REPORT = "report"
    LIFECYCLE = "lifecycle"
    REGISTER = "register"
    CHECKLIST = "checklist"
    RULE = "rule"
    INDICATOR = "indicator"
    COORDINATION = "coordination"
    TASK = "task"
    POLICY = "policy"
    """Text of the notice only."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Clause:
    """One atomic clause of the notice. Ids are stable over versions."""

    id: str
    """E.g. ``WJ-2.3-21``."""
    kind: ClauseKind
    """What it asks."""
    quote: str
    """Its words, verbatim."""
    paragraph: int
    """Number of the paragraph that holds it."""
    document: str = "notice"
    """Code of the document."""
    domain: str
    """Field of work: a domain slug or ``core``."""
    params: Mapping[str, Any] = field(default_factory=dict)
    """Machine-usable values of the clause."""
    confirm: tuple[str, ...] = ()
    """Params that were inferred: shown 待确认."""
    readings: tuple[str, ...] = ()
    """Ids of the readings that concern it."""
    derived: bool = False
    """Not spelled out in the notice."""
    sensitive: str = ""
    """Class of sensitivity; empty = none."""
    privacy: str = ""
    """How a sensitive clause is read: counts and matters, never lists of persons."""
    shown_as: str = ""
    """The text to show where the quote suffered in scanning."""
    reason: str = ""
    """Why nothing carries it, in the words of a reader; empty where something does."""

    @property
    def text(self) -> str:
        """Its words as they are shown: the quote, mended where that suffered in scanning."""
        return self.shown_as or self.quote


@dataclass(frozen=True, kw_only=True, slots=True)
class Option(Coded):
    """One way to read a passage."""

    default: bool = False
    """The way shipped. At most one per reading."""
    sets: Mapping[str, Any] = field(default_factory=dict)
    """Settings (key → value) that this option brings; see the pack's ``settings``."""
    patches: Mapping[str, Any] = field(default_factory=dict)
    """Values of the pack that this option replaces: path → value; a path names list members by their code,
    e.g. ``lifecycle.moves.close.by``."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """A gap, contradiction or ambiguity in the notice, and how it is read here."""

    id: str
    """Id in the ledger: ``WJ-A06``, ``C20``."""
    issue: str
    """What is open."""
    treatment: str
    """How the product reads it."""
    clauses: tuple[str, ...] = ()
    """The clauses concerned."""
    options: tuple[Option, ...] = ()
    """Ways to read it; empty = nothing to switch."""

    @property
    def shipped(self) -> Option | None:
        """The option in force unless the tenant chose another."""
        return next((option for option in self.options if option.default), None)
