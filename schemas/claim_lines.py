"""What ``POST /v1/claim-lines`` takes."""

from estimator.errors import Problem
from schemas.orders import OrderRequestSchema, lacks_all, lacks_for_dose
from schemas.reading import Given


class ClaimLinesRequestSchema(OrderRequestSchema):
    """A request for the claim lines of one course: a dose, and a product, a custom product or a HCPCS code."""

    def needs(self, given: Given) -> list[Problem]:
        """Find a missing dose or product."""
        problems: list[Problem] = []
        if lacks_all(given, "dose", "grams_per_day", "phases", "previous_ivig"):
            problems.append(Problem("/therapy/dose", "required"))
        if lacks_all(given, "product", "custom_product", "hcpcs"):
            problems.append(Problem("/therapy/product", "required", {"why": "product_named"}))
        return problems + lacks_for_dose(given)


CLAIM_LINES_REQUEST = ClaimLinesRequestSchema()
