"""Who owes a report of the pack, and who receives it: words of the pack turned into units and recipients. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from core.kernel.obligations import Occurrence
from core.tenancy.packs.model import BodyKind, OrgKind, Pack, Report
from core.tenancy.packs.owed import who_types

LEAD = timedelta(days=31)
"""A round whose period began long ago (a year's report) is opened so long before its due day."""
OUTSIDE = frozenset({BodyKind.EXTERNAL, BodyKind.SUPERIOR, BodyKind.AGENCY})
"""Bodies that take part in nothing here: what they get is forwarded and comes back with a receipt number."""


@dataclass(frozen=True, slots=True)
class Owing:
    """``org_types``: every unit of these; ``codes``: single units by their code → for whom they file (empty: themselves);
    ``root``: what the bureau files in the name of bodies and posts that are no unit."""

    org_types: frozenset[str]
    codes: Mapping[str, str] = field(default_factory=dict)
    root: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recipient:
    """``outside``: beyond the district; the district forwards to it."""

    label: str
    outside: bool

    def to_json(self) -> dict[str, object]:
        return {"label": self.label, "outside": self.outside}


def owing(pack: Pack, report: Report) -> Owing:
    """A body that is an office of a department is filed for by that department, any other by the bureau; so are posts."""
    bodies = {body.code: body for body in pack.bodies}
    departments = {department.code for department in pack.departments}
    types: set[str] = set()
    codes: dict[str, str] = {}
    root: list[str] = []
    for word in who_types(pack, report.who):
        kind, _, code = word.partition(":")
        if not code:
            types.add(word)
        elif kind == "department":
            codes[code] = ""
        elif kind == "post":
            root.append(next(post.label for post in pack.posts if post.code == code))
        elif bodies[code].kind in (BodyKind.AGENCY, BodyKind.THIRD_PARTY):
            codes[code] = ""
        else:
            above = bodies[code].parent
            while above and above not in departments:
                above = bodies[above].parent if above in bodies else ""
            if above:
                codes[above] = bodies[code].label
            else:
                root.append(bodies[code].label)
    return Owing(frozenset(types), codes, tuple(root))


def recipients(pack: Pack, report: Report) -> tuple[Recipient, ...]:
    """In order; nothing stated: the district itself."""
    bureaus = {own.code: own.label for own in pack.org_types if own.kind is OrgKind.BUREAU}
    inside = {post.label for post in pack.posts} | {alias for post in pack.posts for alias in post.aliases}
    bodies = {f"body:{body.code}": body for body in pack.bodies}
    found = []
    for word in report.to:
        if word in bureaus:
            found.append(Recipient(bureaus[word], outside=False))
        elif word in bodies:
            found.append(Recipient(bodies[word].label, outside=bodies[word].kind in OUTSIDE))
        else:
            found.append(Recipient(_printed(pack, word), outside=word not in inside and ":" not in word))
    return tuple(found) or (Recipient(pack.term("bureau"), outside=False),)


def opens_on(found: Occurrence) -> date:
    """The day on which the round opens and who owes it is frozen."""
    if found.due_on is None:
        return found.span.starts
    return max(found.span.starts, found.due_on - LEAD)


def _printed(pack: Pack, word: str) -> str:
    kind, _, code = word.partition(":")
    known = {"department": pack.departments, "post": pack.posts}.get(kind, ())
    return next((one.label for one in known if one.code == code), word)
