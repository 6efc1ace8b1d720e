"""What gunicorn serves in the bench: the application as in production, and beside it a bare reply."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from core.app import serve as serving

REPLY = b'{"bare": true}'


def application() -> Callable[..., Iterable[bytes]]:
    """Same server, same process, same threads: /bare answers before the application hears of it."""
    app = serving()

    def serve(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/bare":
            environ["wsgi.input"].read()
            start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(REPLY)))])
            return [REPLY]
        answer: Iterable[bytes] = app(environ, start_response)
        return answer

    return serve
