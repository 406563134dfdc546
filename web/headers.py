"""What every answer carries: its id, its language, the versions it was made with; and one log line without content."""

import logging
from time import perf_counter

from flask import Flask, Response, g, request

from services.versions import ENGINE_VERSION
from web import current

log = logging.getLogger("igcost.requests")

_QUIET = frozenset({"/live", "/ready"})


def register(app: Flask) -> None:
    """Stamp and log every answer."""
    app.before_request(_start)
    app.after_request(_finish)


def _start() -> None:
    g.started = perf_counter()


def _finish(response: Response) -> Response:
    headers = response.headers
    headers["X-Request-ID"] = current.request_id()
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Engine-Version"] = ENGINE_VERSION
    runtime = g.get("pinned_runtime") or current.runtime()
    if runtime.ready:
        headers["Reference-Version"] = runtime.book.version
    mimetype = response.mimetype
    if mimetype is not None and mimetype.endswith("json"):
        headers["Content-Language"] = current.chosen_language()
        headers["Vary"] = "Accept, Accept-Language"
    rule = request.url_rule
    route = None if rule is None else rule.rule
    if route not in _QUIET and log.isEnabledFor(logging.INFO):
        log.info(
            "request",
            extra={
                "request_id": current.request_id(),
                "method": request.method,
                "route": route,
                "status": response.status_code,
                "engine_version": ENGINE_VERSION,
                "reference_version": headers.get("Reference-Version"),
                "duration_ms": round((perf_counter() - g.started) * 1000, 3),
            },
        )
    return response
