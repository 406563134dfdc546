"""``GET /v1/flags``."""

from flask import Response

from schemas.policies import FLAGS
from services import flags
from web import answers, current, openapi, reading

noun = openapi.Noun("flags", "Every flag that an answer may raise.")


@noun.reads("/v1/flags", answer=FLAGS)
def list_flags() -> Response:
    """List the registry of flags, gravest first."""
    runtime = reading.asked_plainly()
    return answers.reference(flags.list_flags(runtime=runtime, language=current.chosen_language()))
