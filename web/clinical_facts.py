"""``GET /v1/clinical-facts``."""

from flask import Response

from schemas.policies import CLINICAL_FACTS
from services import clinical_facts
from web import answers, current, openapi, reading

noun = openapi.Noun("clinical-facts", "What criteria of policies ask about: names, units, proofs and questions.")


@noun.reads("/v1/clinical-facts", answer=CLINICAL_FACTS)
def list_clinical_facts() -> Response:
    """List the dictionary of clinical facts."""
    runtime = reading.asked_plainly()
    return answers.reference(clinical_facts.list_clinical_facts(runtime=runtime, language=current.chosen_language()))
