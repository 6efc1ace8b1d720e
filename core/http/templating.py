"""What every template may count on: filters, globals, strict undefined, and the frame around a page.

The frame is plain data that the request guard fills; nothing here reads the database, and no template gets an ORM row.
"""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, g, json, request, url_for
from flask_babel import Babel, get_locale
from jinja2 import FileSystemLoader, StrictUndefined, UndefinedError
from markupsafe import Markup

from core.http import formats
from core.http.words import catalogue, gettext, readable, said
from core.kernel.phrases import ENGLISH_READER, Label

HERE = Path(__file__).parent
STATIC = HERE / "static"
SPRITE = "img/icons.svg"


@dataclass(frozen=True, slots=True)
class MenuItem:
    title: str
    url: str
    icon: str = "circle-dot"
    active: bool = False
    badge: int | None = None


@dataclass(frozen=True, slots=True)
class MenuSection:
    """A group in the left menu; the first one, with 工作台, has no title and is never folded."""

    title: str
    items: tuple[MenuItem, ...]
    code: str = ""
    """By which the browser remembers whether it is open."""
    open: bool = True


@dataclass(frozen=True, slots=True)
class TenantChoice:
    """A district or bureau that the same person may switch to; switching posts `tenant` to `switch_url`."""

    id: int
    name: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class PageFrame:
    """Everything around a page. Without a signed-in person only the defaults stand."""

    tenant_name: str = "校安"
    """The district's full name, as its official papers write it."""
    campaign: str = ""
    """The campaign under way, shown after the name."""
    menu: tuple[MenuSection, ...] = ()
    phone_tabs: tuple[MenuItem, ...] = ()
    """The one with icon `camera` becomes the large button: put it in the middle, 工作台 台账 报隐患 消息 我的."""
    person_name: str = ""
    person_post: str = ""
    unit_name: str = ""
    locale: str = "zh"
    locales: tuple[tuple[str, str], ...] = (("zh", "中文"), ("en", "English"))
    csrf_token: str = ""
    scope: str = ""
    """Tenant and person, as what a phone keeps is filed: nobody's words are sent in another's name."""
    today: dt.date | None = None
    as_of: dt.datetime | None = None
    """Set only while the clock is shifted: the page then says so."""
    tenants: tuple[TenantChoice, ...] = ()
    notices: int = 0
    terms: Mapping[str, str] = field(default_factory=dict)
    """The district's own words."""
    english: Mapping[str, str] = field(default_factory=dict)
    """Words of the district's pack in English, by the Chinese word; empty for who reads Chinese."""
    home_url: str = "/"
    notices_url: str = "/notices"
    search_url: str = "/search"
    account_url: str = "/account"
    switch_url: str = "/switch"
    language_url: str = "/language"
    signout_url: str = "/sign-out"

    @property
    def signed_in(self) -> bool:
        return bool(self.person_name)


def use_frame(frame: PageFrame) -> None:
    """Called by the request guard (and by tests), once per request."""
    g.page_frame = frame
    ENGLISH_READER.set(frame.locale == "en")


def _reader_gone(_fault: BaseException | None) -> None:
    """The thread's next request, or its next job, begins with nobody reading."""
    ENGLISH_READER.set(False)


def current_frame() -> PageFrame:
    """The frame in use; on public pages one in the language that the browser or the visitor's own choice asks for."""
    frame = g.get("page_frame")
    if isinstance(frame, PageFrame):
        return frame
    wanted = request.cookies.get("lang") or request.accept_languages.best_match(["zh", "en"])
    return PageFrame(locale="en" if wanted == "en" else "zh")


def term(key: str, default: str | None = None) -> str:
    """A word of the district. An unknown key without a default is a fault in the template, as any undefined name."""
    word = current_frame().terms.get(key, default)
    if word is None:
        raise UndefinedError(f"no word {key!r} in this district's terms")
    return word


@functools.lru_cache(maxsize=512)
def _digest(path: Path, mtime_ns: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]


def asset_url(path: str) -> str:
    """The address of a file of ours with a mark of its content, so that it may be cached for ever."""
    held: dict[str, str] = g.setdefault("asset_urls", {})  # a page asks for the sprite eighty times
    if path not in held:
        held[path] = _asset_url(path)
    return held[path]


def _asset_url(path: str) -> str:
    try:
        written = (STATIC / path).stat().st_mtime_ns
    except FileNotFoundError:  # vendor files are fetched at installation: say which one is missing by a 404, not a 500
        return url_for("static", filename=path)
    return _marked(path, written, request.script_root)


@functools.lru_cache(maxsize=512)
def _marked(path: str, mtime_ns: int, script_root: str) -> str:
    return url_for("static", filename=path, v=_digest(STATIC / path, mtime_ns))


@functools.cache
def icon_names() -> frozenset[str]:
    return frozenset(re.findall(r'<symbol id="([^"]+)"', (STATIC / SPRITE).read_text(encoding="utf-8")))


def icon(name: str, extra: str = "") -> Markup:
    """A decorative icon; words beside it carry the meaning. A name that is not in the sprite shows a dot."""
    return _icon(name if name in icon_names() else "circle-dot", extra, asset_url(SPRITE))


@functools.lru_cache(maxsize=1000)
def _icon(known: str, extra: str, sprite: str) -> Markup:
    return Markup('<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>').format(
        extra, sprite, known
    )


def url_with(**changes: object) -> str:
    """This page's address with some query values changed (None takes one away): for pagers, sorting and tabs."""
    if request.endpoint is None or request.url_rule is None:
        return request.path
    values: dict[str, Any] = {**request.args.to_dict(flat=False), **(request.view_args or {}), **changes}
    # The query is the visitor's: as arguments of url_for, names like _scheme or endpoint would mean something to it.
    address = url_for(
        request.endpoint, **{name: values.pop(name) for name in request.url_rule.arguments if name in values}
    )
    query = urlencode({name: value for name, value in values.items() if value is not None}, doseq=True)
    return f"{address}?{query}" if query else address


def _locale() -> str:
    return current_frame().locale


def _localised(function: Callable[..., str]) -> Callable[..., str]:
    @functools.wraps(function)
    def wrapper(*args: Any) -> str:
        return function(*args, locale=str(get_locale() or "zh"))

    return wrapper


def _due_text(due_on: dt.date | None, today: dt.date | None = None) -> str:
    reference = today or current_frame().today
    if reference is None:
        raise UndefinedError("due_text needs today: the frame has none, so hand it in")
    return formats.due_text(due_on, reference, locale=str(get_locale() or "zh"))


def _heading(text: str) -> str:
    word = text.read if isinstance(text, Label) else text
    return word[:1].upper() + word[1:]


def _dumps(value: Any, **options: Any) -> str:
    """``tojson``: charts and scripts show words too."""
    return json.dumps(readable(value) if ENGLISH_READER.get() else value, **options)


def _cache_for_ever(response: Response) -> Response:
    if request.endpoint == "static" and "v" in request.args and response.status_code == 200:
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


FILTERS: dict[str, Callable[..., Any]] = {
    "date": formats.date,
    "datetime": formats.datetime,
    "time": formats.time,
    "document_date": _localised(formats.document_date),
    "money_yuan": formats.money_yuan,
    "number": formats.number,
    "filesize": formats.filesize,
    "due_text": _due_text,
    "ago": _localised(formats.ago),
    "said": lambda text: said(text) if isinstance(text, str) else text,
    "official": lambda value: str(value) if isinstance(value, Label) else value,  # what a control sends back
    "heading": _heading,  # of a word that packs give as it stands in a sentence
}

GLOBALS: dict[str, Callable[..., Any]] = {
    "term": term,
    "asset_url": asset_url,
    "icon": icon,
    "url_with": url_with,
    "percent": formats.percent,
    "remembered": functools.cache,  # of a macro: in a long table the same badge stands in every second row
    "csrf_token": lambda: current_frame().csrf_token,
}


def install(app: Flask, *, translations: Sequence[str] = (str(HERE.parent / "translations"),)) -> None:
    """Makes core's layouts, macros and static files the ones of this application.

    ``translations``: folders with catalogues, core's and those of plugins that bring their own.
    """
    app.static_folder = str(STATIC)
    if "static" not in app.view_functions:  # an application made without a static folder has no route for it either
        app.add_url_rule("/static/<path:filename>", endpoint="static", view_func=app.send_static_file)
    app.jinja_loader = FileSystemLoader(HERE / "templates")
    if "babel" not in app.extensions:
        Babel(
            app,
            locale_selector=_locale,
            default_timezone="Asia/Shanghai",
            default_locale="zh",
            default_translation_directories=";".join(translations),
        )
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # jinja2.ext.i18n adds it
        gettext=gettext, ngettext=lambda one, many, n: catalogue().ungettext(one, many, n), newstyle=True
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals.update(GLOBALS)
    app.context_processor(lambda: {"frame": current_frame()})
    app.jinja_env.policies["json.dumps_function"] = _dumps
    app.after_request(_cache_for_ever)
    app.teardown_request(_reader_gone)
