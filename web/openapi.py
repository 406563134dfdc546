"""The OpenAPI 3.1 document, made from the schemas that read requests and describe answers."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Flask
from flask.typing import ResponseReturnValue
from flask_smorest import Api, Blueprint
from marshmallow.fields import Field

from schemas.answers import AnswerSchema
from schemas.problems import ProblemSchema
from schemas.queries import NO_QUERY, QuerySchema
from schemas.reading import Part, RequestSchema
from services.versions import ENGINE_VERSION

View = Callable[..., ResponseReturnValue]

ERRORS = {
    "400": "The body is not readable as JSON.",
    "401": "A key is needed, and none that is known and in force was sent.",
    "403": "The key lacks the scope that is needed.",
    "409": "The facts on file changed meanwhile; nothing was taken in.",
    "404": "Nothing of this name is on file.",
    "406": "The answer would be JSON, which the caller does not take.",
    "413": "The body is larger than the endpoint takes.",
    "415": "The body is not declared as what the endpoint takes: JSON in UTF-8, or a file.",
    "422": "The request was read and cannot be answered as it stands; every problem is listed.",
    "503": "The facts are still being read.",
}
LOADING_ERRORS = ("401", "403", "406", "409", "413", "415", "422", "503")
READING_ERRORS = ("406", "422", "503")
COMPUTING_ERRORS = ("400", "401", "406", "413", "415", "422", "503")
KEEPING_ERRORS = ("400", "401", "403", "406", "413", "415", "422", "503")
REMOVING_ERRORS = ("401", "403", "404", "406", "422", "503")
LANGUAGE_PATTERN = "^([eE][nN]|[eE][sS])([-_][A-Za-z0-9-]{1,30})?$"
LANGUAGE_PARAMETERS: list[dict[str, object]] = [
    {
        "in": "query",
        "name": "lang",
        "description": "Language of the sentences, English or Spanish; goes before Accept-Language.",
        "schema": {"type": "string", "pattern": LANGUAGE_PATTERN, "examples": ["es"]},
    },
    {
        "in": "header",
        "name": "Accept-Language",
        "description": "English unless Spanish is asked for. No number, code or word of a closed list changes.",
        "schema": {"type": "string", "examples": ["es"]},
    },
]


def make_api(app: Flask) -> Api:
    """Prepare the document. Blueprints are registered on what this gives."""
    app.config.update(API_TITLE="IgCost", API_VERSION=ENGINE_VERSION, OPENAPI_VERSION="3.1.0")
    info = {
        "description": (
            "What intravenous immune globulin may cost a patient, and what may stand in the way of coverage. "
            "An estimate is no promise of payment. Nothing of an order is kept."
        ),
        "license": {"name": "MIT", "identifier": "MIT"},
    }
    api = Api(app, spec_kwargs={"info": info, "servers": [{"url": "/"}]})
    api.ma_plugin.converter.add_attribute_function(words_beside_object)
    api.spec.components.security_scheme("key", {"type": "http", "scheme": "bearer"})
    for status, description in ERRORS.items():
        content = {"application/problem+json": {"schema": ProblemSchema}}
        api.spec.components.response(f"Problem{status}", {"description": description, "content": content})
    return api


def words_beside_object(_converter: object, field: Field[Any], ret: dict[str, Any]) -> dict[str, Any]:
    """Describe the words that may stand in place of an object."""
    if isinstance(field, Part) and field.words and "anyOf" in ret:
        return {"anyOf": [*ret["anyOf"], {"type": "string", "enum": list(field.words)}]}
    return {}


class Noun:
    """The endpoints of one noun, and what the document says about them."""

    def __init__(self, name: str, description: str) -> None:
        self.blueprint = Blueprint(name, __name__, description=description)

    def computes(
        self,
        rule: str,
        *,
        body: RequestSchema[Any],
        answer: AnswerSchema,
        examples: Mapping[str, Mapping[str, object]],
        query: QuerySchema[Any] = NO_QUERY,
    ) -> Callable[[View], View]:
        """Put a view that computes from a body at ``rule``."""
        content = {"application/json": {"schema": body, "examples": dict(examples)}}
        document = _document(query=query, answer=answer, errors=COMPUTING_ERRORS)
        document["requestBody"] = {"required": True, "content": content}
        return self._view(rule, "POST", document)

    def reads(
        self,
        rule: str,
        *,
        answer: AnswerSchema | Sequence[AnswerSchema],
        query: QuerySchema[Any] = NO_QUERY,
        may_lack: bool = False,
        is_conditional: bool = True,
        needs_key: bool = False,
    ) -> Callable[[View], View]:
        """Put a view that reads what is on file at ``rule``."""
        errors = ("404", *READING_ERRORS) if may_lack else READING_ERRORS
        if needs_key:
            errors = ("401", "403", *errors)
        document = _document(query=query, answer=answer, errors=errors)
        if needs_key:
            document["security"] = [{"key": []}]
        if is_conditional:
            document["responses"]["304"] = {"description": "Nothing has changed since the ETag that was sent."}
        return self._view(rule, "GET", document)

    def takes_file(
        self, rule: str, *, media_types: Sequence[str], answer: AnswerSchema, query: QuerySchema[Any]
    ) -> Callable[[View], View]:
        """Put a view that takes a file, from a caller with a key, at ``rule``."""
        document = _document(query=query, answer=answer, errors=LOADING_ERRORS)
        document["responses"]["201"] = document["responses"]["200"] | {"description": "The file was taken in."}
        file: dict[str, object] = {"schema": {"type": "string", "contentMediaType": "application/octet-stream"}}
        document["requestBody"] = {"required": True, "content": dict.fromkeys(media_types, file)}
        document["security"] = [{"key": []}]
        return self._view(rule, "POST", document)

    def keeps(
        self,
        rule: str,
        *,
        body: RequestSchema[Any],
        answer: AnswerSchema,
        examples: Mapping[str, Mapping[str, object]],
    ) -> Callable[[View], View]:
        """Put a view that keeps what a caller with a key sends at ``rule``."""
        document = _document(query=NO_QUERY, answer=answer, errors=KEEPING_ERRORS)
        document["responses"]["201"] = document["responses"].pop("200") | {"description": "It was kept."}
        content = {"application/json": {"schema": body, "examples": dict(examples)}}
        document["requestBody"] = {"required": True, "content": content}
        document["security"] = [{"key": []}]
        return self._view(rule, "POST", document)

    def removes(self, rule: str) -> Callable[[View], View]:
        """Put a view that removes what a caller with a key names at ``rule``."""
        document: dict[str, Any] = {"parameters": [*LANGUAGE_PARAMETERS], "security": [{"key": []}]}
        document["responses"] = {"204": {"description": "Done."}}
        document["responses"] |= {status: f"Problem{status}" for status in REMOVING_ERRORS}
        return self._view(rule, "DELETE", document)

    def _view(self, rule: str, method: str, document: Mapping[str, object]) -> Callable[[View], View]:
        def put(view: View) -> View:
            self.blueprint.add_url_rule(rule, view_func=self.blueprint.doc(**document)(view), methods=[method])
            return view

        return put


def _document(
    *, query: QuerySchema[Any], answer: AnswerSchema | Sequence[AnswerSchema], errors: Sequence[str]
) -> dict[str, Any]:
    schema: object = answer if isinstance(answer, AnswerSchema) else {"anyOf": list(answer)}
    parameters: list[object] = [*LANGUAGE_PARAMETERS]
    if query.load_fields:
        parameters.insert(0, {"in": "query", "schema": query})
    responses: dict[str, object] = {
        "200": {"description": "The answer.", "content": {"application/json": {"schema": schema}}}
    }
    responses.update({status: f"Problem{status}" for status in errors})
    return {"parameters": parameters, "responses": responses}


def finished(api: Api) -> dict[str, Any]:
    """Give the whole document, every schema with its one-line description."""
    document: dict[str, Any] = api.spec.to_dict()
    schemas = document["components"]["schemas"]
    for key, name in api.ma_plugin.converter.refs.items():
        schema_class = key[0]
        if issubclass(schema_class, RequestSchema | AnswerSchema) and schema_class.__doc__:
            schemas[name]["description"] = schema_class.__doc__.strip()
    _without_framework_errors(document)
    return document


def _without_framework_errors(document: dict[str, Any]) -> None:
    """Take out the error form that flask-smorest adds of itself; ours is named for every status."""
    for path in document["paths"].values():
        for operation in path.values():
            if isinstance(operation, dict):
                operation.get("responses", {}).pop("default", None)
    document["components"]["responses"].pop("DEFAULT_ERROR", None)
    for name in ("Error", "PaginationMetadata"):
        document["components"]["schemas"].pop(name, None)
