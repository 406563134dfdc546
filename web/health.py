"""``GET /live`` and ``GET /ready``."""

from flask import Response

from schemas.answers import AnswerSchema, text
from web import answers, current, openapi


class HealthSchema(AnswerSchema):
    """How the service is."""

    status = text(enum=("live", "ready"))
    reference_version = text(null=True, optional=True)


HEALTH = HealthSchema()

noun = openapi.Noun("health", "Whether the service is up, and whether it can answer.")


@noun.reads("/live", answer=HEALTH, is_conditional=False)
def show_live() -> Response:
    """Say that the process is up."""
    return answers.computed({"status": "live"})


@noun.reads("/ready", answer=HEALTH, is_conditional=False)
def show_ready() -> Response:
    """Say that the facts are read and requests can be answered."""
    runtime = current.ready_runtime()
    return answers.computed({"status": "ready", "reference_version": runtime.book.version})
