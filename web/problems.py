"""Problem documents (RFC 9457): one shape for everything that goes wrong, worded in the language of the request."""

from collections.abc import Mapping, Sequence

import orjson
from flask import Response

from estimator.errors import Problem
from schemas.json_reading import MAX_PROBLEMS
from services import wording
from web import current

MEDIA_TYPE = "application/problem+json"
SEVERAL = "invalid_request"


def sentence(code: str, params: Mapping[str, object]) -> str:
    """Word a problem. Where a code has a sentence for the reason in ``why``, that one is used."""
    return wording.code_sentence(current.runtime().texts.get(current.chosen_language(), {}), code, params)


def respond(
    status: int,
    code: str,
    *,
    detail: str | None = None,
    params: Mapping[str, object] | None = None,
    problems: Sequence[Problem] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Make the answer that says what went wrong; at most 100 field errors are listed.

    ``detail`` is worded already; without it, it is the sentence of the code.
    """
    document = {
        "type": f"urn:igcost:problem:{code}",
        "title": sentence(f"status_{status}", {}),
        "status": status,
        "detail": detail or sentence(code, params or {}),
        "code": code,
        "request_id": current.request_id(),
        "errors": [
            {"pointer": problem.pointer, "code": problem.code, "message": message(problem)}
            for problem in problems[:MAX_PROBLEMS]
        ],
    }
    response = Response(orjson.dumps(document), status, mimetype=MEDIA_TYPE)
    response.headers["Cache-Control"] = "no-store"
    if headers:
        response.headers.update(headers)
    return response


def common_code(problems: Sequence[Problem]) -> str:
    """Give the code that all problems share, else the one for several."""
    codes = {problem.code for problem in problems}
    return codes.pop() if len(codes) == 1 else SEVERAL


def message(problem: Problem) -> str:
    """Word a problem with a field."""
    return wording.problem_sentence(current.runtime().texts.get(current.chosen_language(), {}), problem)
