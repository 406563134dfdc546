"""``GET /v1/payment-limits``."""

from flask import Response

from schemas.queries import PAYMENT_LIMIT_QUERY
from schemas.reference import PAYMENT_LIMIT, PAYMENT_LIMITS
from services import payment_limits
from web import answers, current, openapi, reading

noun = openapi.Noun("payment-limits", "Medicare payment limits by quarter.")


@noun.reads("/v1/payment-limits", answer=(PAYMENT_LIMIT, PAYMENT_LIMITS), query=PAYMENT_LIMIT_QUERY, may_lack=True)
def show_payment_limits() -> Response:
    """Show the payment limit of one code on a day, or list those of all codes."""
    runtime = current.ready_runtime()
    query = reading.read_query(PAYMENT_LIMIT_QUERY)
    if query.hcpcs is None:
        return answers.reference(payment_limits.list_payment_limits(on=query.on, runtime=runtime))
    return answers.reference(payment_limits.show_payment_limit(query.hcpcs, on=query.on, runtime=runtime))
