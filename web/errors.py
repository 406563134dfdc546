"""Exceptions become HTTP here and nowhere else."""

import logging
import traceback
from collections.abc import Mapping

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from estimator.errors import InvalidRequest, NotOnFile
from schemas.json_reading import UnreadableBody
from services.keys import KeyNotAllowed, KeyRefused
from services.releases import FactsMoved
from services.runtime import StorageUnusable
from web import current, problems, reading

log = logging.getLogger(__name__)

RETRY_AFTER_SECONDS = 5
_KEPT_HEADERS = ("Allow", "Retry-After", "WWW-Authenticate", "Accept")
_CODES = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    413: "body_too_large",
    415: "unsupported_media_type",
    500: "internal_error",
}


def register(app: Flask) -> None:
    """Answer every exception with a problem document."""
    app.register_error_handler(InvalidRequest, invalid_request)
    app.register_error_handler(UnreadableBody, unreadable_body)
    app.register_error_handler(NotOnFile, not_on_file)
    app.register_error_handler(KeyRefused, key_refused)
    app.register_error_handler(KeyNotAllowed, key_not_allowed)
    app.register_error_handler(FactsMoved, facts_moved)
    app.register_error_handler(current.Starting, starting)
    app.register_error_handler(StorageUnusable, storage_unusable)
    app.register_error_handler(reading.NoRoomForFile, storage_unusable)
    app.register_error_handler(HTTPException, http_exception)
    app.register_error_handler(Exception, unexpected)


def invalid_request(error: InvalidRequest) -> Response:
    """Answer 422 with every problem found; 401 where only a key would help."""
    found = error.problems
    if any(problem.code == "key_required" for problem in found):
        headers = {"WWW-Authenticate": 'Bearer realm="igcost"'}
        return problems.respond(401, "key_required", problems=found, headers=headers)
    if len(found) == 1:
        return problems.respond(422, found[0].code, detail=problems.message(found[0]), problems=found)
    several = problems.sentence(problems.SEVERAL, {"count": len(found)})
    return problems.respond(422, problems.common_code(found), detail=several, problems=found)


def unreadable_body(error: UnreadableBody) -> Response:
    """Answer 400: the body cannot be read as JSON."""
    return problems.respond(400, error.code, params=error.params, problems=error.problems)


def not_on_file(_error: NotOnFile) -> Response:
    """Answer 404. What was asked for is not repeated, since it may come from a path."""
    return problems.respond(404, "not_on_file")


def key_refused(_error: KeyRefused) -> Response:
    """Answer 401: no key, or one that is not known, revoked or expired; which of these is nobody's business."""
    return problems.respond(401, "key_refused", headers={"WWW-Authenticate": 'Bearer realm="igcost"'})


def key_not_allowed(error: KeyNotAllowed) -> Response:
    """Answer 403: a good key without the scope."""
    return problems.respond(403, "key_not_allowed", params={"scope": error.scope})


def facts_moved(_error: FactsMoved) -> Response:
    """Answer 409: another load came first."""
    return problems.respond(409, "facts_moved")


def starting(error: current.Starting) -> Response:
    """Answer 503 until the facts are read."""
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
    if error.lacks:
        return problems.respond(503, "facts_outdated", params={"lacks": ", ".join(error.lacks)}, headers=headers)
    if error.has_other_tables:
        return problems.respond(503, "database_outdated", headers=headers)
    return problems.respond(503, "facts_unusable" if error.has_failed else "starting", headers=headers)


def storage_unusable(error: Exception) -> Response:
    """Answer 503: nothing can be kept or read just now, and nothing was changed. The log says why."""
    route = request.url_rule.rule if request.url_rule else None
    log.error("storage_unusable", extra={"request_id": current.request_id(), "route": route, "error": str(error)})
    return problems.respond(503, "storage_unusable", headers={"Retry-After": str(RETRY_AFTER_SECONDS)})


def http_exception(error: HTTPException) -> Response:
    """Answer an error of the web framework in our own form, keeping the headers that belong to it."""
    status = error.code or 500
    params: dict[str, object] = {}
    if status == 413:
        params["limit_kib"] = (request.max_content_length or 0) // 1024
    if isinstance(error, reading.UnsupportedFile):
        params |= {"why": "file", "types": ", ".join(error.media_types)}
    code = _CODES.get(status, "bad_request" if status < 500 else "internal_error")
    return problems.respond(status, code, params=params, headers=_kept_headers(error))


def unexpected(error: Exception) -> Response:
    """Answer 500 with a fixed sentence. The log gets where it happened, never the message: it may quote the request."""
    frames = [f"{frame.filename}:{frame.lineno}:{frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
    log.error(
        "unexpected_error",
        extra={
            "request_id": current.request_id(),
            "route": request.url_rule.rule if request.url_rule else None,
            "error": type(error).__name__,
            "frames": frames,
        },
    )
    return problems.respond(500, "internal_error")


def _kept_headers(error: HTTPException) -> Mapping[str, str]:
    """Keep ``Allow``, ``Retry-After``, ``WWW-Authenticate`` and ``Accept`` where the framework set them."""
    return {name: value for name, value in error.get_headers() if name in _KEPT_HEADERS}
