"""What an order names and is not on file, found even where the rest of the order cannot be used."""

from collections.abc import Callable

from estimator import resolution
from estimator.errors import InvalidRequest, Problem
from estimator.model.order import EstimateRequest
from estimator.reference.book import ReferenceBook
from schemas.orders import Names
from services import contracts, knowledge
from services.overlays import Overlaid
from services.runtime import Runtime

_ON_A_DAY = frozenset({"icd10_not_in_force", "icd10_not_billable", "code_not_in_force", "product_not_marketed"})
_NOT_ON_FILE = _ON_A_DAY | {
    "clinical_needs_unit",
    "clinical_not_a_flag",
    "clinical_not_a_number",
    "clinical_not_a_word",
    "clinical_not_whole",
    "clinical_twice",
    "clinical_unit_unknown",
    "clinical_unknown",
    "contract_not_found",
    "hcpcs_mismatch",
    "hcpcs_unknown",
    "icd10_unknown",
    "indication_unknown",
    "policy_unknown",
    "product_not_ivig",
    "product_unknown",
    "route_not_allowed",
}


def unknown(names: Names, *, organization: str | None, runtime: Runtime) -> list[Problem]:
    """List the names that are not on file. Where the day is not known, what depends on it is not judged."""
    request = names.request
    book = knowledge.book_on(request.as_of, runtime=runtime)
    found = _refused(lambda: contracts.applied(request, book, organization=organization, runtime=runtime))
    found += _refused(lambda: resolution.resolve(request, book=book))
    return [problem for problem in found if names.is_day_known or problem.code not in _ON_A_DAY]


def applied(request: EstimateRequest, book: ReferenceBook, *, organization: str | None, runtime: Runtime) -> Overlaid:
    """Lay the rates of the contracts named over the facts (``contracts.applied``).

    Raises ``InvalidRequest``: with what is wrong with the contracts, and what else the request names in vain.
    """
    try:
        return contracts.applied(request, book, organization=organization, runtime=runtime)
    except InvalidRequest as wrong:
        more = _refused(lambda: resolution.resolve(request, book=book))
        raise InvalidRequest([*wrong.problems, *more]) from wrong


def _refused(look_up: Callable[[], object]) -> list[Problem]:
    try:
        look_up()
    except InvalidRequest as wrong:
        return [problem for problem in wrong.problems if problem.code in _NOT_ON_FILE]
    return []
