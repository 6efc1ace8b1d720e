"""Headers of every answer: a strict content policy, no framing, no caching of what belongs to a tenant."""

from __future__ import annotations

from flask import Flask, Response, g, request

from core.kernel.ids import new_id

POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self'; script-src 'self'; font-src 'self'; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
FIXED = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), interest-cohort=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def install(app: Flask, *, https: bool) -> None:
    @app.before_request
    def number() -> None:
        """Every request has an id of ours, also one that no route takes; what a client sends as one is not believed."""
        g.request_id = str(new_id())

    @app.after_request
    def add(response: Response) -> Response:
        for name, value in FIXED.items():
            response.headers.setdefault(name, value)
        if request.endpoint != "static":
            response.headers.setdefault("Cache-Control", "no-store")
        if https:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        if "request_id" in g:
            response.headers["X-Request-Id"] = g.request_id
        return response
