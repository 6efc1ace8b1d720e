"""Who there is: kinds of organisations, departments, bodies, posts, and who answers for which main task."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from core.tenancy.packs.model.base import Coded


class OrgKind(StrEnum):
    """What an org type is to everybody else."""

    BUREAU = "bureau"
    DEPARTMENT = "department"
    CLUSTER = "cluster"
    """Supervises an area: 片区, 中心校, 集团校."""
    SCHOOL = "school"
    KINDERGARTEN = "kindergarten"
    CAMPUS = "campus"
    PLACE = "place"
    TRAINING = "training_institution"
    AGENCY = "agency"
    THIRD_PARTY = "third_party"
    PROVIDER = "provider"
    """Serves schools under contract: school bus, property, canteen."""
    EXTERNAL = "external"
    """Receives reports, has no account."""


class SchoolStage(StrEnum):
    """Stage of schooling."""

    KINDERGARTEN = "kindergarten"
    PRIMARY = "primary"
    JUNIOR = "junior"
    SENIOR = "senior"
    VOCATIONAL = "vocational"
    SPECIAL = "special"


class Ownership(StrEnum):
    """Who runs it."""

    PUBLIC = "public"
    PRIVATE = "private"


@dataclass(frozen=True, kw_only=True, slots=True)
class OrgType(Coded):
    """A kind of organisation as the district names it."""

    kind: OrgKind
    """What it is to everybody else."""
    stages: tuple[SchoolStage, ...] = ()
    """Stages of schooling; empty for what is not a school."""
    ownership: Ownership | None = None
    """Null = either."""
    supervises: bool = False
    """May be given an area to supervise (the right itself is per organisation, not per type)."""
    supervised_by: tuple[str, ...] = ()
    """Codes of the org types that supervise it; the bureau where none is named."""
    aliases: tuple[str, ...] = ()
    """Other names, for imports."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Department(Coded):
    """A department of the bureau."""

    aliases: tuple[str, ...] = ()
    """Other names, for imports."""
    parent: str = ""
    """Code of the department it sits in."""
    coordinator: bool = False
    """The single point that all of the campaign passes through."""


class BodyKind(StrEnum):
    """What a body is."""

    LEADING_GROUP = "leading_group"
    COMMITTEE = "committee"
    OFFICE = "office"
    WORKING_TEAM = "working_team"
    AGENCY = "agency"
    THIRD_PARTY = "third_party"
    SUPERIOR = "superior"
    EXTERNAL = "external"
    INSPECTORATE = "inspectorate"


@dataclass(frozen=True, kw_only=True, slots=True)
class Body(Coded):
    """A group, committee, office, agency or firm that the notice names."""

    kind: BodyKind
    """What it is."""
    aliases: tuple[str, ...] = ()
    """Other names the notice uses for it."""
    parent: str = ""
    """Code of the body or department it belongs to."""
    members: tuple[str, ...] = ()
    """By office, never by name: codes of posts, departments and bodies, or plain words."""
    ended: str = ""
    """What replaced it, if it is kept only for old documents."""


class Scope(StrEnum):
    """Where a permission of a post holds, seen from the unit in which the post is held."""

    OWN = "own"
    """What concerns the person: hazards they found, plans they answer for."""
    UNIT = "unit"
    """The unit and everything below it."""
    CLUSTER = "cluster"
    """The units of the area supervised."""
    DEPARTMENT = "department"
    """The whole district, within the department's domains."""
    DISTRICT = "district"
    """The whole district."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PermissionSet(Coded):
    """A named bundle of permissions, so that posts stay short."""

    permissions: tuple[str, ...]
    """Permission codes such as ``hazard:case:read``."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PostGrant:
    """What a post may do, and how far."""

    scope: Scope
    """How far."""
    sets: tuple[str, ...] = ()
    """Codes of permission sets."""
    permissions: tuple[str, ...] = ()
    """Single permission codes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Post(Coded):
    """A post people hold, with dates, in a unit."""

    held_in: tuple[str, ...]
    """Codes of the org types in whose units it is held."""
    grants: tuple[PostGrant, ...]
    """What it gives. Grants never add up across posts."""
    aliases: tuple[str, ...] = ()
    """Other names, for imports."""
    single: bool = False
    """One holder per unit at a time (校长)."""
    keeper: bool = False
    """Holds the hazard ledger of the unit (专人)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MainTask(Coded):
    """A main task of the notice and who answers for it. An empty ``responsible`` is shown as 未指定."""

    no: str
    """As the notice numbers it."""
    domains: tuple[str, ...] = ()
    """Domains it covers: their hazards are routed to the responsible department."""
    responsible: tuple[str, ...] = ()
    """Codes of departments; empty = the notice names none, and none is invented."""
    participating: tuple[str, ...] = ()
    """Codes of departments."""
    coordinator: str = ""
    """Code of the department or body that gets it meanwhile."""
