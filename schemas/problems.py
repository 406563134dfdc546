"""The problem document (RFC 9457)."""

from schemas.answers import AnswerSchema, parts, text, whole


class FieldErrorSchema(AnswerSchema):
    """One thing wrong with one field."""

    pointer = text("JSON pointer into the body, or `?name` for a query parameter.")
    code = text("Stable.")
    message = text("What was wrong and what to do, in the language of the request.")


class ProblemSchema(AnswerSchema):
    """What went wrong."""

    type = text("A name for the kind of problem.")
    title = text()
    status = whole()
    detail = text()
    code = text("Stable. Where several field errors differ: invalid_request.")
    request_id = text("Also in the header X-Request-ID.")
    errors = parts(FieldErrorSchema(), "Every field error of the request, up to 100.")


PROBLEM = ProblemSchema()
