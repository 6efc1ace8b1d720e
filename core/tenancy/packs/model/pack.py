"""The pack as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Never, cast

from core.tenancy.packs import codec
from core.tenancy.packs.model.accountability import Accountability, Counter
from core.tenancy.packs.model.assessment import Indicator, Scheme
from core.tenancy.packs.model.base import Coded
from core.tenancy.packs.model.campaign import Calendar, Campaign
from core.tenancy.packs.model.checklist import Checklist
from core.tenancy.packs.model.document import Clause, Document, Reading
from core.tenancy.packs.model.domain import Domain
from core.tenancy.packs.model.exam import Exam, Qualification, Question
from core.tenancy.packs.model.lifecycle import Lifecycle
from core.tenancy.packs.model.obligation import Obligation, Report
from core.tenancy.packs.model.orgs import (
    Body,
    Department,
    MainTask,
    OrgType,
    PermissionSet,
    Post,
    Scope,
)
from core.tenancy.packs.model.register import Register
from core.tenancy.packs.model.setting import Layer, Setting
from core.tenancy.packs.model.table import Table
from core.tenancy.packs.model.task import Task
from core.tenancy.packs.model.topic import Topic


class TenantKind(StrEnum):
    """What the pack is for."""

    DISTRICT = "district"
    BUREAU = "bureau"


@dataclass(frozen=True, kw_only=True, slots=True)
class Term(Coded):
    """A word of the district. ``code`` is the word's name in code and templates: ``term("bureau")``."""

    en: str
    """The same in English."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pack:
    """Everything that makes one district differ from the next."""

    format: int
    """Version of the pack language; this code reads 1."""
    slug: str
    """Short name of the tenant: folder name, addresses, commands."""
    kind: TenantKind = TenantKind.DISTRICT
    """District or bureau."""
    version: str
    """The pack's own version, e.g. ``1.0.0``."""
    name: str
    """Full official name of the education bureau."""
    short_name: str
    """The district in a few characters."""
    division: str
    """Administrative division code (GB/T 2260), six digits; empty if it has none of its own."""
    layers: tuple[str, ...]
    """Codes of the layers above, from the top down: ``[cn, cn-js]``."""
    terms: tuple[Term, ...]
    """The district's own words."""
    documents: tuple[Document, ...]
    """The notice, first; others after it."""
    clauses: tuple[Clause, ...]
    """Every clause of the documents."""
    readings: tuple[Reading, ...] = ()
    """Gaps and contradictions, and how they are read."""
    settings: tuple[Setting, ...] = ()
    """Values that other levels may set too."""
    org_types: tuple[OrgType, ...]
    """Kinds of organisations."""
    departments: tuple[Department, ...]
    """Departments of the bureau."""
    bodies: tuple[Body, ...] = ()
    """Groups, committees, offices, agencies, firms."""
    permission_sets: tuple[PermissionSet, ...] = ()
    """Bundles of permissions."""
    posts: tuple[Post, ...]
    """Posts people hold."""
    main_tasks: tuple[MainTask, ...] = ()
    """The responsibility matrix."""
    campaigns: tuple[Campaign, ...]
    """The outermost first."""
    calendar: Calendar
    """Terms, teaching months, key periods."""
    domains: tuple[Domain, ...]
    """Fields of work."""
    lifecycle: Lifecycle
    """How a hazard goes from found to gone."""
    obligations: tuple[Obligation, ...] = ()
    """Who does what, how often, by when."""
    topics: tuple[Topic, ...] = ()
    """What records can be about, in the district's own words."""
    reports: tuple[Report, ...] = ()
    """Who hands in what to whom, by when."""
    tables: tuple[Table, ...] = ()
    """Statistical tables."""
    indicators: tuple[Indicator, ...] = ()
    """Figures with targets, each with the facts it is read from."""
    assessment: tuple[Scheme, ...] = ()
    """How units are assessed (考核)."""
    accountability: tuple[Accountability, ...] = ()
    """What is done where safety work falls short."""
    counters: tuple[Counter, ...] = ()
    """Counters that the notice asks for (五个一批)."""
    registers: tuple[Register, ...] = ()
    """Registers of its own, fields and rules for those of plugins."""
    checklists: tuple[Checklist, ...] = ()
    """What is looked at on inspections."""
    tasks: tuple[Task, ...] = ()
    """The work plan, row by row."""
    questions: tuple[Question, ...] = ()
    """Question bank (题库)."""
    exams: tuple[Exam, ...] = ()
    """Exams that posts are asked to pass."""
    qualifications: tuple[Qualification, ...] = ()
    """What holding a post asks for."""
    english: Mapping[str, str] = field(default_factory=dict)
    """The district's words in English, ``{销号: struck off}``, for whoever reads the pages in English. Every key is a label
    of this pack; one that is not here is shown in Chinese. Papers, exports and REST keep the Chinese word."""
    base: tuple[Layer, ...] = ()
    """The layers themselves, put in when the pack is loaded; never written in pack.yaml."""

    def to_json(self) -> dict[str, Any]:
        """Plain values, as stored per tenant."""
        return cast(dict[str, Any], codec.to_json(self))

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Pack:
        """The pack again, from what :meth:`to_json` gave. Needs no files and checks nothing."""
        return codec.from_json(cls, data, data.get("english"))

    def term(self, code: str) -> str:
        """The district's word; KeyError for a word no pack may lack (see ``REQUIRED_TERMS``)."""
        return next((term.label for term in self.terms if term.code == code), None) or _missing(code)

    def domain(self, code: str) -> Domain:
        """The domain of this code; KeyError if the pack has none."""
        return next((domain for domain in self.domains if domain.code == code), None) or _missing(code)

    def org_type(self, code: str) -> OrgType:
        """The org type of this code."""
        return next((org_type for org_type in self.org_types if org_type.code == code), None) or _missing(code)

    def post(self, code: str) -> Post:
        """The post of this code."""
        return next((post for post in self.posts if post.code == code), None) or _missing(code)

    def grants(self, post: str) -> tuple[tuple[Scope, frozenset[str]], ...]:
        """What a post may do, bundles opened: (scope, permissions) pairs."""
        bundles = {bundle.code: bundle.permissions for bundle in self.permission_sets}
        return tuple(
            (
                grant.scope,
                frozenset(grant.permissions).union(*(bundles[code] for code in grant.sets)),
            )
            for grant in self.post(post).grants
        )

    def quotes(self, clauses: Iterable[str]) -> dict[str, str]:
        """Clause id → its words as they are shown, in the order of the notice; ids that it does not have are left out."""
        wanted = set(clauses)
        return {clause.id: clause.text for clause in self.clauses if clause.id in wanted}

    def departments_for(self, domain: str) -> tuple[str, ...]:
        """Codes of the departments responsible for a domain; empty = 未指定."""
        return tuple(
            dict.fromkeys(code for task in self.main_tasks if domain in task.domains for code in task.responsible)
        )


REQUIRED_TERMS: tuple[str, ...] = (
    "bureau",
    "hazard",
    "ledger",
    "close",
    "department",
    "cluster",
    "safety_office",
)
"""Words every pack must define, because pages of the core use them."""


def _missing(code: str) -> Never:
    raise KeyError(code)
