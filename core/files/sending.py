"""Sends a file's bytes to a browser in a way that it cannot take them for anything else. Decides no access."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response, request
from werkzeug.wsgi import FileWrapper

from core.files.queries import FileCard
from core.files.sniff import IMAGES, PDF, TXT, WEBP
from core.files.storage import CHUNK, Storage, checked
from core.kernel.errors import NotFound
from core.settings import Settings

INLINE = IMAGES | {PDF}
POLICY = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"
"""Of the file itself: even if a browser took it for a page, that page could do nothing."""


def send_file(card: FileCard, *, storage: Storage, settings: Settings) -> Response:
    """Pictures and PDF are shown, everything else is saved. Raises NotFound for bytes that are gone."""
    response = _answer(card.key, storage=storage, settings=settings, etag=card.sha256)
    if response.status_code == 304:
        return response
    response.headers["Content-Type"] = "text/plain; charset=utf-8" if card.media_type == TXT else card.media_type
    how = "inline" if card.media_type in INLINE else "attachment"
    response.headers["Content-Disposition"] = f"{how}; filename*=UTF-8''{quote(card.name)}"
    if not settings.files_accel or settings.files_folder is None:
        response.headers["Content-Length"] = str(card.size)
        # A download that broke off goes on where it stopped (Range, If-Range); behind a proxy that sends the bytes, it does this.
        response.headers["Accept-Ranges"] = "bytes"
        if request.range is not None:
            response.make_conditional(request.environ, accept_ranges=True, complete_length=card.size)
    return response


def send_thumbnail(card: FileCard, *, storage: Storage, settings: Settings) -> Response:
    """Raises NotFound for what has none."""
    if card.thumbnail_key is None:
        raise NotFound()
    response = _answer(card.thumbnail_key, storage=storage, settings=settings, etag=f"{card.sha256}-s")
    response.headers["Content-Type"] = WEBP
    response.headers["Content-Disposition"] = "inline"
    return response


def _answer(key: str, *, storage: Storage, settings: Settings, etag: str) -> Response:
    response = Response()
    # private: each reader was checked; the bytes under an id never change
    response.headers["Cache-Control"] = "private, max-age=0, must-revalidate"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = POLICY
    response.set_etag(etag)
    if request.if_none_match.contains(etag):
        response.status_code = 304
    elif settings.files_accel and settings.files_folder is not None:
        response.headers["X-Accel-Redirect"] = f"{settings.files_accel}/{checked(key)}"
    else:
        response.response = _stream(storage, key)
    return response


class _Bytes(FileWrapper):
    """Closes its source at the latest when nobody holds it any more: an answer that is given up is not always closed."""

    def __del__(self) -> None:
        self.close()


def _stream(storage: Storage, key: str) -> FileWrapper:
    try:
        return _Bytes(storage.open(key), CHUNK)
    except FileNotFoundError as fault:
        raise NotFound("文件的内容已丢失，请联系管理员") from fault
