"""What a page that must open without network asks the phone to keep: itself and our own files, nothing else."""

from __future__ import annotations

from collections.abc import Iterable

from flask import url_for

from core.http.templating import asset_url

STYLES = ("vendor/tabler.min.css", "css/tokens.css", "css/xiaoan.css", "css/print.css")
SCRIPTS = ("offline", "http", "menu", "forms", "upload", "progress", "ledger", "photos", "charts")
"""As layout/_head.html names them."""
OTHERS = ("js/first.js", "vendor/htmx.min.js", "img/icons.svg", "img/favicon.svg")


def kept(
    page: str, *, styles: Iterable[str] = (), scripts: Iterable[str] = (), modules: Iterable[str] = ()
) -> list[str]:
    """Addresses of everything that ``page`` needs to be drawn again. ``modules`` are imported by other scripts, by their plain address."""
    return [
        page,
        *(asset_url(path) for path in (*STYLES, *styles, *OTHERS)),
        *(asset_url(f"js/{name}.js") for name in (*SCRIPTS, *scripts)),
        *(url_for("static", filename=f"js/{name}.js") for name in modules),
    ]
