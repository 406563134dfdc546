"""What ``POST /v1/estimates`` takes."""

from estimator.errors import Problem
from schemas.orders import OrderRequestSchema, lacks_all, lacks_for_dose, peek
from schemas.reading import Given


class EstimateRequestSchema(OrderRequestSchema):
    """A request for an estimate: a diagnosis or indication, a payer, and a dose or a weight."""

    def needs(self, given: Given) -> list[Problem]:
        """Find a missing diagnosis or payer, and fields that belong to claim lines alone."""
        problems = claim_lines_only(given)
        if given.get("coverage_check") is not False and lacks_all(given, "diagnosis", "indication"):
            problems.append(Problem("/therapy/diagnosis", "required", {"why": "coverage"}))
        coverage = given.get("coverage")
        is_asked = not given.get("coverage_periods") and (coverage is None or isinstance(coverage, dict))
        if is_asked and peek(coverage, "payer") is None:
            problems.append(Problem("/coverage/payer", "required"))
        return problems + lacks_for_dose(given)


def claim_lines_only(given: Given) -> list[Problem]:
    """Find fields that only claim lines know."""
    return [
        Problem(f"/therapy/{name}", "claim_lines_only")
        for name in ("custom_product", "phase")
        if peek(given, "therapy", name) is not None
    ]


ESTIMATE_REQUEST = EstimateRequestSchema()
