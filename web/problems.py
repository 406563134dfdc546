"""Problem documents (RFC 9457): one shape for everything that goes wrong, worded in the language of the request."""

from collections.abc import Mapping, Sequence

import orjson
from flask import Response

from estimator.errors import Problem
from schemas.json_reading import MAX_PROBLEMS
from web import current

MEDIA_TYPE = "application/problem+json"
SEVERAL = "invalid_request"


class _Params(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "…"


def sentence(code: str, params: Mapping[str, object]) -> str:
    """Word a problem. Where a code has a sentence for the reason in ``why``, that one is used."""
    texts = current.runtime().texts.get(current.chosen_language(), {}).get("problems")
    if not isinstance(texts, Mapping):
        return code.replace("_", " ")
    why = params.get("why")
    template = (texts.get(f"{code}.{why}") if why else None) or texts.get(code)
    return code.replace("_", " ") if template is None else str(template).format_map(_Params(params))


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
    field = problem.pointer.removeprefix("?").rpartition("/")[2]
    return sentence(problem.code, {"field": field or "body", **problem.params})
