"""The district's dashboard put together for one request: what was asked, the figures, the charts. Shared by page, 大屏 and REST."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, TypeVar

from core.hazards.catalogue import Catalogue, catalogue_of
from core.http.context import RequestContext
from core.http.words import said
from core.oversight import charts
from core.oversight.brief import brief_docx
from core.oversight.figures import (
    Box,
    CategoryRow,
    Chart,
    DomainRow,
    MonthPoint,
    PhaseBar,
    Span,
    Totals,
    months_between,
    next_month,
)
from core.oversight.links import Links
from core.oversight.permissions import OversightPermission
from core.oversight.queries import district, listed
from core.oversight.queries.asked import Asked
from core.tenancy.packs.model import Campaign

Titled = TypeVar("Titled", DomainRow, Box)


@dataclass(frozen=True)
class Dashboard:
    """Figures of one district on ``as_of``; every number has its address in ``links``."""

    asked: Asked
    as_of: date
    campaign: Campaign | None
    titles: Mapping[str, str]
    links: Links
    totals: Totals
    months: Sequence[MonthPoint]
    domains: Sequence[DomainRow]
    categories: Sequence[CategoryRow]
    boxes: Sequence[Box]
    phases: Sequence[PhaseBar]
    terms: Sequence[Span]
    """Of the school calendar."""

    @property
    def charts(self) -> dict[str, Chart]:
        return {
            "trend": charts.trend(self.months, clipped(self.terms, self.months), url=self.links.of_month),
            "closure": charts.closure(self.months, url=self.links.of_month),
            "categories": charts.categories(self.categories, url=self.links.of_category),
            "ageing": charts.ageing(self.domains, url=self.links.of_age),
            "domains": charts.domains(self.domains, url=self.links.of_domain),
            "days": charts.days_box(self.boxes),
        }


def campaign_of(context: RequestContext) -> Campaign | None:
    """The outermost campaign under way, else the outermost there is."""
    campaigns: list[Campaign] = (
        [campaign for campaign in context.pack.campaigns if not campaign.within] if context.pack else []
    )
    under_way = [campaign for campaign in campaigns if campaign.starts <= context.today <= campaign.ends]
    chosen = under_way or campaigns
    return chosen[0] if chosen else None


def asked_of(context: RequestContext, args: Mapping[str, Any]) -> Asked:
    """The whole campaign up to today, or the one month that was chosen."""
    campaign = campaign_of(context)
    since, until = period(campaign, context.today)
    month: date | None = args["month"].replace(day=1) if args["month"] else None
    if month is not None:
        since, until = month, min(next_month(month) - timedelta(days=1), context.today)
    coverage = context.actor.coverage(OversightPermission.DISTRICT)
    return Asked(since, until, coverage, month, args["cluster"], args["domain"] or None)


def period(campaign: Campaign | None, today: date) -> tuple[date, date]:
    """From the campaign's beginning (at most a year back) to today; before it began, the last year."""
    year_ago = today - timedelta(days=365)
    starts = campaign.starts if campaign and campaign.starts <= today else year_ago
    return max(starts, year_ago).replace(day=1) if starts < year_ago else starts, today


def months_to_choose(context: RequestContext) -> list[date]:
    """Newest first."""
    return months_between(*period(campaign_of(context), context.today))[::-1]


def build(context: RequestContext, asked: Asked) -> Dashboard:
    """Four queries, whatever the size of the district."""
    campaign = campaign_of(context)
    titles = titles_of(context)
    session = context.session
    totals, phases = district.standing(session, asked, campaign, context.today)
    domains, categories = district.sorts(session, asked, titles)
    return Dashboard(
        asked=asked, as_of=context.today, campaign=campaign, titles=titles, links=Links(asked),
        totals=totals, months=district.months(session, asked), domains=_said(domains), categories=_called(context, categories),
        boxes=_said(district.boxes(session, asked, titles)), phases=phases,
        terms=[Span(said(term.label), term.starts, term.ends) for term in context.pack.calendar.terms] if context.pack else (),
    )  # fmt: skip


def titles_of(context: RequestContext) -> dict[str, str]:
    """Domain → title in the district's words and order; titles that are ours too in the reader's language."""
    return {domain.code: said(domain.title) for domain in _catalogue(context).domains}


def _catalogue(context: RequestContext) -> Catalogue:
    if context.pack is None:
        return Catalogue(())
    return catalogue_of(context.pack, context.runtime.plugins, context.switched_on, today=context.today)


def _called(context: RequestContext, rows: list[CategoryRow]) -> list[CategoryRow]:
    """By the category's name; with the domain before it where two domains have a category of that name, or none at all."""
    return [
        replace(row, title=title)
        for row, title in zip(rows, categories_called(_catalogue(context), rows, said), strict=True)
    ]


def categories_called(catalogue: Catalogue, rows: Sequence[CategoryRow], word: Callable[[str], str] = str) -> list[str]:
    """Names of the rows, each ``word`` by word."""
    names = [word(catalogue.category_title(row.domain, row.category) or "未分类") for row in rows]
    twice = {name for name, count in Counter(names).items() if count > 1}
    return [
        f"{word(catalogue.title(row.domain))} · {name}" if name in twice and row.domain else name
        for row, name in zip(rows, names, strict=True)
    ]


def brief(context: RequestContext, asked: Asked, template: bytes) -> bytes:
    """安全月报 of the same question, in Chinese whoever reads it. Three queries."""
    catalogue = _catalogue(context)
    session, titles = context.session, {domain.code: domain.title for domain in catalogue.domains}
    domains, categories = district.sorts(session, asked, titles)
    named = zip(categories, categories_called(catalogue, categories), strict=True)
    return brief_docx(
        template, issuer=context.tenant.name, month=asked.month, since=asked.since, until=asked.until, as_of=context.today,
        totals=district.totals(session, asked), domains=[row for row in domains if row.found],
        problems=[replace(row, title=title) for row, title in named], cases=listed.major_open(session, asked),
    )  # fmt: skip


def _said(rows: list[Titled]) -> list[Titled]:
    """Our own titles (全部, 未分类, the grades) in the reader's language."""
    return [replace(row, title=said(row.title)) for row in rows]


def clipped(spans: Sequence[Span], months: Sequence[MonthPoint]) -> list[Span]:
    """The spans as far as they lie within the months drawn."""
    if not months:
        return []
    first, last = months[0].month, next_month(months[-1].month) - timedelta(days=1)
    return [
        Span(span.title, max(span.starts, first), min(span.ends, last))
        for span in spans
        if span.starts <= last and span.ends >= first
    ]
