"""Is the process alive, can it serve, and its figures for Prometheus. Public: says nothing of any tenant."""

from __future__ import annotations

import time

from flask import Blueprint, Flask, Response, g, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from core.http import api
from core.http.runtime import runtime

REQUESTS = Counter("xiaoan_requests_total", "Requests by endpoint and status", ["endpoint", "status"])
SECONDS = Histogram("xiaoan_request_seconds", "Time to answer by endpoint", ["endpoint"])


def install(app: Flask, registry: CollectorRegistry = REGISTRY) -> None:
    pulse = Blueprint("health", __name__)

    @pulse.get("/health/live")
    def live() -> Response:
        return jsonify(status="ok")

    @pulse.get("/health/ready")
    def ready() -> tuple[Response, int]:
        """200 when the database answers; 503 otherwise, so that a balancer waits."""
        try:
            runtime().directory.forget()
            runtime().directory.all()
        except SQLAlchemyError:
            return jsonify(status="database away"), 503
        return jsonify(status="ok"), 200

    @pulse.get("/health/metrics")
    def metrics() -> Response:
        """For a collector inside the network; the reverse proxy keeps it from the outside (deploy/nginx)."""
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    @app.before_request
    def start() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def count(response: Response) -> Response:
        endpoint = request.endpoint or "none"
        REQUESTS.labels(endpoint, response.status_code).inc()
        if "started" in g:
            SECONDS.labels(endpoint).observe(time.perf_counter() - g.started)
        return response

    app.register_blueprint(pulse)
    for name in ("live", "ready", "metrics"):
        api.OPEN[f"health.{name}"] = "says nothing of any tenant"
