"""Documents become answers."""

from collections.abc import Mapping

import orjson
from flask import Response, request

JSON = "application/json"


def computed(document: Mapping[str, object]) -> Response:
    """Answer what was computed for one request; nobody is to keep it on the way."""
    response = Response(orjson.dumps(document), mimetype=JSON)
    response.headers["Cache-Control"] = "no-store"
    overlay = document.get("overlay_version")
    if isinstance(overlay, str):
        response.headers["Overlay-Version"] = overlay
    return response


def reference(document: Mapping[str, object]) -> Response:
    """Answer what is on file, with an ETag; 304 to a caller who has it already."""
    response = Response(orjson.dumps(document), mimetype=JSON)
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response
