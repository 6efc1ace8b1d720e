"""What a hazard can be about in a district: the domains its pack declares and those of the plugins that are on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from core.hooks.manager import Plugins
from core.hooks.meta import PluginMeta
from core.kernel.errors import Invalid
from core.tenancy.packs.model import Domain, Pack


@dataclass(frozen=True)
class CategoryChoice:
    code: str
    title: str
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True)
class DomainChoice:
    """``active``: new hazards may be sorted here; a domain that is off still names its old ones."""

    code: str
    title: str
    icon: str
    active: bool
    categories: tuple[CategoryChoice, ...]
    places: tuple[str, ...] = ()


@dataclass(frozen=True)
class Catalogue:
    domains: tuple[DomainChoice, ...]

    @property
    def active(self) -> tuple[DomainChoice, ...]:
        return tuple(domain for domain in self.domains if domain.active)

    def domain(self, code: str | None) -> DomainChoice | None:
        return next((domain for domain in self.domains if domain.code == code), None)

    def title(self, code: str | None) -> str:
        """The domain's name; the bare code for one that is gone, 未分类 for none."""
        found = self.domain(code)
        return found.title if found else code or "未分类"

    def category_title(self, domain: str | None, code: str | None) -> str:
        found = self.domain(domain)
        titles = {category.code: category.title for category in found.categories} if found else {}
        return titles.get(code or "", code or "")

    def clauses(self, domain: str | None, code: str | None) -> tuple[str, ...]:
        found = self.domain(domain)
        return next((own.clauses for own in found.categories if own.code == code), ()) if found else ()

    def require(self, domain: str | None, category: str | None, *, prefix: str = "") -> None:
        """Raises Invalid for what may not be chosen now; ``prefix`` before the names of the fields, as the form has them."""
        if not domain:
            if category:
                raise Invalid(fields={f"{prefix}category": "请先选择领域"})
            return
        found = self.domain(domain)
        if found is None or not found.active:
            raise Invalid(fields={f"{prefix}domain": "没有这个领域，或该领域未启用、不用于该单位的学段"})
        if category and category not in {own.code for own in found.categories}:
            raise Invalid(fields={f"{prefix}category": "该领域没有这个类别，请从列表中选择"})


def catalogue_of(pack: Pack, plugins: Plugins, plugins_on: Iterable[str], *, today: date) -> Catalogue:
    """Pack domains in their order, then plugins that are on and that the pack does not name."""
    on = frozenset(plugins_on)
    named = [_from_pack(domain, plugins.metas, on, today) for domain in pack.domains]
    codes = {domain.code for domain in named}
    others = [_from_plugin(meta) for slug, meta in sorted(plugins.metas.items()) if slug in on and slug not in codes]
    return Catalogue(tuple(named + others))


def _from_pack(domain: Domain, metas: Mapping[str, PluginMeta], on: frozenset[str], today: date) -> DomainChoice:
    meta = metas.get(domain.code) or metas.get(domain.extends)
    inside = (domain.starts is None or domain.starts <= today) and (domain.ends is None or today <= domain.ends)
    active = (
        domain.code in on if domain.plugin else (domain.on and inside and (not domain.extends or domain.extends in on))
    )
    own = {
        category.code: CategoryChoice(category.code, category.label, category.clauses) for category in domain.categories
    }
    if (
        meta is not None and meta.slug == domain.code
    ):  # the plugin's own categories stay available beside the district's
        for category in meta.categories:
            own.setdefault(category.code, CategoryChoice(category.code, category.title, category.clauses))
    return DomainChoice(
        domain.code, domain.label, meta.icon if meta else "alert-triangle", active, tuple(own.values()), domain.places
    )


def _from_plugin(meta: PluginMeta) -> DomainChoice:
    categories = tuple(CategoryChoice(own.code, own.title, own.clauses) for own in meta.categories)
    return DomainChoice(meta.slug, meta.title, meta.icon, True, categories)
