"""``GET`` and ``POST /v1/reference/releases``."""

import orjson
from flask import Response, request

from schemas.queries import RELEASE_QUERY
from schemas.releases import RELEASE, RELEASES
from services import releases
from services.drafts.model import Asked
from web import answers, auth, current, openapi, reading

MOST_FILE_BYTES = 64 * 1024 * 1024
FILE_TYPES = (
    "application/octet-stream",
    "application/zip",
    "application/x-zip-compressed",
    "application/gzip",
    "text/csv",
    "text/plain",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)

noun = openapi.Noun("releases", "Official files loaded into the fact base.")


@noun.reads("/v1/reference/releases", answer=RELEASES, is_conditional=False)
def list_releases() -> Response:
    """List the official files that were loaded, the newest first."""
    runtime = reading.asked_plainly()
    return answers.computed(releases.list_releases(runtime=runtime))


@noun.takes_file("/v1/reference/releases", media_types=FILE_TYPES, answer=RELEASE, query=RELEASE_QUERY)
def load_release() -> Response:
    """Try an official file (`dry_run`), or take it in: all of it or nothing. Needs a key with `reference:write`."""
    runtime = current.ready_runtime()
    caller = auth.require("reference:write", runtime=runtime)
    query = reading.read_query(RELEASE_QUERY)
    reading.check_file_type(FILE_TYPES)
    request.max_content_length = MOST_FILE_BYTES
    asked = Asked(query.file_name, query.quarter, query.published_on)
    draft = releases.examine(query.kind, request.get_data(cache=False), asked, runtime=runtime)
    if query.dry_run:
        return answers.computed(releases.show(draft, runtime=runtime))
    document = releases.load(draft, by=caller, runtime=current.runtime())
    response = Response(orjson.dumps(document), status=201, mimetype=answers.JSON)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Location"] = "/v1/reference/releases"
    return response
