"""Registers (台账) of the pack's own, fields it adds to others, and rules over both."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from core.tenancy.packs.model.base import Coded, Sourced
from core.tenancy.packs.model.orgs import OrgKind, SchoolStage


class FieldKind(StrEnum):
    """What a field of a register holds."""

    TEXT = "text"
    NOTE = "note"
    """Text of several lines."""
    INTEGER = "integer"
    DATE = "date"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    UNIT = "unit"
    """A unit of the organisation, e.g. the firm that maintains it."""
    PERSON = "person"
    """Somebody with an account."""
    ENTRY = "entry"
    """An entry of another register (``to``)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RegisterChoice(Coded):
    """One word of a closed list."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RegisterField(Coded):
    """A field: ``code`` is its name in REST and in the database, ``label`` its title."""

    kind: FieldKind = FieldKind.TEXT
    """What it holds."""
    required: bool = False
    """Must be filled in."""
    choices: tuple[RegisterChoice, ...] = ()
    """Of a choice."""
    to: str = ""
    """Of an entry: the code of the register it points into."""
    unit: str = ""
    """Measure word shown behind a number: 件, 份."""
    most: int | None = None
    """A text's greatest length (null: 200, of a note 2,000), a number's greatest value."""
    least: int | None = None
    """A number's smallest value; null = 0."""
    year: bool = False
    """The number is a calendar year: written without groups of three."""
    expires: bool = False
    """A date after which the entry no longer holds: warned of 90, 60, 30 and 7 days before."""
    past: bool = False
    """A date that cannot lie in the future."""
    after: str = ""
    """Code of the date that this one must come after."""
    listed: bool = True
    """Stands in the list; else only on the entry's page."""
    personal: bool = False
    """Personal data: shown to those who keep the register, its values stay out of the log."""
    edited_by: str = ""
    """Permission that a change of this field needs besides the register's own; empty = none."""
    help: str = ""
    """What is right, below the field."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RegisterValidity(Sourced):
    """The two dates of an entry of the pack's own registers, as titles; empty = not asked."""

    starts: str = ""
    """Title of the first valid day, e.g. 批准日期."""
    ends: str = ""
    """Title of the last valid day, e.g. 有效期至."""
    required: bool = False
    """The last valid day must be filled in."""


class FileSort(StrEnum):
    """What an entry's file may be."""

    IMAGE = "image"
    PDF = "pdf"
    DOCUMENT = "document"
    """docx."""
    SHEET = "sheet"
    """xlsx."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RegisterFiles(Sourced):
    """Files that an entry holds, e.g. the scan of a certificate. Without it a register takes none."""

    label: str
    """What for, in words: 证书扫描件."""
    most: int = 4
    """At most so many for one entry, up to 20."""
    sorts: tuple[FileSort, ...] = (FileSort.IMAGE, FileSort.PDF)
    """What they may be."""
    personal: bool = False
    """They show a person: seen by those who keep the register in that unit, by ``checked_by`` and by the person named only."""
    checked_by: str = ""
    """Permission whose holders check the register there and see personal files; empty = nobody else."""
    help: str = ""
    """What is right, below the field."""


class RuleKind(StrEnum):
    """What a rule asks."""

    AT_LEAST = "at_least"
    """Each unit has at least so many valid entries."""
    NONE_EXPIRED = "none_expired"
    """No entry is past its last valid day."""
    FRESH_WITHIN = "fresh_within"
    """The date of each entry is at most so many days old."""
    MATCHES = "matches"
    """Each entry is as ``must`` says."""
    HAS_FILES = "has_files"
    """So many files hang on each entry: the scan of a certificate, the paper itself."""
    BALANCED = "balanced"
    """The number of each entry is what another register says came in, less what went out."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RegisterCondition:
    """One thing asked of an entry; what is set must hold."""

    field: str
    """Code of the field."""
    among: tuple[str, ...] = ()
    """Its value is one of these; of a switch: ``true`` or ``false``."""
    filled: bool | None = None
    """It is filled in (or is not)."""
    least: int | None = None
    """A number of at least."""
    most: int | None = None
    """A number of at most."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Having:
    """Of those meant, only the units that have something: an entry in a register, or what a plugin tells of.

    Written with ``register`` or with ``holding``. Entries of units below (campuses) count for the unit; one that ran out counts too,
    for nobody loses a duty with a paper; one taken out of use counts to the day before."""

    register: str = ""
    """Code of the register, the pack's own or a plugin's."""
    where: tuple[RegisterCondition, ...] = ()
    """Only entries for which all of these hold."""
    holding: str = ""
    """Word of a plugin (docs/packs.md)."""
    label: str
    """Who that is, in words: 使用校车的学校."""

    @property
    def key(self) -> str:
        """The same for the same condition, whatever it is called."""
        asked = "&".join(map(repr, self.where))
        return f"register:{self.register}?{asked}" if self.register else f"holding:{self.holding}"


@dataclass(frozen=True, kw_only=True, slots=True)
class RegisterBalance:
    """Of ``balanced``: the entries of another register that say what came in and what went out."""

    register: str
    """Code of that register."""
    entry: str
    """Its field that points at an entry of this one."""
    number: str
    """Its field that says how much."""
    movement: str
    """Its field that says whether it came or went."""
    adds: tuple[str, ...]
    """Words of ``movement`` that come in."""
    takes: tuple[str, ...]
    """Words of ``movement`` that go out."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RegisterRule(Coded):
    """A rule that every unit it is over must keep; one that fails opens a hazard draft there.

    With ``confirm`` it is shown as 待确认 and opens none.
    """

    kind: RuleKind
    """What it asks."""
    where: tuple[RegisterCondition, ...] = ()
    """Only entries for which all of these hold."""
    must: tuple[RegisterCondition, ...] = ()
    """Of ``matches``: what each entry must be."""
    field: str = ""
    """The date that counts; empty = the one that expires. Of ``balanced``: the number that must come out."""
    at_least: int = 1
    """Of ``at_least`` and ``has_files``: how many."""
    sum_of: str = ""
    """Of ``at_least``: add up this number instead of counting entries."""
    lapsed: bool = False
    """Of ``at_least``: entries past their last valid day count too."""
    days: int | None = None
    """Of ``fresh_within``: how old at most."""
    balance: RegisterBalance | None = None
    """Of ``balanced``: what is added up."""
    below: bool = False
    """Entries of units below (campuses, places) count for the unit."""
    kinds: tuple[OrgKind, ...] = ()
    """Kinds of units it is over; empty = any."""
    org_types: tuple[str, ...] = ()
    """Org types it is over; empty = any."""
    stages: tuple[SchoolStage, ...] = ()
    """Stages of schooling it is over; empty = any."""
    having: Having | None = None
    """Over only those units that have an entry in a register (``register``); null = all."""
    category: str = ""
    """Hazard category of the draft it opens."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Register(Coded):
    """A ledger (台账) of the pack's own; or, with ``extends``, fields and rules for one that a plugin brings."""

    extends: str = ""
    """Slug of the plugin's register; then ``fields`` and ``rules`` are added to it."""
    domain: str = ""
    """Domain slug; empty = general."""
    kept_in: tuple[OrgKind, ...] = ()
    """Kinds of units that keep it; empty = schools, kindergartens, campuses, training institutions."""
    fields: tuple[RegisterField, ...] = ()
    """In the order of the form."""
    named_by: tuple[str, ...] = ()
    """Codes of the fields that name an entry; empty = the first."""
    read_by: str = ""
    """Permission that everybody needs who reads or keeps it, besides the register's own; ``register:<code>:read`` is the
    register's very own, which nobody has until a permission set names it. Empty = none."""
    files: RegisterFiles | None = None
    """Files that an entry holds; absent = none."""
    validity: RegisterValidity | None = None
    """Its two dates."""
    rules: tuple[RegisterRule, ...] = ()
    """What must hold."""
