"""What ``POST /v1/coverage-checks`` takes."""

from estimator.errors import Problem
from schemas.estimates import claim_lines_only
from schemas.fields import CenturyDate
from schemas.orders import OrderRequestSchema, lacks_all
from schemas.reading import Given, Part
from schemas.therapies import TherapySchema


class CheckedTherapySchema(TherapySchema):
    """The infusion order. Nothing is priced, so the service may lie in any year of this century."""

    start_on = CenturyDate("First date of service; policies are chosen by it. Default today.", examples=["2027-01-05"])


class CoverageCheckRequestSchema(OrderRequestSchema):
    """A request to read coverage rules against an order: a diagnosis or an indication."""

    therapy = Part(CheckedTherapySchema(), required=True)

    def needs(self, given: Given) -> list[Problem]:
        """Find a missing diagnosis, and fields that belong to claim lines alone."""
        problems = claim_lines_only(given)
        if lacks_all(given, "diagnosis", "indication"):
            problems.append(Problem("/therapy/diagnosis", "required", {"why": "coverage"}))
        return problems


COVERAGE_CHECK_REQUEST = CoverageCheckRequestSchema()
