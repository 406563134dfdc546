"""``POST /v1/coverage-checks`` and ``/v1/coverage-checks/questionnaire``."""

from flask import Response

from schemas.coverage_checks import COVERAGE_CHECK_REQUEST
from schemas.coverage_documents import COVERAGE_CHECK, QUESTIONNAIRE
from schemas.queries import NO_QUERY
from services import coverage_checks, questionnaires
from web import answers, current, examples, openapi, reading

noun = openapi.Noun("coverage-checks", "Coverage rules against an order.")


@noun.computes(
    "/v1/coverage-checks", body=COVERAGE_CHECK_REQUEST, answer=COVERAGE_CHECK, examples=examples.COVERAGE_CHECKS
)
def create_coverage_check() -> Response:
    """Read coverage rules against an order."""
    runtime = current.ready_runtime()
    asked, _ = reading.read_order(COVERAGE_CHECK_REQUEST, NO_QUERY, runtime=runtime)
    return answers.computed(coverage_checks.check(asked, runtime=runtime, language=current.chosen_language()))


@noun.computes(
    "/v1/coverage-checks/questionnaire",
    body=COVERAGE_CHECK_REQUEST,
    answer=QUESTIONNAIRE,
    examples=examples.COVERAGE_CHECKS,
)
def create_questionnaire() -> Response:
    """Write what coverage rules still ask for as a checklist."""
    runtime = current.ready_runtime()
    asked, _ = reading.read_request(COVERAGE_CHECK_REQUEST, NO_QUERY, runtime=runtime)
    return answers.computed(questionnaires.questionnaire(asked, runtime=runtime, language=current.chosen_language()))
