"""A domain as this district cuts it: the pack's entry where there is one, the plugin's META else. Reads no table."""

from __future__ import annotations

from dataclasses import dataclass

from core.hooks.meta import PluginMeta
from core.tenancy.packs.model import ClauseKind, Domain, Pack
from core.tenancy.switches import Switch


@dataclass(frozen=True)
class CategoryWord:
    """What a hazard of the domain can be about. ``focus``: codes of the focus problems it stands under."""

    code: str
    title: str
    focus: tuple[str, ...] = ()


@dataclass(frozen=True)
class FocusWord:
    """A focus problem in the notice's words."""

    code: str
    no: int
    title: str
    parts: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True)
class AskedClause:
    """What the notice asks, verbatim. ``privacy``: how a sensitive clause is read."""

    id: str
    kind: str
    text: str
    paragraph: int
    document: str
    privacy: str = ""


@dataclass(frozen=True)
class DomainWords:
    """``codes``: the domain and its named variants (校园周边 of security), all counted together."""

    slug: str
    title: str
    summary: str
    icon: str
    codes: tuple[str, ...]
    variant: str
    categories: tuple[CategoryWord, ...]
    focus: tuple[FocusWord, ...]
    places: tuple[str, ...]
    asked: tuple[AskedClause, ...]

    @property
    def asked_by(self) -> dict[str, list[AskedClause]]:
        """The clauses by kind, each in the order of the notice."""
        grouped: dict[str, list[AskedClause]] = {}
        for clause in self.asked:
            grouped.setdefault(clause.kind, []).append(clause)
        return grouped

    def category(self, code: str | None) -> str:
        """Its title; the bare code for one that the pack no longer has."""
        return next((category.title for category in self.categories if category.code == code), code or "")


def domain_words(meta: PluginMeta, pack: Pack | None, switch: Switch | None) -> DomainWords:
    """The words in force for this district."""
    entries = _entries(meta.slug, pack)
    codes = tuple(dict.fromkeys((meta.slug, *(entry.code for entry in entries))))
    variant = (switch.variant if switch and switch.variant else "") or next(
        (entry.variant for entry in entries if entry.variant), ""
    )
    categories = tuple(
        CategoryWord(category.code, category.label, category.focus)
        for entry in entries
        for category in entry.categories
    ) or tuple(CategoryWord(category.code, category.title) for category in meta.categories)
    return DomainWords(
        slug=meta.slug,
        title=next((entry.label for entry in entries if entry.code == meta.slug), meta.title),
        summary=meta.summary,
        icon=meta.icon,
        codes=codes,
        variant=variant,
        categories=categories,
        focus=_focus(meta, entries, variant),
        places=tuple(dict.fromkeys(place for entry in entries for place in entry.places)),
        asked=_asked(pack, codes),
    )


def _entries(slug: str, pack: Pack | None) -> tuple[Domain, ...]:
    if pack is None:
        return ()
    return tuple(entry for entry in pack.domains if slug in (entry.code, entry.extends))


def _focus(meta: PluginMeta, entries: tuple[Domain, ...], variant: str) -> tuple[FocusWord, ...]:
    stated = tuple(
        FocusWord(problem.code, problem.no, problem.label, problem.parts, problem.clauses)
        for entry in entries
        for problem in entry.focus
    )
    return stated or tuple(
        FocusWord(problem.code, problem.no, problem.title, problem.parts, problem.clauses)
        for problem in meta.focus
        if problem.variant == variant
    )


def _asked(pack: Pack | None, codes: tuple[str, ...]) -> tuple[AskedClause, ...]:
    if pack is None:
        return ()
    return tuple(
        AskedClause(clause.id, clause.kind, clause.text, clause.paragraph, clause.document, clause.privacy)
        for clause in pack.clauses
        if clause.domain in codes and clause.kind is not ClauseKind.POLICY
    )
