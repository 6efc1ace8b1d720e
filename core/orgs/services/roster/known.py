"""What a roster's rows may refer to: the units, people, org types and posts there are. Read once for a file."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.identity.models import Person
from core.orgs.known_posts import known_posts, rights
from core.orgs.models import OrgUnit
from core.orgs.queries.grants import covered_units, exceeds
from core.orgs.words import KIND_WORDS
from core.tables.cells import narrow
from core.tenancy import shelf
from core.tenancy.packs.model import Pack, Post


@dataclass
class Known:
    """Lookups by what people write. ``rows``: codes (and names) that the file itself brings."""

    session: TenantSession | None
    """None before there is a tenant (dry run): then only somebody with all rights acts."""
    actor: Actor
    pack: Pack | None
    codes: dict[str, UUID]
    names: dict[str, set[str]]
    """Name or short name → codes."""
    people: dict[str, tuple[UUID, str]]
    """Login → (id, name)."""
    types: dict[str, tuple[str | None, str]]
    """Word → (org type, kind)."""
    posts: dict[str, Post]
    type_labels: tuple[str, ...]
    """What a fault suggests: the district's own words."""
    brought: dict[str, int] = field(default_factory=dict)
    """Code → row of the file."""
    named: dict[str, str] = field(default_factory=dict)
    """Login → name that the file gave it first."""
    seen: dict[str, int] = field(default_factory=dict)
    """Login, unit and post → row of the file."""
    _gifts: dict[tuple[str, UUID], bool] = field(default_factory=dict)

    def unit(self, text: str) -> str:
        """The code of the unit meant. Raises LookupError with what would be right."""
        code = narrow(text)
        if code in self.codes or code in self.brought:
            return code
        meant = self.names.get(text, set())
        if len(meant) == 1:
            return next(iter(meant))
        raise LookupError("有几个单位叫这个名称，请填单位代码" if meant else "没有这个单位，请填已有单位的代码或全称")

    def may_give(self, post: Post, unit_id: UUID) -> bool:
        """Whether the actor holds all that the post would give there. Asked once for each post and unit."""
        key = (post.code, unit_id)
        if key not in self._gifts:
            wanted = {code for _, codes in rights(self.pack).get(post.code, ()) for code in codes}
            everywhere = all(self.actor.coverage(code).everywhere for code in wanted)
            self._gifts[key] = everywhere or (
                self.session is not None
                and not exceeds(
                    self.actor.grants, covered_units(self.session, pack=self.pack, post_code=post.code, unit_id=unit_id)
                )
            )
        return self._gifts[key]


def look_around(session: TenantSession, *, actor: Actor) -> Known:
    """Three queries, whatever the size of the file."""
    known = known_from(shelf.current(session), session=session, actor=actor)
    names: dict[str, set[str]] = defaultdict(set)
    for unit_id, code, name, short_name in session.execute(
        select(OrgUnit.id, OrgUnit.code, OrgUnit.name, OrgUnit.short_name)
    ):
        known.codes[code] = unit_id
        names[name].add(code)
        names[short_name].add(code)
    known.names = dict(names)
    known.people = {
        login: (person_id, name)
        for person_id, login, name in session.execute(select(Person.id, Person.login, Person.name))
    }
    return known


def known_from(pack: Pack | None, *, session: TenantSession | None, actor: Actor) -> Known:
    """What the pack alone says: its org types and posts. Units and people are for the caller to add."""
    return Known(session, actor, pack, {}, {}, {}, _types(pack), _posts(pack), _labels(pack))


def _types(pack: Pack | None) -> dict[str, tuple[str | None, str]]:
    """The district's own words first; the words of the product stand in where they are free."""
    found: dict[str, tuple[str | None, str]] = {}
    for org_type in pack.org_types if pack else ():
        for word in (org_type.label, org_type.code, *org_type.aliases):
            found.setdefault(word, (org_type.code, str(org_type.kind)))
    for kind, word in KIND_WORDS.items():
        own = next((org_type.code for org_type in pack.org_types if org_type.kind == kind), None) if pack else None
        found.setdefault(word, (own, kind))
        found.setdefault(kind, (own, kind))
    return found


def _labels(pack: Pack | None) -> tuple[str, ...]:
    own = [org_type.label for org_type in pack.org_types if org_type.kind != "bureau"] if pack else []
    return tuple(own or KIND_WORDS.values())


def _posts(pack: Pack | None) -> dict[str, Post]:
    found: dict[str, Post] = {}
    for post in known_posts(pack):
        for word in (post.label, post.code, *post.aliases):
            found.setdefault(word, post)
    return found
