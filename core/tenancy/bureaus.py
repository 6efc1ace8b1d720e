"""The pack of a bureau that oversees districts: no notice of its own, no hazards, only posts that may look. Pure."""

from __future__ import annotations

from core.tenancy.packs.model import (
    Calendar,
    Canonical,
    Deadline,
    Grade,
    Ground,
    Lifecycle,
    Numbering,
    OrgKind,
    OrgType,
    Pack,
    Post,
    PostGrant,
    Scope,
    Stage,
    TenantKind,
    Term,
)

WATCH = ("dashboard:bureau:read", "org:unit:read", "notice:inbox:read", "person:account:read")
DECIDE = ("audit:log:read",)
ADMINISTER = (
    "person:account:write",
    "person:role:grant",
    "org:unit:write",
    "token:key:write",
    "audit:log:read",
    "job:run:read",
)
TERMS = (
    ("bureau", "监测中心", "Monitoring centre"), ("hazard", "隐患", "Hazard"), ("ledger", "隐患台账", "Hazard ledger"),
    ("close", "销号", "Close"), ("department", "处室", "Department"), ("cluster", "片区", "Cluster"), ("safety_office", "监测科", "Monitoring section"),
)  # fmt: skip


def bureau_pack(slug: str, name: str, *, short_name: str = "") -> Pack:
    """Posts: director (looks, reads the log), officer (looks), admin (accounts). A bureau never writes into a district."""

    def post(code: str, label: str, *permissions: str, single: bool = False) -> Post:
        grant = PostGrant(scope=Scope.DISTRICT, permissions=permissions)
        return Post(code=code, label=label, held_in=("bureau", "section"), grants=(grant,), single=single)

    return Pack(
        format=1, slug=slug, kind=TenantKind.BUREAU, version="1.0.0", name=name, short_name=short_name or name, division="", layers=(),
        terms=tuple(Term(code=code, label=label, en=en) for code, label, en in TERMS),
        documents=(), clauses=(),
        org_types=(
            OrgType(code="bureau", label="监测单位", kind=OrgKind.BUREAU), OrgType(code="section", label="处室", kind=OrgKind.DEPARTMENT),
        ),
        departments=(),
        posts=(
            post("admin", "管理员", *WATCH, *ADMINISTER), post("director", "负责人", *WATCH, *DECIDE, single=True), post("officer", "监测员", *WATCH),
        ),
        campaigns=(), calendar=Calendar(), domains=(), lifecycle=_nothing_moves(),
    )  # fmt: skip


def _nothing_moves() -> Lifecycle:
    """A bureau keeps no hazards: the one stage that the form demands, and no way out of it."""
    return Lifecycle(
        closing_word="销号", initial="found", stages=(Stage(code="found", label="发现", canonical=Canonical.DISCOVERED),), moves=(), parts=(),
        grounds=(Ground(code="any", label="一般", default=True),), sources=(),
        grades=(Grade(code="general", label="一般隐患", deadline=Deadline()), Grade(code="major", label="重大隐患", deadline=Deadline())),
        numberings=(Numbering(code="hazard", label="隐患编号", pattern="{seq}"),),
    )  # fmt: skip
