"""The frame around every page: menu, names, notices, the district's words. Knows no feature; they answer by hook.

What only upper floors know (unread notices, linked tenants) is handed in at the composition root.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import structlog
from flask import current_app, request, url_for
from werkzeug.routing import BuildError

from core.db.sessions import TenantSession
from core.hooks.meta import MenuEntry
from core.http import csrf
from core.http.context import RequestContext
from core.http.templating import MenuItem, MenuSection, PageFrame, TenantChoice, use_frame
from core.http.words import gettext
from core.kernel.clock import SystemClock

log = structlog.get_logger(__name__)

SECTIONS = {
    "work": "", "campaign": "行动与任务", "daily": "日常工作", "ledger": "台账", "domain": "领域", "district": "全区", "bureau": "上级", "admin": "管理",
}  # fmt: skip
"""In the order of the menu; the first has no title."""
SHORT_MENU = 14
"""Entries that are seen at a glance: a menu that has no more needs no folding."""
WORDS = {
    "bureau": "教育局", "hazard": "隐患", "ledger": "隐患台账", "close": "销号", "department": "科室", "cluster": "片区",
    "safety_office": "安全办",
}  # fmt: skip
"""Where there is no pack (a bureau): the words that pages of the core use."""
ENGLISH = {
    "bureau": "Education bureau", "hazard": "Hazard", "ledger": "Hazard ledger", "close": "Close", "department": "Department",
    "cluster": "Cluster", "safety_office": "Safety office",
}  # fmt: skip
TABS = 4
ADDRESSES = "xiaoan.menu_addresses"
Unread = Callable[[TenantSession, UUID], int]
Links = Callable[[RequestContext], Sequence[TenantChoice]]


def build(context: RequestContext, *, unread: Unread | None = None, links: Links | None = None) -> PageFrame:
    """``unread`` counts a person's unread notices (one query); ``links`` lists the tenants that person may switch to."""
    actor, identity = context.actor, context.identity
    english = context.locale.startswith("en")
    # Flask-Babel asks once per request and remembers: it must find the person's language before the menu is translated
    use_frame(PageFrame(locale="en" if english else "zh"))
    menu = _menu(context)
    posts = [grant.post_title for grant in actor.grants if grant.post_title]
    return PageFrame(
        tenant_name=context.tenant.name,
        campaign=_campaign(context),
        menu=menu,
        phone_tabs=_tabs(menu),
        person_name=actor.name,
        person_post=posts[0] if posts else "",
        unit_name=identity.primary_unit if identity else "",
        locale="en" if english else "zh",
        csrf_token=csrf.token(identity.csrf_key) if identity and identity.csrf_key else "",
        scope=f"{context.tenant.id}.{actor.person_id}" if actor.person_id else "",
        today=context.today,
        as_of=None if isinstance(context.clock, SystemClock) else context.now(),
        tenants=tuple(links(context)) if links else (),
        notices=unread(context.session, actor.person_id) if unread and actor.person_id else 0,
        terms=words(context.pack, english=english),
        english=context.pack.english if english and context.pack is not None else {},
    )


def words(pack: Any, *, english: bool = False) -> dict[str, str]:
    """The district's words over the defaults."""
    own = {term.code: (term.en if english else term.label) for term in pack.terms} if pack is not None else {}
    return {**(ENGLISH if english else WORDS), **own}


def _campaign(context: RequestContext) -> str:
    if context.pack is None:
        return ""
    under_way = [campaign for campaign in context.pack.campaigns if campaign.starts <= context.today <= campaign.ends]
    outer = [campaign for campaign in under_way if not campaign.within]
    return (outer or under_way)[0].label if under_way else ""


def _menu(context: RequestContext) -> tuple[MenuSection, ...]:
    entries: list[MenuEntry] = context.runtime.plugins.collect("collect_menu", context.plugins_on, actor=context.actor)
    open_to_actor = [entry for entry in entries if entry.permission is None or context.actor.may(entry.permission)]
    placed: dict[str, list[tuple[MenuEntry, str]]] = {section: [] for section in SECTIONS}
    for entry in sorted(open_to_actor, key=lambda entry: entry.order):
        url = _url(entry.endpoint)
        if url is not None:
            placed.setdefault(entry.section, []).append((entry, url))
    urls = [url for group in placed.values() for _, url in group]
    here = _here(urls)
    return tuple(
        MenuSection(
            gettext(SECTIONS[section]) if SECTIONS.get(section) else "",
            tuple(MenuItem(gettext(entry.title), url, entry.icon, active=url == here) for entry, url in group),
            code=section,
            open=len(urls) <= SHORT_MENU or any(url == here for _, url in group),
        )
        for section, group in placed.items()
        if group
    )


def _url(endpoint: str) -> str | None:
    """Kept for the application: every page builds the addresses of the whole menu."""
    kept: dict[tuple[str, str], str] = current_app.extensions.setdefault(ADDRESSES, {})
    key = request.script_root, endpoint
    try:
        return kept.get(key) or kept.setdefault(key, url_for(endpoint))
    except BuildError:  # the entry of a feature whose route is missing must not take every page down
        log.error("menu entry without a route", endpoint=endpoint)
        return None


def _here(urls: Sequence[str]) -> str | None:
    """The entry under which the present page lies: the longest address that begins its path."""
    path = request.path
    fitting = [url for url in urls if path == url or (url != "/" and path.startswith(url.rstrip("/") + "/"))]
    return max(fitting, key=len, default=None)


def _tabs(menu: Sequence[MenuSection]) -> tuple[MenuItem, ...]:
    """The bar at the bottom of a phone: the first entries of the menu, among them always the one with the camera."""
    items = [item for section in menu for item in section.items]
    camera = [item for item in items if item.icon == "camera"][:1]
    others = [item for item in items if item.icon != "camera"][: TABS - len(camera)]
    middle = len(others) // 2
    return tuple(others[:middle] + camera + others[middle:])
