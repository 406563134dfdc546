"""``GET /v1/indications``."""

from flask import Response

from schemas.reference import INDICATION, INDICATIONS
from services import indications
from web import answers, current, openapi, reading

noun = openapi.Noun("indications", "Conditions that immune globulin is used for.")


@noun.reads("/v1/indications", answer=INDICATIONS)
def list_indications() -> Response:
    """List the indications on file."""
    runtime = reading.asked_plainly()
    return answers.reference(indications.list_indications(runtime=runtime, language=current.chosen_language()))


@noun.reads("/v1/indications/<indication_id>", answer=INDICATION, may_lack=True)
def show_indication(indication_id: str) -> Response:
    """Show an indication with its evidence, usual practice and labeled products."""
    runtime = reading.asked_plainly()
    return answers.reference(
        indications.show_indication(indication_id, runtime=runtime, language=current.chosen_language())
    )
