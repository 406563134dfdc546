"""``GET /openapi.json``, ``GET /docs`` and the way there from ``/``. Every file is served from here; no other host."""

from functools import cache
from importlib.resources import files
from pathlib import Path

import orjson
from flask import Blueprint, Response, redirect, request, send_file
from flask.typing import ResponseReturnValue
from flask_smorest import Api
from werkzeug.exceptions import NotFound

from services.versions import ENGINE_VERSION
from web import answers, openapi

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_STATIC = Path(__file__).parent / "static"
_SWAGGER_UI = Path(str(files("flask_swagger_ui"))) / "dist"
_ASSETS = {
    "docs.js": _STATIC,
    "swagger-ui-bundle.js": _SWAGGER_UI,
    "swagger-ui.css": _SWAGGER_UI,
    "favicon-32x32.png": _SWAGGER_UI,
}
_DAY_SECONDS = 86_400


def make_blueprint(api: Api) -> Blueprint:
    """Make the pages that document an API whose other blueprints are registered."""
    blueprint = Blueprint("documentation", __name__)

    @cache
    def document() -> bytes:
        return orjson.dumps(openapi.finished(api))

    @blueprint.get("/openapi.json")
    def show_openapi() -> Response:
        response = Response(document(), mimetype="application/json")
        response.headers["Cache-Control"] = "no-cache"
        response.add_etag()
        response.make_conditional(request)
        return response

    blueprint.add_url_rule("/", view_func=show_start)
    blueprint.add_url_rule("/docs", view_func=show_docs)
    blueprint.add_url_rule("/docs/assets/<name>", view_func=show_asset)
    return blueprint


def show_start() -> ResponseReturnValue:
    """Send people to the documentation, and tell programs where it is."""
    if request.accept_mimetypes.best_match(("application/json", "text/html")) == "text/html":
        return redirect("/docs")
    return answers.computed(
        {"name": "IgCost", "engine_version": ENGINE_VERSION, "documentation": "/docs", "openapi": "/openapi.json"}
    )


def show_docs() -> Response:
    """Show the page that lists every endpoint and lets one try it."""
    response = Response((_STATIC / "docs.html").read_bytes(), mimetype="text/html")
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def show_asset(name: str) -> Response:
    """Serve one of the few files of that page."""
    folder = _ASSETS.get(name)
    if folder is None:
        raise NotFound
    return send_file(folder / name, max_age=_DAY_SECONDS)
