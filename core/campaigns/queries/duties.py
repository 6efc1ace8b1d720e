"""履职清单: what each leader's post and each department has to do by the notice, filled from what is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.access.actor import Actor
from core.campaigns.permissions import CampaignPermission
from core.campaigns.queries.holders import Holder, holders_above, of_department, of_post
from core.campaigns.queries.matrix import DepartmentList, department_lists
from core.campaigns.queries.notice import Sentence, sentences, standings_of
from core.campaigns.standing import Standing, joined
from core.db.sessions import TenantSession
from core.hooks.manager import Plugins
from core.kernel.clock import local_date
from core.kernel.schoolyear import Span, school_year
from core.obligations.queries import Asked, Tally, duty_tallies, pack_duties
from core.tenancy.packs.model import OrgKind, Owed, Pack, Post
from core.tenancy.shelf import pack_of

ABOVE = frozenset({OrgKind.BUREAU, OrgKind.DEPARTMENT})


@dataclass(frozen=True)
class DutyLine:
    """One obligation or report, and how it stands this school year. ``standing`` None: nothing is due in it."""

    code: str
    label: str
    clauses: tuple[str, ...]
    confirm: bool
    settled: int
    total: int
    standing: Standing | None


@dataclass(frozen=True)
class PostList:
    """What falls to one post. ``said``: sentences of the notice about the post itself; ``holders``: who holds it today."""

    post: Post
    duties: tuple[DutyLine, ...]
    said: tuple[Sentence, ...]
    holders: tuple[Holder, ...]


@dataclass(frozen=True)
class OfDepartment:
    """What falls to one department. ``said`` and ``holders`` as of a post."""

    list: DepartmentList
    duties: tuple[DutyLine, ...]
    said: tuple[Sentence, ...]
    holders: tuple[Holder, ...]


@dataclass(frozen=True)
class DutyLists:
    posts: tuple[PostList, ...]
    departments: tuple[OfDepartment, ...]
    span: Span


def duty_lists(session: TenantSession, actor: Actor, plugins: Plugins) -> DutyLists:
    """Of the bureau's leaders and departments, for the school year. A fixed number of queries."""
    pack, span = pack_of(session), _year(session)
    codes = _codes(pack)
    coverage = actor.coverage(CampaignPermission.READ)
    tallies = duty_tallies(session, plugins, coverage=coverage, asked=Asked(span, codes=codes)) if codes else {}
    owed = [own.owed for own in pack_duties(session)]
    people = holders_above(session, actor)
    posts = tuple(
        PostList(
            post, _of(f"post:{post.code}", owed, tallies), sentences(pack, post.clauses), of_post(people, post.code)
        )
        for post in leaders(pack)
    )
    departments = tuple(
        OfDepartment(
            own, _of(f"department:{own.department.code}", owed, tallies), sentences(pack, own.department.clauses),
            of_department(people, own.department),
        )
        for own in department_lists(session, actor)
    )  # fmt: skip
    return DutyLists(posts, departments, span)


def leaders(pack: Pack) -> tuple[Post, ...]:
    """Posts of the bureau that the notice says something of, or that owe something."""
    kinds = {own.code: own.kind for own in pack.org_types}
    above = (own for own in pack.posts if own.held_in and all(kinds[place] in ABOVE for place in own.held_in))
    owing = {word for owed in (*pack.obligations, *pack.reports) for word in owed.who}
    return tuple(own for own in above if own.clauses or f"post:{own.code}" in owing)


def _codes(pack: Pack) -> frozenset[str]:
    """Obligations and reports of a post or a department; what everybody owes is no list of theirs."""
    return frozenset(
        own.code
        for own in (*pack.obligations, *pack.reports)
        if any(word.startswith(("post:", "department:")) for word in own.who)
    )


def _of(word: str, owed: list[Owed], tallies: Mapping[str, Tally]) -> tuple[DutyLine, ...]:
    return tuple(_line(own, tallies.get(own.code, Tally())) for own in owed if word in own.who)


def _line(own: Owed, tally: Tally) -> DutyLine:
    return DutyLine(
        code=own.code, label=own.label, clauses=own.clauses, confirm=own.confirm,
        settled=tally.settled, total=tally.owed, standing=joined(standings_of(tally)),
    )  # fmt: skip


def _year(session: TenantSession) -> Span:
    return school_year(local_date(session.now()))
